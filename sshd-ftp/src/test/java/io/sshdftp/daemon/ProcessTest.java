package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: signals, its PidFile, its log, -d. */
@Timeout(120)
class ProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String MAIN = "io.sshdftp.daemon.Main";

    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();
    private int port;

    @BeforeEach
    void prepare() throws Exception {
        RunningDaemon.prepare(directory);
        port = RunningDaemon.freePort();
        configure();
    }

    @AfterEach
    void end() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        }
    }

    private void configure(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add("PidFile " + directory.resolve("pid"));
        all.addAll(RunningDaemon.basics(directory, port));
        Files.write(directory.resolve("config"), all);
    }

    private Process start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-cp", System.getProperty("java.class.path")));
        for (String argument : arguments) {
            command.add(argument);
        }
        command.addAll(List.of("-f", directory.resolve("config").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("stderr").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private String read(String file) {
        try {
            return Files.exists(directory.resolve(file)) ? Files.readString(directory.resolve(file)) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, () -> "not in time: " + what + "\n" + read("stderr") + "\n" + read("log"));
            Thread.sleep(20);
        }
    }

    private void awaitText(String file, String text) throws InterruptedException {
        await(text, () -> read(file).contains(text));
    }

    private static void signal(Process process, String name) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor());
    }

    @Test
    void signals() throws Exception {
        Process daemon = start(MAIN, "-D", "-E", directory.resolve("log").toString());
        awaitText("log", "Server listening on 127.0.0.1 port " + port + ".\n");
        await("the PidFile", () -> read("pid").equals(daemon.pid() + "\n"));
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier((session, address, key) -> true);
            client.start();
            ClientSession session = client.connect("alice", "127.0.0.1", port).verify(LIMIT).getSession();
            session.addPasswordIdentity("secret");
            session.auth().verify(LIMIT);

            configure("DenyUsers *", "Nonsense 1");
            signal(daemon, "HUP");
            awaitText("log", "error: The configuration stays as it was.\n");
            // As logrotate does it: the file moves away, and SIGHUP opens a new one.
            configure("DenyUsers *");
            Files.move(directory.resolve("log"), directory.resolve("log.1"));
            signal(daemon, "HUP");
            awaitText("log", "Configuration read again, for new connections.\n");
            assertTrue(session.isOpen());
            session.createExecChannel("help").open().verify(LIMIT);
            ClientSession denied = client.connect("alice", "127.0.0.1", port).verify(LIMIT).getSession();
            denied.addPasswordIdentity("secret");
            denied.auth();
            awaitText("log", "User alice from 127.0.0.1 not allowed because listed in DenyUsers\n");
        }
        signal(daemon, "TERM");
        assertTrue(daemon.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), read("log"));
        assertEquals(0, daemon.exitValue());
        awaitText("log", "Received signal 15; terminating.\n");
        assertFalse(Files.exists(directory.resolve("pid")));
        assertEquals("", read("stderr"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aServiceManagerIsToldHowItGoes() throws Exception {
        String socket = directory.resolve("notify").toString();
        try (DatagramInbox manager = new DatagramInbox(socket, LIMIT)) {
            Process daemon = start(Map.of("NOTIFY_SOCKET", socket), MAIN, "-D", "-e");
            assertEquals("READY=1", manager.next());
            awaitText("stderr", "Server listening on 127.0.0.1 port " + port + ".\n");
            signal(daemon, "HUP");
            assertTrue(manager.next().startsWith("RELOADING=1\nMONOTONIC_USEC="));
            assertEquals("READY=1", manager.next());
            // A configuration that is not taken is a reload that has ended, too.
            configure("Nonsense 1");
            signal(daemon, "HUP");
            assertTrue(manager.next().startsWith("RELOADING=1\n"));
            assertEquals("READY=1", manager.next());
            signal(daemon, "TERM");
            assertEquals("STOPPING=1", manager.next());
            assertTrue(daemon.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), read("stderr"));
        }
    }

    @Test
    void debugServesOneConnection() throws Exception {
        Process daemon = start(MAIN, "-d");
        awaitText("stderr", "Server listening on 127.0.0.1 port " + port + ".\n");
        try (Socket socket = new Socket("127.0.0.1", port)) {
            assertEquals('S', socket.getInputStream().read());
        }
        assertTrue(daemon.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), read("stderr"));
        assertEquals(0, daemon.exitValue());
        assertFalse(Files.exists(directory.resolve("pid")));
        assertTrue(read("stderr").contains("Connection from 127.0.0.1 port "), read("stderr"));
    }

    @Test
    void logbackXmlIsFollowed() throws Exception {
        Path xml = directory.resolve("logback.xml");
        Files.writeString(xml, """
                <configuration>
                  <appender name="FILE" class="ch.qos.logback.core.FileAppender">
                    <file>%s</file>
                    <encoder class="ch.qos.logback.core.encoder.LayoutWrappingEncoder">
                      <layout class="io.sshdftp.daemon.SshdLayout"><identifier>sshd-${sshdftp.syslogFacility}</identifier></layout>
                    </encoder>
                  </appender>
                  <root level="WARN"><appender-ref ref="FILE"/></root>
                </configuration>
                """.formatted(directory.resolve("log")));
        configure("SyslogFacility LOCAL3", "LogLevel VERBOSE");
        Process daemon = start("-Dlogback.configurationFile=" + xml, MAIN, "-D");
        awaitText("log", "sshd-local3[" + daemon.pid() + "]: Server listening on 127.0.0.1 port " + port + ".\n");
        try (Socket socket = new Socket("127.0.0.1", port)) {
            awaitText("log", "sshd-local3[1]: Connection from 127.0.0.1 port " + socket.getLocalPort() + " on 127.0.0.1 port " + port + "\n");
        }
        assertEquals("", read("stderr"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theSystemsLog() throws Exception {
        Path xml = directory.resolve("logback.xml");
        String socket = directory.resolve("devlog").toString();
        String sample = Files.readString(Path.of("../conf/logback.example.xml"));
        assertTrue(sample.contains("<path>/dev/log</path>"));
        Files.writeString(xml, sample.replace("/dev/log</path>", socket + "</path>"));
        configure("SyslogFacility LOCAL3");
        try (DatagramInbox log = new DatagramInbox(socket, LIMIT)) {
            Process daemon = start("-Dlogback.configurationFile=" + xml, MAIN, "-D");
            String listens = log.next();
            String line = "<158>[A-Z][a-z]{2} [ 123]\\d [\\d:]{8} sshd\\[" + daemon.pid() + "]: Server listening on 127\\.0\\.0\\.1 port " + port;
            assertTrue(listens.matches(line + "\\."), listens);
            awaitText("stderr", "Server listening on ");
            try (Socket client = new Socket("127.0.0.1", port)) {
                client.getOutputStream().write("GET /\r\n".getBytes(StandardCharsets.US_ASCII));
                String first = log.next();
                assertTrue(first.startsWith("<155>") && first.contains(" sshd[1]: error: kex_exchange_identification: client sent invalid protocol"), first);
            }
            signal(daemon, "TERM");
            assertTrue(daemon.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), read("stderr"));
            String last = log.next();
            while (!last.endsWith("Received signal 15; terminating.")) {
                last = log.next();
            }
        }
    }

    @Test
    void ipv6AloneTakesNoIpv4() throws Exception {
        boolean ipv6 = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
        Assumptions.assumeTrue(ipv6, "no IPv6 on this machine's loopback interface");
        Files.write(directory.resolve("config"), List.of(
                "Port " + port, "ListenAddress ::", "HostKey " + directory.resolve("hostkey"), "VirtualUsers " + directory.resolve("users"),
                "PidFile none"));
        start(MAIN, "-D", "-e");
        awaitText("stderr", "Server listening on :: port " + port + ".\n");
        try (Socket socket = new Socket(InetAddress.getByName("::1"), port)) {
            assertEquals('S', socket.getInputStream().read());
        }
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e.toString());
        }
    }

    @Test
    void severalAddressesAndPorts() throws Exception {
        int second = RunningDaemon.freePort();
        Files.write(directory.resolve("config"), List.of(
                "Port 1", "ListenAddress 127.0.0.1:" + port, "ListenAddress 127.0.0.2:" + second, "ListenAddress 192.0.2.1:" + second,
                "HostKey " + directory.resolve("hostkey"), "VirtualUsers " + directory.resolve("users"), "PidFile " + directory + "/none/pid"));
        start(MAIN, "-D", "-e");
        awaitText("stderr", "Server listening on 127.0.0.2 port " + second + ".\n");
        awaitText("stderr", "error: Bind to port " + second + " on 192.0.2.1 failed: Cannot assign requested address.\n");
        awaitText("stderr", "error: Couldn't create pid file \"" + directory + "/none/pid\": ");
        for (String address : List.of("127.0.0.1:" + port, "127.0.0.2:" + second)) {
            String[] parts = address.split(":");
            try (Socket socket = new Socket(parts[0], Integer.parseInt(parts[1]))) {
                assertEquals("SSH-", new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII));
            }
        }
    }
}
