package io.sshdftp.leg;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over another connection, as the client of the handshake.
 *
 * <p>An end is the peer's close_notify: a FIN comes from anybody on the way, so where a file ends with the connection a FIN alone is a cut. Our
 * own end is close_notify, and then the transport's. A renegotiation, which TLS 1.2 knows, ends the connection.
 *
 * <p>What is written before the handshake is done waits for it.
 *
 * <p>BOUNDS: ciphertext that cannot be read yet, because the reader has paused or the handshake is being worked on, is at most one read of the
 * transport, which is paused then, and one record. Two buffers of a record each are there while bytes come, and none on an idle connection.
 *
 * <p>THREADS: as {@link Connection} says; parts of the handshake run on other threads, one at a time, and nothing is done to the engine
 * meanwhile.
 */
public final class TlsConnection implements Connection {
    /** How long a handshake may go on after {@link #close}, for the sake of what waits to be sent. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(60);
    /** Plaintext in one record: RFC 8446 section 5.1. */
    private static final int RECORD_DATA = 16 * 1024;
    /** Records that are handed to the transport together. */
    private static final int GATHER = 4;
    /** What the engine may want for a record, above which the peer keeps to no version of TLS. */
    private static final int MAX_RECORD = 64 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EventLoop loop;
    private final Connection transport;
    private final TlsClient client;
    private final SSLEngine engine;
    private final boolean endIsInside;
    private final Consumer<String> onSecured;
    private final ByteQueue unread = new ByteQueue();
    private final ByteQueue unsent = new ByteQueue();
    private final Wire wire = new Wire();

    private Receiver receiver;
    /** The record that is coming, as far as it has come; null between records. */
    private ByteBuffer record;

    private ByteBuffer plain;
    private boolean started;
    private boolean paused;
    private boolean transportPaused;
    /** A task of the handshake is on another thread. */
    private boolean busy;

    private boolean pumping;
    private boolean secured;
    private boolean full;
    private boolean outputEnding;
    private boolean closing;
    /** The transport sees the rest of an orderly end through. */
    private boolean left;
    /** The peer's close_notify, or what stands for it, has been read. */
    private boolean inputEnded;

    private boolean transportEnded;
    /** How the transport has closed, while there is still something of it to be read. */
    private String transportClosed;
    /** Nothing goes in or out any more. */
    private boolean over;

    private boolean closed;
    private Runnable last = () -> {};
    private EventLoop.Cancellable limit = () -> {};

    /**
     * @param endIsInside true when only close_notify ends the stream
     * @param onSecured told the version and the ciphers, once, when the handshake is done and the certificate is good
     */
    TlsConnection(Connection transport, TlsClient client, boolean endIsInside, Consumer<String> onSecured) {
        this.loop = transport.loop();
        this.transport = transport;
        this.client = client;
        this.engine = client.engine();
        this.endIsInside = endIsInside;
        this.onSecured = onSecured;
    }

    /** Takes all that the transport tells. */
    public Receiver wire() {
        return wire;
    }

