package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.CommandPolicy;
import io.sshdftp.ftp.DataAddress;
import io.sshdftp.ftp.EngineOptions;
import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.ftp.EngineOptions.ServerTls;
import io.sshdftp.ftp.Side;
import io.sshdftp.leg.Leg;
import io.sshdftp.leg.MemoryBudget;
import io.sshdftp.leg.PortRange;
import io.sshdftp.leg.Resolver;
import io.sshdftp.leg.Source;
import io.sshdftp.leg.TcpConnection;
import io.sshdftp.leg.TcpLeg;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One control channel: the FTP server is a real socket of the test's, the client's side is played. */
@Timeout(60)
class ControlChannelTest {
    private static final InetAddress SERVER = Resolver.literal("127.0.0.21").orElseThrow();
    private static final InetAddress GATEWAY = Resolver.literal("127.0.0.22").orElseThrow();
    private static final DataAddress CLIENT = new DataAddress(Resolver.literal("127.0.0.1").orElseThrow(), 40000);

    private OnLoop on;
    private ServerSocket listener;
    private FtpPeer server;
    private Wire client;
    private final FakeLeg clientLeg = new FakeLeg();
    private final AtomicInteger closed = new AtomicInteger();
    private ControlChannel channel;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final ControlEvents events = new ControlEvents() {
        @Override
        public void replied(String command, String argument, int code, String path) {
            heard.add(command + " " + code);
        }

        @Override
        public void transferBegan(Transfer transfer) {
            heard.add("began " + transfer.number() + " " + transfer.verb());
        }

        @Override
        public void transferEnded(Transfer transfer, int code, String reason) {
            heard.add("ended " + transfer.number() + " " + code + " " + transfer.bytes().getAsLong() + " " + reason);
        }

        @Override
        public void closed(String reason) {
            heard.add("closed");
        }
    };
    private Duration dataTimeout = Duration.ofSeconds(20);
    private int maxPending = 64;

    @BeforeEach
    void open() throws Exception {
        on = new OnLoop();
        listener = new ServerSocket(0, 5, SERVER);
        listener.setSoTimeout(20_000);
    }

    @AfterEach
    void close() throws Exception {
        on.close();
        listener.close();
        if (server != null) {
            server.socket.close();
        }
    }

    /** The FTP server's end of the control connection. */
    private static final class FtpPeer {
        final Socket socket;
        private final BufferedReader lines;

        FtpPeer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(20_000);
            lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        void say(String line) throws IOException {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }

        void hears(String line) throws IOException {
            assertEquals(line, lines.readLine());
        }
    }

    /** A leg that the test answers for, at once if it wants. */
    private static final class FakeLeg implements Leg {
        final List<Asked> asked = new ArrayList<>();
        String obstacle = "";
        RuntimeException bug;
        /** Connects within listen and dial, as a leg may. */
        Wire atOnce;

        final class Asked implements Attempt {
            final String verb;
            final Events events;
            boolean expected;
            boolean cancelled;

            Asked(String verb, Events events) {
                this.verb = verb;
                this.events = events;
                asked.add(this);
            }

            @Override
            public void expect() {
                expected = true;
            }

            @Override
            public void cancel() {
                cancelled = true;
            }
        }

        @Override
        public Attempt listen(OptionalInt port, Events events) {
            if (bug != null) {
                throw bug;
            }
            Asked attempt = new Asked("listen " + port, events);
            events.listening(new DataAddress(CLIENT.host(), 30020 + asked.size() - 1), "add a forward");
            return attempt;
        }

        @Override
        public String unreachable(DataAddress address) {
            return obstacle;
        }

        @Override
        public Attempt dial(DataAddress address, DataAddress originator, Events events) {
            Asked attempt = new Asked("dial " + address + " from " + originator, events);
            if (atOnce != null) {
                events.connected(atOnce);
            }
            return attempt;
        }
    }

