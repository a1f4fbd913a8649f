package io.sshdftp.bench;

import static io.sshdftp.ftp.Side.CLIENT;
import static io.sshdftp.ftp.Side.SERVER;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sshdftp.ftp.Action;
import io.sshdftp.ftp.CommandPolicy;
import io.sshdftp.ftp.ControlEngine;
import io.sshdftp.ftp.DataAddress;
import io.sshdftp.ftp.EngineOptions;
import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.ftp.EngineOptions.ServerTls;
import io.sshdftp.ftp.Side;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The engine of one control connection, in nanoseconds: of a whole file's commands and replies, and of one line of a long reply. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ControlEngineBenchmark {
    private static final int LINES = 1000;
    private static final byte[] PASV = wire("PASV");
    private static final byte[] ENTERING = wire("227 Entering Passive Mode (10,0,0,5,195,80).");
    private static final byte[] RETR = wire("RETR pub/some/file.tar.gz");
    private static final byte[] OPENING = wire("150 Opening BINARY mode data connection for pub/some/file.tar.gz (123456 bytes).");
    private static final byte[] COMPLETE = wire("226 Transfer complete.");
    private static final byte[] STAT = wire("STAT pub/some");

    /** Bytes that come at a time: everything is in one piece, or in the smallest. */
    @Param({"65536", "1"})
    int piece;

    private final List<Action> actions = new ArrayList<>();
    private InetAddress loopback;
    private ControlEngine engine;
    private byte[] listing;
    private long now;

    private static byte[] wire(String line) {
        return (line + "\r\n").getBytes(US_ASCII);
    }

    @Setup
    public void setUp() throws UnknownHostException {
        loopback = InetAddress.getByName("127.0.0.1");
        engine = new ControlEngine(
                new EngineOptions(
                        Optional.of(InetAddress.getByName("10.0.0.5")),
                        address -> false,
                        Optional.empty(),
                        ServerDataMode.SAME,
                        false,
                        false,
                        CommandPolicy.OPEN,
                        ServerTls.NO,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Optional.empty()),
                now);
        receive(SERVER, wire("220 ready"));
        StringBuilder lines = new StringBuilder("213-Status follows:\r\n");
        for (int i = 2; i < LINES; i++) {
            lines.append("-rw-r--r--   1 ftp      ftp        123456 Nov 20 12:36 file-").append(i).append(".tar.gz\r\n");
        }
        listing = lines.append("213 End of status\r\n").toString().getBytes(US_ASCII);
    }

    /** A file in passive mode, from PASV to 226. */
    @Benchmark
    public Object passiveTransfer() {
        int exchange = first(Action.Listen.class, receive(CLIENT, PASV)).exchange();
        engine.listening(exchange, CLIENT, new DataAddress(loopback, 30020), "", now++);
        receive(SERVER, ENTERING);
        engine.connected(exchange, SERVER, now++);
        engine.connected(exchange, CLIENT, now++);
        receive(CLIENT, RETR);
        receive(SERVER, OPENING);
        engine.delivered(exchange, now++);
        Action end = first(Action.TransferEnded.class, receive(SERVER, COMPLETE));
        engine.finished(exchange, true, Optional.empty(), "", now++);
        return end;
    }

    /** Of many lines in a reply; the time is one line's. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public Object longReply() {
        receive(CLIENT, STAT);
        return first(Action.Send.class, receive(SERVER, listing));
    }

    private List<Action> receive(Side from, byte[] bytes) {
        actions.clear();
        for (int at = 0; at < bytes.length; at += piece) {
            actions.addAll(engine.receive(from, ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)), now++));
        }
        return actions;
    }

    /** Without it the engine is no longer where it should be, and no figure means anything. */
    private static <T extends Action> T first(Class<T> kind, List<Action> actions) {
        for (Action action : actions) {
            if (kind.isInstance(action)) {
                return kind.cast(action);
            }
        }
        throw new IllegalStateException("no " + kind.getSimpleName() + " in " + actions);
    }
}