    /** Begins the handshake; called once, before anything else. */
    public void begin() {
        work(engine::beginHandshake);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void start(Receiver to) {
        loop.assertInLoop();
        if (started) {
            throw new IllegalStateException("started twice: " + this);
        }
        receiver = to;
        started = true;
        if (closed) {
            loop.later(last);
        } else {
            goOn();
        }
    }

    @Override
    public void write(ByteBuffer data) {
        loop.assertInLoop();
        if (closing || over) {
            data.position(data.limit());
            return;
        }
        if (outputEnding) {
            throw new IllegalStateException("write after shutdownOutput: " + this);
        }
        if (secured) {
            send(data);
        } else {
            unsent.add(data);
        }
        full |= unsent.isFull() || transport.isFull();
    }

    @Override
    public long queued() {
        return unsent.size() + transport.queued();
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public void charge(MemoryBudget budget) {
        unread.charge(budget);
        unsent.charge(budget);
        transport.charge(budget);
    }

    @Override
    public void shutdownOutput() {
        loop.assertInLoop();
        if (outputEnding || closing || over) {
            return;
        }
        outputEnding = true;
        if (secured) {
            sendEnd();
        }
    }

    @Override
    public void pause() {
        loop.assertInLoop();
        paused = true;
        regulate();
    }

    @Override
    public void resume() {
        loop.assertInLoop();
        paused = false;
        goOn();
    }

    @Override
    public void reset() {
        loop.assertInLoop();
        if (!closed) {
            transport.reset();
            finish(true, "reset by us");
        }
    }

    @Override
    public void close() {
        loop.assertInLoop();
        if (closing || over) {
            return;
        }
        closing = true;
        if (!secured && (outputEnding || !unsent.isEmpty())) {
            limit = loop.schedule(CLOSE_LIMIT, () -> fail("the TLS handshake was not done within " + CLOSE_LIMIT.toSeconds() + " s"));
            regulate();
            return;
        }
        if (secured && !outputEnding) {
            outputEnding = true;
            sendCloseNotify();
        }
        leave();
    }

    @Override
    public InetSocketAddress local() {
        return transport.local();
    }

    @Override
    public InetSocketAddress remote() {
        return transport.remote();
    }

    @Override
    public String toString() {
        return "tls over " + transport;
    }

    // ---- the handshake ---------------------------------------------------------------------------------------------------------------

    private interface Work {
        void run() throws SSLException;
    }

    private void work(Work task) {
        busy = true;
        regulate();
        client.tasks().execute(() -> {
            Throwable problem = null;
            try {
                task.run();
            } catch (SSLException | RuntimeException | Error e) {
                problem = e;
            }
            Throwable outcome = problem;
            loop.later(() -> worked(outcome));
        });
    }

    private void worked(Throwable problem) {
        busy = false;
        if (problem != null) {
            fail(client.reason(problem));
        }
        goOn();
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private void secured() throws SSLException {
        client.check(engine.getSession());
        secured = true;
        client.keepSessions();
        limit.cancel();
        for (ByteBuffer waiting = unsent.first(); waiting != null; waiting = unsent.first()) {
            int count = waiting.remaining();
            send(waiting);
            if (over) {
                return;
            }
            unsent.taken(count);
        }
        if (closing) {
            sendCloseNotify();
            leave();
        } else if (outputEnding) {
            sendEnd();
        }
        drained();
        onSecured.accept(engine.getSession().getProtocol() + " " + engine.getSession().getCipherSuite());
    }

    // ---- input -----------------------------------------------------------------------------------------------------------------------

    private boolean wantsInput() {
        return !over && !left && !busy && (!secured || started && !paused && !closing && !inputEnded);
    }

    private void regulate() {
        // After the end of the input the transport still has its own to read, and what is behind it is dropped.
        boolean wanted = !wantsInput() && !inputEnded;
        if (wanted != transportPaused && !over && !left) {
            transportPaused = wanted;
            if (wanted) {
                transport.pause();
            } else {
                transport.resume();
            }
        }
    }

    /** Later, because the caller may be in the middle of what this would call. */
    private void goOn() {
        loop.later(() -> pump(NOTHING));
    }

    /** Takes what can be taken now, of what has waited and then of {@code data}; keeps the rest. */
    private void pump(ByteBuffer data) {
        if (pumping) {
            unread.add(data);
            return;
        }
        pumping = true;
        try {
            while (step(data)) {
                // Until nothing moves.
            }
            inputDone(data);
        } catch (SSLException e) {
            fail(client.reason(e));
        } finally {
            pumping = false;
        }
        plain = null;
        if (over || left || inputEnded) {
            data.position(data.limit());
        }
        unread.add(data);
        if (record != null && record.position() == 0) {
            record = null;
        }
        regulate();
    }

    private boolean step(ByteBuffer data) throws SSLException {
        if (!wantsInput()) {
            return false;
        }
        HandshakeStatus status = engine.getHandshakeStatus();
        if (secured && status != HandshakeStatus.NOT_HANDSHAKING && !engine.isOutboundDone() && isTls12()) {
            throw new SSLException("the server asked for a renegotiation, which is refused");
        }
        return switch (status) {
            case NEED_TASK -> {
                work(this::runTasks);
                yield false;
            }
            case NEED_WRAP -> wrap(NOTHING) || unwrap(data);
            default -> {
                if (!secured && status == HandshakeStatus.NOT_HANDSHAKING) {
                    secured();
                    yield true;
                }
                yield unwrap(data);
            }
        };
    }

    private boolean isTls12() {
        return engine.getSession().getProtocol().equals("TLSv1.2");
    }

    /** One record, if there is a whole one; false when there is none. */
    private boolean unwrap(ByteBuffer data) throws SSLException {
        if (record == null && unread.isEmpty() && !data.hasRemaining()) {
            return false;
        }
        fill(data);
        if (plain == null) {
            plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        }
        record.flip();
        SSLEngineResult result = engine.unwrap(record, plain);
        record.compact();
        switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> {
                if (record.hasRemaining()) {
                    return false;
                }
                record = larger(record, engine.getSession().getPacketBufferSize());
                return true;
            }
            case BUFFER_OVERFLOW -> {
                plain = larger(plain, engine.getSession().getApplicationBufferSize());
                return true;
            }
            case CLOSED -> closeNotified();
            case OK -> {
                if (secured && result.bytesProduced() == 0) {
                    client.keepSessions();
                }
            }
        }
        if (plain.position() > 0) {
            receiver.received(plain.flip());
            plain.clear();
        }
        return result.bytesConsumed() > 0;
    }

    private void fill(ByteBuffer data) {
        if (record == null) {
            record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        }
        unread.moveTo(record);
        int count = Math.min(data.remaining(), record.remaining());
        record.put(record.position(), data, data.position(), count);
        record.position(record.position() + count);
        data.position(data.position() + count);
    }

    private static ByteBuffer larger(ByteBuffer buffer, int wanted) throws SSLException {
        if (wanted <= buffer.capacity() || wanted > MAX_RECORD) {
            throw new SSLException("the server sent a record that is too long");
        }
        return ByteBuffer.allocate(wanted).put(buffer.flip());
    }

    private void closeNotified() throws SSLException {
        if (!secured) {
            throw new SSLException("the server closed the connection in the middle of the handshake");
        }
        if (isTls12()) {
            // RFC 5246 section 7.2.1: it is answered at once, and nothing can be sent after that.
            sendCloseNotify();
        }
        inputEnd();
    }

    private void inputEnd() {
        inputEnded = true;
        unread.clear();
        record = null;
        receiver.ended();
    }

    /** All that came has been looked at: if nothing can follow, was that the end? */
    private void inputDone(ByteBuffer data) {
        boolean all = !data.hasRemaining() && unread.isEmpty();
        if (over || busy && !left || !all && !inputEnded && !left) {
            return;
        }
        if (transportEnded && !inputEnded && wantsInput()) {
            if (endIsInside || !secured || record != null && record.position() > 0) {
                fail(secured
                        ? "the server ended the connection without close_notify, so data may be missing"
                        : "the server ended the connection in the middle of the TLS handshake");
                return;
            }
            inputEnd();
        }
        if (transportClosed != null && (inputEnded || left)) {
            finish(false, transportClosed);
        }
    }

    // ---- output ----------------------------------------------------------------------------------------------------------------------

    private void send(ByteBuffer data) {
        try {
            wrap(data);
        } catch (SSLException e) {
            data.position(data.limit());
            fail(client.reason(e));
        }
    }

    /** Makes records of all of {@code data}; or, where there is none, of what the engine has to say itself. True when there was something. */
    private boolean wrap(ByteBuffer data) throws SSLException {
        int records = Math.min(GATHER, data.remaining() / RECORD_DATA + 1);
        ByteBuffer packets = ByteBuffer.allocate(records * engine.getSession().getPacketBufferSize());
        boolean any = false;
        boolean again;
        do {
            SSLEngineResult result = engine.wrap(data, packets);
            any |= result.bytesProduced() > 0;
            again = result.getStatus() == Status.BUFFER_OVERFLOW;
            if (again) {
                if (packets.position() == 0) {
                    packets = larger(packets, engine.getSession().getPacketBufferSize());
                }
                flush(packets);
            } else if (data.hasRemaining() && result.bytesConsumed() == 0 && !isOwnRecord(result)) {
                throw new SSLException("the server closed the connection while data was on the way to it");
            }
        } while (again || data.hasRemaining());
        flush(packets);
        return any;
    }

    /** A record of the engine's own went first: the KeyUpdate of RFC 8446 section 5.5, when a key has done its share. */
    private static boolean isOwnRecord(SSLEngineResult result) {
        return result.getStatus() == Status.OK && result.bytesProduced() > 0;
    }

    private void flush(ByteBuffer packets) {
        if (packets.position() > 0) {
            transport.write(packets.flip());
            packets.clear();
        }
    }

    private void sendEnd() {
        sendCloseNotify();
        if (!over) {
            transport.shutdownOutput();
        }
    }

    private void sendCloseNotify() {
        try {
            engine.closeOutbound();
            while (!engine.isOutboundDone()) {
                wrap(NOTHING);
            }
        } catch (SSLException e) {
            fail(client.reason(e));
        }
    }

    private void drained() {
        if (full && !over && unsent.isEmpty() && !transport.isFull()) {
            full = false;
            if (receiver != null) {
                receiver.drained();
            }
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------------------------

    private void leave() {
        if (!over) {
            left = true;
            unread.clear();
            record = null;
            transport.close();
        }
    }

    /** There is no TLS, or no more. The peer is told why by an alert where there is one to be sent, else by a reset. */
    private void fail(String reason) {
        if (over || left) {
            return;
        }
        over = true;
        boolean told = !secured && alert();
        if (told) {
            transport.close();
        } else {
            transport.reset();
        }
        finish(true, reason);
    }

    /** False when there was none: the handshake may be done, and it is us who are not content with it. */
    private boolean alert() {
        boolean told = false;
        try {
            for (int i = 0; i < GATHER && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; i++) {
                told |= wrap(NOTHING);
            }
            return told;
        } catch (SSLException | RuntimeException e) {
            return false;
        }
    }

    /** The last event goes out in a turn of its own, never within a call of the owner's. */
    private void finish(boolean cut, String reason) {
        if (closed) {
            return;
        }
        closed = true;
        over = true;
        unread.clear();
        unsent.clear();
        record = null;
        limit.cancel();
        last = () -> receiver.closed(cut, reason);
        if (receiver != null) {
            loop.later(last);
        }
    }

    /** What the transport tells. */
    private final class Wire implements Receiver {
        @Override
        public void received(ByteBuffer data) {
            pump(data);
        }

        @Override
        public void ended() {
            transportEnded = true;
            pump(NOTHING);
        }

        @Override
        public void drained() {
            TlsConnection.this.drained();
        }

        @Override
        public void outputDone() {
            if (!over && receiver != null) {
                receiver.outputDone();
            }
        }

        @Override
        public void closed(boolean cut, String reason) {
            if (cut) {
                finish(true, secured ? reason : "in the TLS handshake: " + reason);
            } else {
                transportEnded = true;
                transportClosed = reason;
                pump(NOTHING);
            }
        }
    }
}
