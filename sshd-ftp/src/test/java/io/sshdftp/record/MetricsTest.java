package io.sshdftp.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.forward.ControlEvents;
import io.sshdftp.forward.ControlOpening;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsTest {
    private final Records records = new Records();
    private final HttpClient http = HttpClient.newHttpClient();
    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        Metrics metrics = new Metrics(records, () -> new Metrics.Now(3, 4, 5));
        server = new MetricsServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), metrics);
    }

    @AfterEach
    void close() {
        server.close();
        records.close();
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private List<String> series() throws Exception {
        HttpResponse<String> answer = ask("GET", "/metrics");
        assertEquals(200, answer.statusCode());
        assertEquals(Optional.of("text/plain; version=0.0.4; charset=utf-8"), answer.headers().firstValue("Content-Type"));
        return answer.body().lines().filter(line -> !line.startsWith("#")).toList();
    }

    @Test
    void whatIsCountedIsThereFromTheBeginning() throws Exception {
        List<String> series = series();
        Stream.of(
                        "sshd_connections_total 0.0", "sshd_connections_open 3.0", "sshd_channels_open 4.0", "sshd_ftp_data_connections_pending 5.0",
                        "sshd_authentications_total{method=\"password\",result=\"refused\"} 0.0", "sshd_ftp_sessions_total 0.0",
                        "sshd_ftp_transfers_total{direction=\"download\",result=\"complete\"} 0.0", "sshd_ftp_data_bytes_total{direction=\"upload\"} 0.0",
                        "sshd_ftp_data_connections_failed_total{reason=\"expired\"} 0.0", "sshd_ftp_logins_total{result=\"accepted\"} 0.0",
                        "sshd_ftp_commands_refused_total{directive=\"FtpReadOnly\"} 0.0", "sshd_sftp_transfers_active 0.0",
                        "sshd_scp_data_bytes_total{direction=\"download\"} 0.0", "sshd_records_lost_total 0.0")
                .forEach(expected -> assertTrue(series.contains(expected), () -> expected + " in\n" + String.join("\n", series)));
        for (String jvm : List.of("jvm_memory_used_bytes{", "jvm_gc_", "jvm_threads_live_threads ", "process_uptime_seconds ")) {
            assertTrue(series.stream().anyMatch(line -> line.startsWith(jvm)), jvm);
        }
    }

    @Test
    void aTransferShowsWhileItLasts() throws Exception {
        long[] bytes = {0};
        Visitor visitor = new Visitor("c", "alice", "192.0.2.7", Optional.empty(), Optional.empty());
        ControlOpening opening = new ControlOpening(ControlOpening.Kind.LOCAL, "ftp.example", 21, Optional.empty());
        ControlEvents session = records.control(visitor, opening, () -> {});
        ControlEvents.Transfer get = new ControlEvents.Transfer(1, "RETR", "a", () -> bytes[0]);
        session.transferBegan(get);
        bytes[0] = 4096;
        assertTrue(series().containsAll(List.of(
                "sshd_ftp_data_bytes_total{direction=\"download\"} 4096.0", "sshd_ftp_transfers_active 1.0", "sshd_ftp_sessions_open 1.0")));
        session.transferEnded(get, 226, "");
        session.closed("");
        List<String> after = series();
        assertTrue(after.containsAll(List.of(
                "sshd_ftp_data_bytes_total{direction=\"download\"} 4096.0", "sshd_ftp_transfers_active 0.0", "sshd_ftp_sessions_open 0.0",
                "sshd_ftp_transfers_total{direction=\"download\",result=\"complete\"} 1.0")));
        assertTrue(after.stream().noneMatch(line -> line.contains("alice") || line.contains("ftp.example")));
    }

    @Test
    void nothingElseIsServed() throws Exception {
        assertEquals(404, ask("GET", "/").statusCode());
        assertEquals(404, ask("GET", "/metrics/x").statusCode());
        assertEquals(405, ask("POST", "/metrics").statusCode());
        assertEquals(405, ask("DELETE", "/metrics").statusCode());
    }

    /** Those that wait are still there when another has its answer, and get theirs. */
    @Test
    void nobodyWaitsForClientsThatStop() throws Exception {
        List<Socket> stopped = new ArrayList<>();
        try {
            for (int i = 0; i < MetricsServer.CONNECTIONS / 2; i++) {
                Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
                stopped.add(socket);
                socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
            }
            series();
            for (Socket socket : stopped) {
                socket.getOutputStream().write("ics HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            }
        } finally {
            for (Socket socket : stopped) {
                socket.close();
            }
        }
    }

    @Test
    void anAddressInUseIsSaid() {
        try (Metrics metrics = new Metrics(records, () -> new Metrics.Now(0, 0, 0))) {
            assertThrows(BindException.class, () -> new MetricsServer(server.address(), metrics));
        }
    }
}
