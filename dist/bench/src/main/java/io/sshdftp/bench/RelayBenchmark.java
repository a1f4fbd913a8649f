package io.sshdftp.bench;

import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Relay;
import io.sshdftp.leg.RelayDirection;
import io.sshdftp.leg.RelayEnd;
import io.sshdftp.leg.TcpConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A relay between two TCP connections of one loop, in MB (2^20 bytes) per second, over loopback: this thread sends at one end as fast as it
 * is taken, another reads at the other end. Three threads are at work, so that two CPUs are one too few.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RelayBenchmark {
    private static final int LIMIT_SECONDS = 60;

    private final byte[] block = new byte[1 << 20];
    private final CompletableFuture<RelayEnd> end = new CompletableFuture<>();
    private EventLoop loop;
    private Socket source;
    private Socket sink;
    private CompletableFuture<Long> taken;
    private long sent;

    @Setup
    public void setUp() throws Exception {
        loop = new EventLoop("relay");
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            TcpConnection from = connect(first);
            source = first.accept();
            TcpConnection to = connect(second);
            sink = second.accept();
            loop.execute(() -> Relay.join(from, to, end::complete));
        }
        taken = CompletableFuture.supplyAsync(this::drain, task -> new Thread(task, "sink").start());
    }

    private TcpConnection connect(ServerSocket server) throws Exception {
        CompletableFuture<TcpConnection> outcome = new CompletableFuture<>();
        TcpConnection.ConnectCallback callback = new TcpConnection.ConnectCallback() {
            @Override
            public void connected(TcpConnection connection) {
                outcome.complete(connection);
            }

            @Override
            public void failed(IOException cause) {
                outcome.completeExceptionally(cause);
            }
        };
        InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
        loop.execute(() -> TcpConnection.connect(loop, Optional.empty(), address, Duration.ofSeconds(LIMIT_SECONDS), callback));
        return outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** All that comes, up to the end. */
    private long drain() {
        byte[] buffer = new byte[256 * 1024];
        long count = 0;
        try {
            InputStream in = sink.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                count += n;
            }
            return count;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public void megabyte() throws IOException {
        source.getOutputStream().write(block);
        sent += block.length;
    }

    /** Every byte must have come through, or no figure means anything. */
    @TearDown
    public void tearDown() throws Exception {
        try {
            source.shutdownOutput();
            long count = taken.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            sink.close();
            long relayed = end.get(LIMIT_SECONDS, TimeUnit.SECONDS).bytes(RelayDirection.FIRST_TO_SECOND);
            if (count != sent || relayed != sent) {
                throw new IllegalStateException(sent + " bytes went in, " + relayed + " through, " + count + " came out");
            }
        } finally {
            source.close();
            sink.close();
            loop.close();
        }
    }
}
