package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class ClientNamesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static Optional<String> find(ClientNames.Lookup lookup, Duration limit) throws Exception {
        try (ClientNames names = new ClientNames(lookup, limit)) {
            return names.of(InetAddress.getByName("192.0.2.1")).get(20, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @CsvSource({"Client.Example,client.example", "192.0.2.1,", "a b,", "'',", "-x,", "[x],", "a_b.example.,a_b.example"})
    void names(String found, String expected) throws Exception {
        assertEquals(Optional.ofNullable(expected), find(address -> found, LIMIT));
    }

    @Test
    void failures() throws Exception {
        assertEquals(Optional.empty(), find(address -> {
            throw new UnknownHostException();
        }, LIMIT));
        assertEquals(Optional.empty(), find(address -> {
            throw new IllegalStateException();
        }, LIMIT));
    }

    @Test
    void aResolverThatHangsCostsAFixedTimeAndNobodyElse() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ClientNames names = new ClientNames(
                address -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return "late.example";
                },
                Duration.ofMillis(200))) {
            List<CompletableFuture<Optional<String>>> all = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                all.add(names.of(InetAddress.getByName("192.0.2.1")));
            }
            for (CompletableFuture<Optional<String>> each : all) {
                assertEquals(Optional.empty(), each.get(20, TimeUnit.SECONDS));
            }
        } finally {
            never.countDown();
        }
    }
}
