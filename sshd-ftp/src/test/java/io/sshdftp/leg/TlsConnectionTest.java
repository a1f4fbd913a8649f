package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TlsConnectionTest {
    private static final String HOST = "ftp.example";
    private static final Certificates CA = new Certificates("a good authority");
    private static final SSLContext SERVER = CA.server(HOST, "127.0.0.1");
    private static final String TLS12 = "TLSv1.2";
    private static final String TLS13 = "TLSv1.3";

    private final TlsTasks tasks = new TlsTasks();
    private final MemoryBudget budget = MemoryBudget.of(1 << 24);
    private Recorder recorder = new Recorder();
    private EventLoop loop;
    private ServerSocket listener;
    private Connection connection;
    private TlsPeer peer;

    @BeforeEach
    void open() throws IOException {
        loop = new EventLoop("test");
        listener = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void close() throws Exception {
        if (peer != null) {
            peer.close();
        }
        listener.close();
        loop.close();
        tasks.close();
    }

    // ---- a connection ----------------------------------------------------------------------------------------------------------------

    private TlsClient client(TlsTrust trust, String host) {
        return new TlsClient(trust, Optional.of(host), 21, tasks);
    }

    /** Neither started nor through with its handshake. */
    private void connect(TlsClient client, SSLContext server, String protocol) throws Exception {
        Connecting connecting = new Connecting();
        loop.execute(() -> TcpConnection.connect(
                loop, Optional.empty(), (InetSocketAddress) listener.getLocalSocketAddress(), Duration.ofSeconds(5), connecting));
        Socket accepted = listener.accept();
        peer = new TlsPeer(accepted, server, protocol);
        TcpConnection transport = connecting.result().get(5, TimeUnit.SECONDS);
        connection = Recorder.on(loop, () -> client.secure(transport));
        Recorder.run(loop, () -> connection.charge(budget));
    }

    private void start() throws Exception {
        Recorder.run(loop, () -> connection.start(recorder));
    }

    private void secured(String protocol) throws Exception {
        connect(client(CA.trust(), HOST), SERVER, protocol);
        start();
        peer.handshake();
    }

    private void write(String text) throws Exception {
        Recorder.run(loop, () -> connection.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))));
    }

    private String hears(int count) throws IOException {
        return new String(peer.read(count), StandardCharsets.US_ASCII);
    }

    private void awaitBytes(int count) throws InterruptedException {
        Recorder.await(count + " bytes", () -> recorder.count >= count || recorder.closed.isDone());
        assertEquals(count, recorder.count, recorder.reason);
    }

    private static byte[] random(int count) {
        byte[] data = new byte[count];
        new Random(count).nextBytes(data);
        return data;
    }

    private static byte[] digest(byte[] data) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(data);
    }

    // ---- data and ends ---------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void bytesPassBothWaysAndEndsAreCloseNotify(String protocol) throws Exception {
        secured(protocol);
        write("hello");
        assertEquals("hello", hears(5));
        peer.write("welcome".getBytes(StandardCharsets.US_ASCII));
        awaitBytes(7);
        assertFalse(recorder.ended);
        peer.closeNotify();
        Recorder.await("the end", () -> recorder.ended);
        Recorder.run(loop, connection::shutdownOutput);
        assertEquals(-1, peer.read());
        assertTrue(peer.atFin());
        Recorder.await("our end is out", () -> recorder.outputDone);
        peer.socket.shutdownOutput();
        assertFalse(recorder.awaitClosed(), recorder.reason);
        assertArrayEquals("welcome".getBytes(StandardCharsets.US_ASCII), recorder.bytes());
        assertEquals(0, budget.used());
    }

    @Test
    void theOtherDirectionGoesOnAfterOurEnd() throws Exception {
        secured(TLS13);
        write("all");
        Recorder.run(loop, connection::shutdownOutput);
        assertEquals("all", hears(3));
        assertEquals(-1, peer.read());
        byte[] data = random(500_000);
        peer.write(data);
        peer.closeNotify();
        peer.socket.shutdownOutput();
        assertFalse(recorder.awaitClosed(), recorder.reason);
        assertTrue(recorder.ended);
        assertArrayEquals(digest(data), digest(recorder.bytes()));
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void muchDataArrivesWholeWhileItsReaderStopsNowAndThen(String protocol) throws Exception {
        secured(protocol);
        byte[] data = random(1 << 20);
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                peer.write(data);
                peer.closeNotify();
                peer.socket.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        while (!recorder.ended && !recorder.closed.isDone()) {
            Recorder.run(loop, connection::pause);
            long before = recorder.count;
            Recorder.run(loop, () -> {});
            assertEquals(before, recorder.count);
            assertTrue(budget.used() <= EventLoop.READ_BUFFER + 40_000, () -> budget.used() + " bytes wait");
            Recorder.run(loop, connection::resume);
        }
        sent.get(20, TimeUnit.SECONDS);
        Recorder.await("the end", () -> recorder.ended || recorder.closed.isDone());
        assertTrue(recorder.ended, recorder.reason);
        assertArrayEquals(digest(data), digest(recorder.bytes()));
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void muchDataIsSentWholeAndTheSourceIsToldToWait(String protocol) throws Exception {
        secured(protocol);
        byte[] data = random(12_000_000);
        int[] written = new int[1];
        // As much as the connection wants, which is less than all while nobody reads.
        Recorder.await("it is full", () -> {
            try {
                return Recorder.on(loop, () -> {
                    if (!connection.isFull()) {
                        written[0] += write(data, written[0]);
                    }
                    return connection.isFull() || written[0] == data.length;
                });
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertTrue(written[0] < data.length || connection.queued() > 0);
        CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> {
            try {
                return peer.read(data.length);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        while (written[0] < data.length) {
            Recorder.run(loop, () -> {
                if (!connection.isFull()) {
                    written[0] += write(data, written[0]);
                }
            });
        }
        assertArrayEquals(digest(data), digest(got.get(20, TimeUnit.SECONDS)));
        Recorder.await("room again", () -> recorder.drained > 0);
        Recorder.run(loop, connection::shutdownOutput);
        assertEquals(-1, peer.read());
    }

    private int write(byte[] data, int from) {
        int count = Math.min(100_000, data.length - from);
        connection.write(ByteBuffer.wrap(data, from, count));
        return count;
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void aFinWithoutCloseNotifyIsACut(String protocol) throws Exception {
        secured(protocol);
        peer.write(new byte[1000]);
        peer.socket.shutdownOutput();
        assertTrue(recorder.awaitClosed());
        assertFalse(recorder.ended);
        assertEquals(1000, recorder.count);
        assertEquals("the server ended the connection without close_notify, so data may be missing", recorder.reason);
        assertThrows(SocketException.class, () -> {
            while (peer.read() >= 0) {
                // The reset may be behind something.
            }
        });
    }

    @Test
    void aFinWithoutCloseNotifyIsACutAlsoWhileTheReaderHasPaused() throws Exception {
        secured(TLS13);
        Recorder.run(loop, connection::pause);
        peer.write(new byte[1000]);
        peer.socket.shutdownOutput();
        Recorder.run(loop, connection::resume);
        assertTrue(recorder.awaitClosed());
        assertFalse(recorder.ended);
        assertEquals(1000, recorder.count);
    }

    @Test
    void onAControlConnectionAFinIsAnEnd() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        upgraded(calls::add);
        peer.handshake();
        peer.write("221 bye\r\n".getBytes(StandardCharsets.US_ASCII));
        peer.socket.shutdownOutput();
        Recorder.await("the end", () -> recorder.ended);
        assertEquals(9, recorder.count);
        assertEquals(1, calls.size());
        assertTrue(calls.get(0).startsWith("TLSv1.3 TLS_"), calls::toString);
        Recorder.run(loop, connection::close);
        peer.socket.close();
        assertFalse(recorder.awaitClosed(), recorder.reason);
    }

    private void upgraded(Consumer<String> secured) throws Exception {
        Connecting connecting = new Connecting();
        loop.execute(() -> TcpConnection.connect(
                loop, Optional.empty(), (InetSocketAddress) listener.getLocalSocketAddress(), Duration.ofSeconds(5), connecting));
        peer = new TlsPeer(listener.accept(), SERVER, TLS13);
        TcpConnection transport = connecting.result().get(5, TimeUnit.SECONDS);
        Recorder.run(loop, () -> {
            TlsConnection upgraded = client(CA.trust(), HOST).upgrade(transport, secured);
            transport.start(upgraded.wire());
            upgraded.start(recorder);
            upgraded.begin();
            connection = upgraded;
        });
    }

    @Test
    void halfARecordIsNoEndOnAControlConnectionEither() throws Exception {
        upgraded(protection -> {});
        peer.handshake();
        peer.raw(new byte[] {23, 3, 3, 0, 100, 1, 2, 3}, 8);
        peer.socket.shutdownOutput();
        assertTrue(recorder.awaitClosed());
        assertFalse(recorder.ended);
    }

    @Test
    void aResetIsACut() throws Exception {
        secured(TLS13);
        write("x");
        hears(1);
        peer.socket.setSoLinger(true, 0);
        peer.socket.close();
        assertTrue(recorder.awaitClosed());
        assertFalse(recorder.ended);
    }

    @Test
    void ourResetIsOneOnTheWire() throws Exception {
        secured(TLS13);
        Recorder.run(loop, connection::reset);
        assertThrows(SocketException.class, peer::read);
        assertTrue(recorder.awaitClosed());
    }

    /** RFC 5246 section 7.2.1: TLS 1.2 has no direction of its own to end. */
    @Test
    void whatIsSentAfterAServersLastWordInTls12IsNotTakenForSent() throws Exception {
        secured(TLS12);
        peer.closeNotify();
        Recorder.await("the end", () -> recorder.ended);
        write("too late");
        assertTrue(recorder.awaitClosed());
        assertFalse(recorder.outputDone);
    }

    // ---- the handshake ---------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void whatIsWrittenBeforeTheHandshakeWaitsForItAlsoWhenTheConnectionIsClosedMeanwhile(String protocol) throws Exception {
        connect(client(CA.trust(), HOST), SERVER, protocol);
        start();
        byte[] data = random(400_000);
        Recorder.run(loop, () -> {
            connection.write(ByteBuffer.wrap(data));
            assertTrue(connection.isFull());
            connection.shutdownOutput();
            connection.close();
        });
        peer.handshake();
        assertArrayEquals(digest(data), digest(peer.read(data.length)));
        assertEquals(-1, peer.read());
        assertTrue(peer.atFin());
        peer.close();
        assertFalse(recorder.awaitClosed(), recorder.reason);
        assertTrue(recorder.outputDone);
        assertEquals(0, budget.used());
    }

    @Test
    void anEmptyFileHasItsEndToo() throws Exception {
        connect(client(CA.trust(), HOST), SERVER, TLS13);
        start();
        Recorder.run(loop, () -> {
            connection.shutdownOutput();
            connection.close();
        });
        peer.handshake();
        assertEquals(-1, peer.read());
    }

    @Test
    void aConnectionThatNothingWaitsForIsClosedInTheHandshake() throws Exception {
        connect(client(CA.trust(), HOST), SERVER, TLS13);
        start();
        Recorder.run(loop, connection::close);
        peer.close();
        assertFalse(recorder.awaitClosed(), recorder.reason);
    }

    @Test
    void whatComesBeforeTheStartIsKept() throws Exception {
        connect(client(CA.trust(), HOST), SERVER, TLS13);
        peer.handshake();
        byte[] data = random(100_000);
        peer.write(data);
        peer.closeNotify();
        peer.socket.shutdownOutput();
        start();
        Recorder.await("the end", () -> recorder.ended || recorder.closed.isDone());
        assertTrue(recorder.ended, recorder.reason);
        assertArrayEquals(data, recorder.bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void bytesMayComeOneByOne(String protocol) throws Exception {
        connect(client(CA.trust(), HOST), SERVER, protocol);
        start();
        peer.dribbles = true;
        peer.handshake();
        peer.write(random(2000));
        peer.closeNotify();
        Recorder.await("the end", () -> recorder.ended || recorder.closed.isDone());
        assertArrayEquals(random(2000), recorder.bytes());
    }

    @Test
    void theAddressOfACertificateIsEnough() throws Exception {
        connect(client(CA.trust(), "127.0.0.1"), SERVER, TLS13);
        start();
        peer.handshake();
        write("x");
        assertEquals("x", hears(1));
    }

    @Test
    void aNameMayEndInADot() throws Exception {
        connect(client(CA.trust(), HOST + "."), SERVER, TLS13);
        start();
        peer.handshake();
        write("x");
        assertEquals("x", hears(1));
    }

    @Test
    void aServersOwnCertificateMayBeTrusted() throws Exception {
        KeyPair keys = Certificates.keys();
        Instant now = Instant.now();
        X509Certificate own = CA.sign(new X500Name("CN=x"), keys, false, List.of(HOST), now.minusSeconds(60), now.plusSeconds(600));
        connect(client(Certificates.trust(own), HOST), Certificates.context(keys, own), TLS13);
        start();
        peer.handshake();
        write("x");
        assertEquals("x", hears(1));
    }

    @Test
    void whereTheNameIsNotKnownAnyCertificateOfANamedAuthorityWillDo() throws Exception {
        connect(new TlsClient(CA.trust(), Optional.empty(), 21, tasks), SERVER, TLS13);
        start();
        peer.handshake();
        write("x");
        assertEquals("x", hears(1));
    }

    @Test
    void whereTheNameIsNotKnownTheSystemsAuthoritiesAreNotEnough() throws Exception {
        assertTrue(TlsTrust.system().isForAnybody());
        SSLException refusal = assertThrows(
                SSLException.class, () -> new TlsClient(TlsTrust.system(), Optional.empty(), 21, tasks).check(null));
        assertTrue(refusal.getMessage().contains("FtpServerTlsTrust has to be a file"), refusal.getMessage());
    }

    private void refused(TlsTrust trust, String host, SSLContext server, String reason) throws Exception {
        for (String protocol : List.of(TLS12, TLS13)) {
            recorder = new Recorder();
            connect(client(trust, host), server, protocol);
            start();
            write("PASS secret");
            SSLException alert = assertThrows(SSLException.class, () -> {
                peer.handshake();
                peer.read();
            });
            assertTrue(alert.getMessage().contains("alert") || alert.getMessage().contains("certificate"), alert.getMessage());
            assertTrue(recorder.awaitClosed());
            assertTrue(recorder.reason.contains(reason), recorder.reason);
            assertEquals(0, budget.used());
            peer.close();
        }
    }

    @Test
    void anUnknownAuthorityIsRefused() throws Exception {
        refused(new Certificates("another authority").trust(), HOST, SERVER, "comes from no authority that is trusted");
    }

    @Test
    void anotherNameIsRefused() throws Exception {
        refused(CA.trust(), "other.example", SERVER, "the server's certificate is not for other.example");
    }

    @Test
    void anotherAddressIsRefused() throws Exception {
        refused(CA.trust(), "127.0.0.2", SERVER, "the server's certificate is not for 127.0.0.2");
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        Instant now = Instant.now();
        refused(CA.trust(), HOST, CA.server(now.minusSeconds(7200), now.minusSeconds(3600), HOST), "has expired");
    }

    @Test
    void aCertificateThatIsNotValidYetIsRefused() throws Exception {
        Instant now = Instant.now();
        refused(CA.trust(), HOST, CA.server(now.plusSeconds(3600), now.plusSeconds(7200), HOST), "is not valid yet");
    }

    @Test
    void anExpiredCertificateIsRefusedAlsoWhereItIsTrustedByItself() throws Exception {
        KeyPair keys = Certificates.keys();
        Instant now = Instant.now();
        X509Certificate own = CA.sign(new X500Name("CN=x"), keys, false, List.of(HOST), now.minusSeconds(7200), now.minusSeconds(3600));
        connect(client(Certificates.trust(own), HOST), Certificates.context(keys, own), TLS13);
        start();
        write("PASS secret");
        // The engine is content, so there is no alert, and a FIN would be the end of an upload.
        assertThrows(SocketException.class, () -> peer.handshake().read());
        assertTrue(recorder.awaitClosed());
        assertTrue(recorder.reason.contains("has expired"), recorder.reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 ready\r\n", "no TLS here, but a line that is long enough to be a record's beginning\r\n"})
    void whatIsNoTlsIsRefused(String text) throws Exception {
        connect(client(CA.trust(), HOST), SERVER, TLS13);
        start();
        peer.raw(text.getBytes(StandardCharsets.US_ASCII), text.length());
        assertTrue(recorder.awaitClosed());
        assertFalse(recorder.ended);
        assertEquals(0, recorder.count);
    }

    @Test
    void aServerThatLeavesInTheHandshakeIsACut() throws Exception {
        connect(client(CA.trust(), HOST), SERVER, TLS13);
        start();
        peer.close();
        assertTrue(recorder.awaitClosed());
        assertTrue(recorder.reason.contains("handshake"), recorder.reason);
    }

    @Test
    void aFailureBeforeTheStartIsToldAtTheStart() throws Exception {
        connect(client(CA.trust(), "other.example"), SERVER, TLS13);
        assertThrows(SSLException.class, () -> peer.handshake().read());
        start();
        assertTrue(recorder.awaitClosed());
        assertTrue(recorder.reason.contains("other.example"), recorder.reason);
    }

    @Test
    void aRenegotiationIsRefused() throws Exception {
        secured(TLS12);
        write("x");
        hears(1);
        peer.engine.beginHandshake();
        peer.write(new byte[0]);
        assertTrue(recorder.awaitClosed());
        assertTrue(recorder.reason.contains("renegotiation"), recorder.reason);
    }

    @Test
    void keysMayBeUpdated() throws Exception {
        secured(TLS13);
        write("x");
        hears(1);
        peer.engine.beginHandshake();
        peer.write(new byte[0]);
        peer.write("after".getBytes(StandardCharsets.US_ASCII));
        awaitBytes(5);
        write("more");
        assertEquals("more", hears(4));
    }

    @Test
    void sessionsAreKeptForTheNextConnection() throws Exception {
        TlsClient client = client(CA.trust(), HOST);
        connect(client, SERVER, TLS13);
        start();
        peer.handshake();
        peer.write("x".getBytes(StandardCharsets.US_ASCII));
        awaitBytes(1);
        assertTrue(Recorder.on(loop, client::sessions) > 0);
        peer.close();
        long created = peer.engine.getSession().getCreationTime();
        recorder = new Recorder();
        connect(client, SERVER, TLS13);
        start();
        peer.handshake();
        assertEquals(created, peer.engine.getSession().getCreationTime());
    }

    @Test
    void aServerThatLeavesInTheMiddleOfItsHelloIsACut() throws Exception {
        connect(client(CA.trust(), HOST), SERVER, TLS13);
        start();
        peer.raw(new byte[] {22, 3, 3, 0, 100, 2}, 6);
        peer.socket.shutdownOutput();
        assertTrue(recorder.awaitClosed());
        assertTrue(recorder.reason.contains("handshake"), recorder.reason);
    }
}
