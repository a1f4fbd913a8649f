package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResolverTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private EventLoop loop;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop("test");
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private CompletableFuture<List<InetAddress>> resolve(Resolver resolver, String host, Duration deadline) {
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        loop.execute(() -> resolver.resolve(loop, host, deadline, new Resolver.Callback() {
            @Override
            public void resolved(List<InetAddress> addresses) {
                loop.assertInLoop();
                result.complete(addresses);
            }

            @Override
            public void failed(String reason) {
                loop.assertInLoop();
                result.completeExceptionally(new IllegalStateException(reason));
            }
        }));
        return result;
    }

    private static String failure(CompletableFuture<?> result) {
        return assertThrows(ExecutionException.class, () -> result.get(10, TimeUnit.SECONDS)).getCause().getMessage();
    }

    @Test
    void literalsNeverAskTheSystem() throws Exception {
        try (Resolver resolver = new Resolver(name -> {
            throw new AssertionError("asked for " + name);
        })) {
            assertEquals(List.of(InetAddress.getByName("10.1.2.3")), resolve(resolver, "10.1.2.3", LONG).get(5, TimeUnit.SECONDS));
            assertEquals(List.of(InetAddress.getByName("::1")), resolve(resolver, "::1", LONG).get(5, TimeUnit.SECONDS));
            assertEquals(List.of(InetAddress.getByName("::1")), resolve(resolver, "[::1]", LONG).get(5, TimeUnit.SECONDS));
        }
        for (String text : List.of("", "1.2.3", "1.2.3.256", "1.2.3.4.5", "a.b.c.d", "1..2.3", "localhost", ":", "1.2.3.", ":::")) {
            assertFalse(Resolver.literal(text).isPresent(), text);
        }
    }

    @Test
    void aNameIsLookedUpElsewhere() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        try (Resolver resolver = new Resolver(name -> {
            thread.complete(Thread.currentThread());
            return new InetAddress[] {InetAddress.getByName("10.0.0.1"), InetAddress.getByName("10.0.0.2")};
        })) {
            assertEquals(2, resolve(resolver, "ftp.example", LONG).get(5, TimeUnit.SECONDS).size());
            assertEquals("resolver", thread.get(5, TimeUnit.SECONDS).getName());
        }
    }

    @Test
    void anUnknownNameIsNamed() {
        try (Resolver resolver = new Resolver(name -> {
            throw new UnknownHostException(name);
        })) {
            assertEquals("cannot resolve nowhere.example: unknown host", failure(resolve(resolver, "nowhere.example", LONG)));
            assertEquals("not a host name: empty", failure(resolve(resolver, "", LONG)));
            assertEquals("not a host name: 300 characters", failure(resolve(resolver, "x".repeat(300), LONG)));
        }
    }

    @Test
    void aSlowNameEndsAtTheDeadlineAndTooManyAreRefused() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        try (Resolver resolver = new Resolver(name -> {
            try {
                slow.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException("interrupted");
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        })) {
            assertEquals(
                    "cannot resolve slow.example: no answer within 50 ms",
                    failure(resolve(resolver, "slow.example", Duration.ofMillis(50))));
            List<CompletableFuture<List<InetAddress>>> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                all.add(resolve(resolver, "n" + i, LONG));
            }
            assertTrue(failure(all.get(299)).endsWith("too many names are being resolved"));
            slow.countDown();
            all.get(0).get(10, TimeUnit.SECONDS);
        }
    }
}
