package io.sshdftp.record;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /metrics}, and nothing else, by HTTP.
 *
 * <p>BOUNDS: {@value #CONNECTIONS} connections, each of which has {@value #SECONDS} s to ask and as long to take the answer. The JDK reads a
 * question, from its first byte on, on a thread that waits for the rest: each connection has one, so that none waits for another's client.
 * Answers are made one at a time. THREADS: any.
 */
public final class MetricsServer implements AutoCloseable {
    static final int CONNECTIONS = 32;
    static final int SECONDS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final String PATH = "/metrics";

    static {
        // Read once by the JDK, when the first server is made.
        System.setProperty("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS));
        System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(SECONDS));
        System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(SECONDS));
    }

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Metrics metrics;

    /**
     * Starts to serve; owns the metrics from then on.
     *
     * @throws IOException the address cannot be bound
     */
    public MetricsServer(InetSocketAddress address, Metrics metrics) throws IOException {
        this.metrics = metrics;
        server = HttpServer.create(address, CONNECTIONS);
        threads = new ThreadPoolExecutor(CONNECTIONS, CONNECTIONS, SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(CONNECTIONS), task -> {
            Thread thread = new Thread(task, "metrics");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                send(exchange, 404, "Only " + PATH + " is here.\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                send(exchange, 405, "Only GET is answered.\n");
            } else {
                send(exchange, 200, text());
            }
        } catch (RuntimeException e) {
            LOG.error("metrics cannot be told", e);
        }
    }

    private synchronized String text() {
        return metrics.text();
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        metrics.close();
    }
}