    private void start(ServerDataMode mode) throws Exception {
        client = new Wire(on.loop, InetSocketAddress.createUnresolved("127.0.0.1", 40000));
        CompletableFuture<TcpConnection> connected = new CompletableFuture<>();
        on.run(() -> TcpConnection.connect(
                on.loop,
                Optional.of(Source.own(GATEWAY)),
                new InetSocketAddress(SERVER, listener.getLocalPort()),
                Duration.ofSeconds(10),
                new TcpConnection.ConnectCallback() {
                    @Override
                    public void connected(TcpConnection connection) {
                        connected.complete(connection);
                    }

                    @Override
                    public void failed(IOException cause) {
                        connected.completeExceptionally(cause);
                    }
                }));
        server = new FtpPeer(listener.accept());
        TcpConnection control = connected.get(10, TimeUnit.SECONDS);
        EngineOptions options = new EngineOptions(
                Optional.of(SERVER), host -> false, Optional.of(CLIENT), mode, false, false, CommandPolicy.OPEN, ServerTls.NO, dataTimeout,
                Duration.ofSeconds(20), Optional.empty());
        TcpLeg serverLeg = new TcpLeg(control, List.of(PortRange.EPHEMERAL), Duration.ofSeconds(10), Side.SERVER);
        on.run(() -> {
            channel = new ControlChannel(
                    "test", options, new PendingData(maxPending), MemoryBudget.UNLIMITED, client, clientLeg, control, serverLeg, Optional.empty(),
                    events, closed::incrementAndGet);
            channel.start();
        });
        server.say("220 ready");
        clientHears("220 ready");
    }

    private void start() throws Exception {
        start(ServerDataMode.SAME);
    }

    private void clientSays(String line) throws Exception {
        on.run(() -> client.feed(line + "\r\n"));
    }

    private void clientHears(String... lines) throws Exception {
        String expected = String.join("\r\n", lines) + "\r\n";
        StringBuilder heard = new StringBuilder();
        Gateway.await("to the client: " + expected, () -> heard.append(client.taken()).length() >= expected.length());
        assertEquals(expected, heard.toString());
    }

