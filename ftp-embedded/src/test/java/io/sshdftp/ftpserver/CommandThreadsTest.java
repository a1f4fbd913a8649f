package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.mina.core.filterchain.IoFilter.NextFilter;
import org.apache.mina.core.session.DummySession;
import org.apache.mina.core.session.IdleStatus;
import org.junit.jupiter.api.Test;

class CommandThreadsTest {
    private final List<String> events = new ArrayList<>();
    private final NextFilter next = (NextFilter) Proxy.newProxyInstance(
            NextFilter.class.getClassLoader(),
            new Class<?>[] {NextFilter.class},
            (proxy, method, arguments) -> events.add(method.getName()));

    /** The loop must not be left with a session that nobody will ever serve. */
    @Test
    void aSessionForWhichThereIsNoThreadEnds() {
        CommandThreads threads = new CommandThreads(task -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        DummySession session = new DummySession();
        threads.sessionCreated(next, session);
        assertFalse(session.isClosing());
        threads.sessionOpened(next, session);
        assertTrue(session.isClosing());
        threads.sessionIdle(next, session, IdleStatus.BOTH_IDLE);
        assertEquals(List.of("sessionCreated", "sessionIdle"), events, "what ends a session is carried out, here if need be");
    }

    @Test
    void afterTheEndOfTheServerWhatIsLeftIsDoneAtOnce() {
        CommandThreads threads = new CommandThreads(task -> {
            throw new RejectedExecutionException();
        });
        DummySession session = new DummySession();
        threads.sessionCreated(next, session);
        threads.sessionOpened(next, session);
        assertEquals(List.of("sessionCreated", "sessionOpened"), events);
    }

    /** One session's events come one after the other, whatever the threads do. */
    @Test
    void inOrder() {
        List<Runnable> waiting = new ArrayList<>();
        CommandThreads threads = new CommandThreads(waiting::add);
        DummySession session = new DummySession();
        threads.sessionCreated(next, session);
        threads.sessionOpened(next, session);
        threads.sessionIdle(next, session, IdleStatus.BOTH_IDLE);
        threads.exceptionCaught(next, session, new IllegalStateException());
        assertEquals(1, waiting.size());
        assertEquals(List.of("sessionCreated"), events);
        waiting.get(0).run();
        assertEquals(List.of("sessionCreated", "sessionOpened", "sessionIdle", "exceptionCaught"), events);
        threads.sessionIdle(next, session, IdleStatus.BOTH_IDLE);
        assertEquals(2, waiting.size());
    }
}