    private FakeLeg.Asked asked(int index) throws Exception {
        Gateway.await("attempt " + index + " at the client's leg", () -> {
            try {
                return on.get(() -> clientLeg.asked.size() > index);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        return clientLeg.asked.get(index);
    }

    /** PASV and its answer; the server's data socket. */
    private Socket passive() throws Exception {
        try (ServerSocket data = new ServerSocket(0, 5, SERVER)) {
            data.setSoTimeout(20_000);
            int before = clientLeg.asked.size();
            clientSays("PASV");
            server.hears("PASV");
            int port = data.getLocalPort();
            // A wrong address, as servers behind NAT give it: the control connection's is used.
            server.say("227 Entering Passive Mode (10,9,8,7," + port / 256 + "," + port % 256 + ").");
            asked(before);
            clientHears("227 Entering Passive Mode (127,0,0,1,117," + (30020 + before - 29952) + ").");
            assertTrue(clientLeg.asked.get(before).expected);
            Socket accepted = data.accept();
            accepted.setSoTimeout(20_000);
            assertEquals(GATEWAY, accepted.getInetAddress());
            return accepted;
        }
    }

    private Wire join(int index) throws Exception {
        Wire data = new Wire(on.loop);
        on.run(() -> clientLeg.asked.get(index).events.connected(data));
        return data;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** True for a reset, false for an end. */
    private static boolean endsWithReset(Socket socket) throws IOException {
        byte[] buffer = new byte[65536];
        try {
            while (socket.getInputStream().read(buffer) >= 0) {
                // Only how it ends matters.
            }
            return false;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    private void awaitClosed() throws Exception {
        Gateway.await("the end of the control channel", () -> closed.get() > 0);
        on.run(() -> {});
        assertEquals(1, closed.get());
        assertEquals(List.of(), channel.transfers());
    }

    @Test
    void aDownloadArrivesBeforeItsReply() throws Exception {
        start();
        byte[] file = random(700_000);
        Socket data = passive();
        clientSays("RETR a file");
        server.hears("RETR a file");
        server.say("150 here it comes");
        clientHears("150 here it comes");
        Wire clientData = join(0);
        assertEquals("RETR", channel.transfers().get(0).verb());
        assertEquals("a file", channel.transfers().get(0).argument());
        on.run(() -> clientData.peerReads = false);
        data.getOutputStream().write(Arrays.copyOf(file, 400_000));
        data.close();
        server.say("226 done");
        Gateway.await("a pause", () -> clientData.queued > 0);
        on.run(() -> {});
        // Only 400,000 of it was sent; what counts is that all of it is there when the reply is.
        Gateway.await("all bytes", () -> {
            try {
                on.run(() -> {
                    clientData.peerReadsAgain();
                    clientData.peerReads = false;
                });
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return clientData.outputEnded;
        });
        clientHears("226 done");
        assertArrayEquals(Arrays.copyOf(file, 400_000), clientData.sent());
        on.run(clientData::end);
        on.run(() -> clientData.gone(false, "both ends done"));
        assertEquals(List.of(), channel.transfers());
    }

    @Test
    void aServerThatIsDoneBeforeTheClientComesIsHeardWhole() throws Exception {
        start();
        byte[] file = random(30_000);
        Socket data = passive();
        data.getOutputStream().write(file);
        data.close();
        clientSays("LIST");
        server.hears("LIST");
        server.say("150 here it comes");
        server.say("226 done");
        clientHears("150 here it comes");
        Wire clientData = join(0);
        clientHears("226 done");
        assertArrayEquals(file, clientData.sent());
        assertTrue(clientData.outputEnded);
        assertFalse(clientData.reset);
    }

    @Test
    void aServerThatBreaksOffBeforeTheClientComesIsNoEmptyFile() throws Exception {
        start();
        Socket data = passive();
        data.setSoLinger(true, 0);
        data.close();
        clientSays("RETR file");
        server.hears("RETR file");
        server.say("150 here it comes");
        clientHears("150 here it comes");
        Wire clientData = join(0);
        server.say("226 done");
        Gateway.await("the cut", () -> clientData.reset);
        assertFalse(clientData.outputEnded);
        // 425 when the reset came before our side was done connecting.
        String reply = await("42[56] ");
        assertTrue(reply.contains("FTP server") || reply.contains("Connection reset"), reply);
    }

    private String await(String code) throws Exception {
        StringBuilder heard = new StringBuilder();
        Gateway.await("a reply " + code, () -> heard.append(client.taken()).toString().endsWith("\r\n"));
        assertTrue(heard.toString().matches("(?s)" + code + ".*"), heard::toString);
        return heard.toString();
    }

    @Test
    void aClientThatIsCutTakesItsUploadAndTheServersSessionAlong() throws Exception {
        start();
        Socket data = passive();
        clientSays("STOR file");
        server.hears("STOR file");
        server.say("150 send it");
        clientHears("150 send it");
        Wire clientData = join(0);
        Gateway.await("the join", clientData::isStarted);
        on.run(() -> clientData.feed(random(50_000)));
        on.run(() -> client.gone(true, "ssh connection lost"));
        assertTrue(endsWithReset(data), "the upload");
        assertTrue(endsWithReset(server.socket), "the control connection");
        assertTrue(clientData.reset);
        awaitClosed();
        assertEquals(List.of("began 1 STOR", "ended 1 0 50000 FTP client: ssh connection lost", "closed"), heard);
    }

    @Test
    void aPausedClientWhoseSshConnectionEndsIsCutAllTheSame() throws Exception {
        start();
        // The engine stops reading when enough waits behind a set-up that is not answered.
        clientSays("PASV");
        on.run(() -> client.feed("NOOP\r\n".repeat(20_000)));
        assertTrue(client.paused);
        on.run(() -> channel.cut("ssh connection lost"));
        assertTrue(client.reset);
        assertTrue(endsWithReset(server.socket));
        awaitClosed();
    }

    @Test
    void aServerThatDiesTakesTheDownloadAlong() throws Exception {
        start();
        Socket data = passive();
        clientSays("RETR file");
        server.hears("RETR file");
        Wire clientData = join(0);
        data.getOutputStream().write(random(1000));
        Gateway.await("the first bytes", () -> clientData.sent().length == 1000);
        server.socket.setSoLinger(true, 0);
        server.socket.close();
        Gateway.await("the cut", () -> clientData.reset);
        assertFalse(clientData.outputEnded);
        assertTrue(await("421 ").contains("The FTP server's control connection broke"));
        assertTrue(endsWithReset(data));
        awaitClosed();
    }

    @Test
    void aTransferThatHasItsReplyOutlivesTheSession() throws Exception {
        start();
        Socket data = passive();
        clientSays("STOR file");
        server.hears("STOR file");
        Wire clientData = join(0);
        Gateway.await("the join", clientData::isStarted);
        on.run(() -> clientData.feed("content"));
        server.say("226 enough");
        clientHears("226 enough");
        clientSays("QUIT");
        server.hears("QUIT");
        server.say("221 bye");
        server.socket.close();
        awaitClosed();
        on.run(() -> clientData.feed(" and more"));
        on.run(clientData::end);
        assertArrayEquals("content and more".getBytes(StandardCharsets.US_ASCII), data.getInputStream().readAllBytes());
    }

    @Test
    void theNewestSetUpWinsAndTheOlderOneIsFreed() throws Exception {
        start();
        Socket first = passive();
        Socket second = passive();
        // Nothing was under way, and a server that has not accepted it would keep an orderly close waiting.
        assertTrue(endsWithReset(first));
        assertTrue(clientLeg.asked.get(0).cancelled);
        assertFalse(clientLeg.asked.get(1).cancelled);
        Wire late = new Wire(on.loop);
        on.run(() -> clientLeg.asked.get(0).events.connected(late));
        assertTrue(late.reset, "a connection that comes after the cancel");
        second.close();
    }

    @Test
    void aDataConnectionThatNeverComesIsReportedWithTheRemedyAndFreesEverything() throws Exception {
        dataTimeout = Duration.ofMillis(300);
        start();
        Socket data = passive();
        clientSays("RETR file");
        server.hears("RETR file");
        server.say("150 here it comes");
        clientHears("150 here it comes");
        assertTrue(endsWithReset(data));
        server.say("426 connection lost");
        assertTrue(await("425 ").contains("add a forward"));
        assertTrue(clientLeg.asked.get(0).cancelled);
        // And the next one works.
        Socket next = passive();
        clientSays("LIST");
        server.hears("LIST");
        Wire clientData = join(1);
        next.getOutputStream().write("listing".getBytes(StandardCharsets.US_ASCII));
        next.close();
        server.say("226 done");
        clientHears("226 done");
        assertEquals("listing", clientData.taken());
    }

    @Test
    void anActiveClientIsDialledWhenTheServerComes() throws Exception {
        start();
        Wire clientData = new Wire(on.loop);
        clientLeg.atOnce = clientData;
        clientSays("PORT 127,0,0,1,195,80");
        String port = serverPort();
        server.say("200 ok");
        clientHears("200 ok");
        clientSays("STOR file");
        server.hears("STOR file");
        try (Socket data = new Socket()) {
            data.bind(new InetSocketAddress(SERVER, 0));
            data.connect(new InetSocketAddress(GATEWAY, Integer.parseInt(port)), 10_000);
            Gateway.await("the join", clientData::isStarted);
            assertEquals("dial 127.0.0.1:50000 from 127.0.0.21:" + listener.getLocalPort(), asked(0).verb);
            on.run(() -> clientData.feed("whole"));
            on.run(clientData::end);
            assertArrayEquals("whole".getBytes(StandardCharsets.US_ASCII), data.getInputStream().readAllBytes());
        }
        server.say("226 done");
        clientHears("226 done");
    }

    /** The port of the PORT that the server hears. */
    private String serverPort() throws IOException {
        String[] words = server.lines.readLine().split("[ ,]");
        assertEquals("PORT 127 0 0 22", String.join(" ", List.of(words).subList(0, 5)));
        return "" + (Integer.parseInt(words[5]) * 256 + Integer.parseInt(words[6]));
    }

    @Test
    void anObstacleIsTheReply() throws Exception {
        start();
        clientLeg.obstacle = "no way back";
        clientSays("PORT 127,0,0,1,195,80");
        clientHears("500 No way back");
        clientSays("NOOP");
        server.hears("NOOP");
    }

    @Test
    void dataConnectionsThatArePendingAreCounted() throws Exception {
        maxPending = 1;
        start();
        clientSays("PORT 127,0,0,1,195,1");
        serverPort();
        server.say("200 ok");
        clientSays("STOR file");
        server.hears("STOR file");
        clientSays("PORT 127,0,0,1,195,2");
        server.say("426 no");
        clientHears("200 ok", "426 no", "500 1 data connections are pending already (FtpMaxPendingData)");
        // The first one is over, and its place free.
        clientSays("PORT 127,0,0,1,195,3");
        serverPort();
    }

    @Test
    void aClientThatSendsAndNeverReadsIsNotReadEither() throws Exception {
        start();
        client.peerReads = false;
        // Each is answered here, with more than it says.
        byte[] commands = "AUTH TLS\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
        int sent = 0;
        while (!client.paused && sent < 100_000_000) {
            on.run(() -> client.feed(commands));
            sent += commands.length;
        }
        assertTrue(client.paused, "after " + sent + " bytes");
        assertTrue(client.queued < 1_000_000, () -> "queued " + client.queued);
        on.run(client::peerReadsAgain);
        assertFalse(client.paused);
        client.taken();
        client.peerReads = true;
        clientSays("NOOP");
        server.hears("NOOP");
        server.say("200 ok");
        clientHears("200 ok");
    }

    @Test
    void aClientThatDoesNotReadStopsTheServersOutput() throws Exception {
        start();
        client.peerReads = false;
        clientSays("STAT");
        server.hears("STAT");
        int total = 40_000_000;
        AtomicLong written = new AtomicLong();
        byte[] line = (" " + "x".repeat(997) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        Thread writer = new Thread(() -> {
            try {
                server.say("211-Status");
                for (int i = 0; i < total / line.length; i++) {
                    server.socket.getOutputStream().write(line);
                    written.addAndGet(line.length);
                }
                server.say("211 End");
            } catch (IOException e) {
                written.set(-1);
            }
        });
        writer.start();
        Gateway.await("the client's queue is full", () -> client.queued > io.sshdftp.leg.Connection.HIGH_WATER);
        long[] last = {-1};
        Gateway.await("the server is stopped", () -> {
            long before = last[0];
            last[0] = written.get();
            return before == last[0] && writer.getState() == Thread.State.RUNNABLE;
        });
        assertTrue(client.queued < 1_000_000, () -> "queued " + client.queued);
        assertTrue(written.get() < total, "all of it was taken");
        long[] read = {0};
        Gateway.await("all of it", () -> {
            try {
                on.run(client::peerReadsAgain);
                client.peerReads = false;
                read[0] += client.taken().length();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return read[0] == "211-Status\r\n".length() + total / line.length * (long) line.length + "211 End\r\n".length();
        });
        writer.join(10_000);
    }

    @Test
    void aServerThatDoesNotReadStopsTheClient() throws Exception {
        start();
        byte[] commands = ("SITE " + "x".repeat(15_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        int sent = 0;
        while (!client.paused && sent < 100_000_000) {
            on.run(() -> client.feed(commands));
            sent += commands.length;
        }
        assertTrue(client.paused, "after " + sent + " bytes");
        assertTrue(sent < 20_000_000, "after " + sent + " bytes");
        // The server is heard all the while: one that writes before it reads would wait for ever.
        server.say("200 ok");
        clientHears("200 ok");
    }

    @Test
    void aBugInALegEndsTheSessionVisibly() throws Exception {
        start();
        clientLeg.bug = new IllegalStateException("made by the test");
        clientSays("EPSV");
        assertTrue(client.reset);
        assertTrue(endsWithReset(server.socket));
        awaitClosed();
    }

    @Test
    void aClientThatDoesNotReadItsFarewellIsResetInTheEnd() throws Exception {
        dataTimeout = Duration.ofMillis(300);
        start();
        client.peerReads = false;
        server.say("421 timeout");
        Gateway.await("the close", () -> client.closed);
        Gateway.await("the reset", () -> client.reset);
        server.socket.close();
        awaitClosed();
    }

    @Test
    void theEndOfTheClientReachesTheServer() throws Exception {
        start();
        on.run(client::end);
        assertEquals(null, server.lines.readLine());
        server.socket.close();
        awaitClosed();
        assertTrue(client.closed);
        assertFalse(client.reset);
    }

    @Test
    void transfersCanBeListedFromAnyThread() throws Exception {
        start();
        CompletableFuture<Void> failure = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                while (closed.get() == 0) {
                    channel.transfers().forEach(TransferListing::bytes);
                }
            } catch (RuntimeException e) {
                failure.completeExceptionally(e);
            }
        });
        reader.start();
        for (int i = 0; i < 30; i++) {
            Socket data = passive();
            clientSays("NLST");
            server.hears("NLST");
            Wire clientData = join(i);
            data.close();
            server.say("226 done");
            clientHears("226 done");
            on.run(clientData::end);
            on.run(() -> clientData.gone(false, "both ends done"));
        }
        server.socket.close();
        awaitClosed();
        reader.join(10_000);
        assertFalse(failure.isCompletedExceptionally());
        assertThrows(java.util.concurrent.TimeoutException.class, () -> failure.get(0, TimeUnit.SECONDS));
    }
}
