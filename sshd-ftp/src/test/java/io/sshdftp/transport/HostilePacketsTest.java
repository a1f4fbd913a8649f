package io.sshdftp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.forward.Gateway;
import io.sshdftp.forward.Policies;
import io.sshdftp.forward.Targets;
import io.sshdftp.leg.ChannelConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of a client that was let in and means no good. What was right before a wrong one arrives; nothing does after it. */
@Timeout(60)
class HostilePacketsTest {
    private SshClient client;
    private ServerSocket target;
    private Gateway gateway;
    private RawSession session;
    private ChannelDirectTcpip channel;
    private Socket socket;

    @BeforeEach
    void open() throws Exception {
        client = RawSession.client();
        target = Targets.listen();
        gateway = Gateway.ours(Policies.ALL).start();
    }

    private void connect(BuiltinCiphers cipher) throws IOException {
        client.setCipherFactories(List.of(cipher));
        client.start();
        session = RawSession.connect(client, gateway.port());
        channel = Targets.open(session, target);
        socket = target.accept();
    }

    @AfterEach
    void close() throws Exception {
        client.close(true);
        Gateway.await("no session left", () -> gateway.server.getActiveSessions().isEmpty());
        Gateway.await("nothing waits", () -> gateway.waiting() == 0);
        if (socket != null) {
            socket.close();
        }
        gateway.close();
        target.close();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] result = new byte[length];
        random.nextBytes(result);
        return result;
    }

    /** Everything until the end or the break. */
    private static byte[] all(Socket from) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        byte[] block = new byte[65536];
        try {
            InputStream in = from.getInputStream();
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                result.write(block, 0, n);
            }
        } catch (IOException e) {
            // A break.
        }
        return result.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(
            value = BuiltinCiphers.class,
            names = {"aes128gcm", "aes256gcm", "cc20p1305_openssh"})
    void packetsOfAllLengthsForSeveralChannelsInOnePiece(BuiltinCiphers cipher) throws Exception {
        connect(cipher);
        List<ChannelDirectTcpip> channels = new ArrayList<>(List.of(channel));
        List<Socket> sockets = new ArrayList<>(List.of(socket));
        List<ByteArrayOutputStream> expected = new ArrayList<>(List.of(new ByteArrayOutputStream()));
        for (int i = 1; i < 4; i++) {
            channels.add(Targets.open(session, target));
            sockets.add(target.accept());
            expected.add(new ByteArrayOutputStream());
        }
        Random random = new Random(7);
        for (int round = 0; round < 60; round++) {
            RawSession.Packets packets = session.packets();
            for (int i = 0; i < 40; i++) {
                int which = random.nextInt(channels.size());
                byte[] data = bytes(random, random.nextInt(4) == 0 ? random.nextInt(600) : random.nextInt(24));
                packets.data(channels.get(which).getRecipient(), data);
                expected.get(which).write(data);
            }
            packets.send();
        }
        for (ChannelDirectTcpip each : channels) {
            session.packets().control(SshConstants.SSH_MSG_CHANNEL_EOF, each.getRecipient()).send();
        }
        for (int i = 0; i < channels.size(); i++) {
            assertArrayEquals(expected.get(i).toByteArray(), all(sockets.get(i)), "channel " + i);
            sockets.get(i).close();
        }
        Gateway.await("no channel left", () -> gateway.channels() == 0);
    }

    /** What is decrypted together does not fit between two deliveries; the largest packets go past the fast way. */
    @Test
    void fullPacketsUpToTheWindow() throws Exception {
        connect(BuiltinCiphers.aes128gcm);
        Random random = new Random(8);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        RawSession.Packets packets = session.packets();
        int largest = (int) channel.getRemoteWindow().getPacketSize();
        for (int left = (int) ChannelConnection.FIRST_WINDOW; left > 0; ) {
            byte[] data = bytes(random, Math.min(largest, left));
            packets.data(channel.getRecipient(), data);
            expected.write(data);
            left -= data.length;
        }
        packets.send();
        session.packets().control(SshConstants.SSH_MSG_CHANNEL_EOF, channel.getRecipient()).send();
        assertArrayEquals(expected.toByteArray(), all(socket));
    }

    @ParameterizedTest
    @EnumSource(
            value = BuiltinCiphers.class,
            names = {"aes128gcm", "cc20p1305_openssh"})
    void nothingOfAForgedPacketNorOfWhatFollowsIt(BuiltinCiphers cipher) throws Exception {
        connect(cipher);
        byte[] good = bytes(new Random(9), 5000);
        session.packets()
                .data(channel.getRecipient(), Arrays.copyOf(good, 2000))
                .data(channel.getRecipient(), Arrays.copyOfRange(good, 2000, 5000))
                .data(channel.getRecipient(), new byte[1000])
                .forgeLast()
                .data(channel.getRecipient(), new byte[3000])
                .send();
        assertArrayEquals(good, all(socket));
        Gateway.await("the connection is closed", () -> !session.isOpen());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 17, 256 * 1024 + 16, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void lengthsThatNoPacketHas(int length) throws Exception {
        connect(BuiltinCiphers.aes128gcm);
        byte[] good = bytes(new Random(10), 100);
        session.packets()
                .data(channel.getRecipient(), good)
                .bytes(ByteBuffer.allocate(60).putInt(length).array())
                .send();
        assertArrayEquals(good, socket.getInputStream().readNBytes(good.length));
        // The daemon reads on for a while before it says what was wrong.
        Gateway.await("the connection is closed", () -> {
            try {
                session.packets().bytes(new byte[64]).send();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return !session.isOpen();
        });
        assertEquals(0, all(socket).length);
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 32, 200, 255})
    void paddingAsLongAsThePacket(int padding) throws Exception {
        connect(BuiltinCiphers.aes128gcm);
        byte[] good = bytes(new Random(11), 100);
        byte[] body = new byte[32];
        body[0] = (byte) padding;
        body[1] = SshConstants.SSH_MSG_CHANNEL_DATA;
        session.packets().data(channel.getRecipient(), good).body(body).data(channel.getRecipient(), good).send();
        assertArrayEquals(good, all(socket));
        Gateway.await("the connection is closed", () -> !session.isOpen());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, 101, 1 << 20, Integer.MAX_VALUE, -1})
    void stringsThatAreNotAsLongAsThePacketSays(int length) throws Exception {
        connect(BuiltinCiphers.aes128gcm);
        byte[] good = bytes(new Random(12), 100);
        session.packets()
                .data(channel.getRecipient(), good)
                .data(channel.getRecipient(), length, new byte[100])
                .control(SshConstants.SSH_MSG_CHANNEL_EOF, channel.getRecipient())
                .send();
        byte[] received = all(socket);
        // A string that is shorter than its packet is as good as the whole.
        int more = length >= 0 && length <= 100 ? length : 0;
        assertArrayEquals(Arrays.copyOf(good, 100 + more), received);
    }

    @Test
    void moreThanTheWindowAllowsEndsTheConnection() throws Exception {
        connect(BuiltinCiphers.aes128gcm);
        ChannelDirectTcpip other = Targets.open(session, target);
        try (Socket stopped = target.accept()) {
            RawSession.Packets packets = session.packets();
            byte[] block = new byte[8192];
            for (int i = 0; i < 9; i++) {
                packets.data(other.getRecipient(), block);
            }
            packets.data(channel.getRecipient(), block).send();
            assertTrue(all(stopped).length <= ChannelConnection.FIRST_WINDOW);
            assertEquals(0, all(socket).length);
        }
        Gateway.await("the connection is closed", () -> !session.isOpen());
    }

    @Test
    void dataBehindTheEndAndBehindTheCloseGoNowhere() throws Exception {
        connect(BuiltinCiphers.aes128gcm);
        ChannelDirectTcpip other = Targets.open(session, target);
        try (Socket second = target.accept()) {
            session.packets()
                    .data(channel.getRecipient(), new byte[10])
                    .control(SshConstants.SSH_MSG_CHANNEL_EOF, channel.getRecipient())
                    .data(channel.getRecipient(), new byte[20])
                    .data(other.getRecipient(), new byte[30])
                    .control(SshConstants.SSH_MSG_CHANNEL_CLOSE, channel.getRecipient())
                    .data(channel.getRecipient(), new byte[40])
                    .data(other.getRecipient(), new byte[50])
                    .control(SshConstants.SSH_MSG_CHANNEL_EOF, other.getRecipient())
                    .send();
            assertEquals(10, all(socket).length);
            assertEquals(80, all(second).length);
        }
    }

    @Test
    void dataForAChannelThatNeverWasEndTheConnectionAndNoOther() throws Exception {
        connect(BuiltinCiphers.cc20p1305_openssh);
        try (SshClient decent = Gateway.client();
                ClientSession other = gateway.connect(decent)) {
            session.packets().data(channel.getRecipient(), new byte[10]).data(12345, new byte[10]).send();
            assertArrayEquals(new byte[10], socket.getInputStream().readNBytes(10));
            Exchange.begin(other, target, 1, 100_000, 100_000).await();
        }
    }

    /** A client that does not wait for answers: the connection changes threads between the second packet and the third. */
    @ParameterizedTest
    @EnumSource(
            value = BuiltinCiphers.class,
            names = {"aes128gcm", "cc20p1305_openssh"})
    void loginAndFirstChannelInOnePiece(BuiltinCiphers cipher) throws Exception {
        client.setCipherFactories(List.of(cipher));
        client.start();
        session = RawSession.connectDeaf(client, gateway.port());
        session.packets()
                .payload(message(SshConstants.SSH_MSG_SERVICE_REQUEST, "ssh-userauth"))
                .payload(message(SshConstants.SSH_MSG_USERAUTH_REQUEST, "u", "ssh-connection", "none"))
                .payload(opening())
                .send();
        socket = target.accept();
        Gateway.await("an open channel", () -> session.hasCome(SshConstants.SSH_MSG_CHANNEL_OPEN_CONFIRMATION));
        byte[] good = bytes(new Random(13), 3000);
        session.packets().data(0, good).control(SshConstants.SSH_MSG_CHANNEL_EOF, 0).send();
        assertArrayEquals(good, all(socket));
    }

    private static byte[] message(byte command, String... strings) {
        ByteArrayBuffer message = new ByteArrayBuffer();
        message.putByte(command);
        for (String string : strings) {
            message.putString(string);
        }
        return message.getCompactData();
    }

    private byte[] opening() {
        ByteArrayBuffer message = new ByteArrayBuffer();
        message.putByte(SshConstants.SSH_MSG_CHANNEL_OPEN);
        message.putString("direct-tcpip");
        message.putUInt(0);
        message.putUInt(1 << 20);
        message.putUInt(32768);
        message.putString("127.0.0.1");
        message.putUInt(target.getLocalPort());
        message.putString("127.0.0.1");
        message.putUInt(1);
        return message.getCompactData();
    }

    @Test
    void emptyPacketsAreNothing() throws Exception {
        connect(BuiltinCiphers.aes128gcm);
        for (int i = 0; i < 100; i++) {
            RawSession.Packets packets = session.packets();
            for (int j = 0; j < 100; j++) {
                packets.data(channel.getRecipient(), new byte[0]);
            }
            packets.send();
        }
        session.packets()
                .data(channel.getRecipient(), new byte[] {1})
                .control(SshConstants.SSH_MSG_CHANNEL_EOF, channel.getRecipient())
                .send();
        assertArrayEquals(new byte[] {1}, all(socket));
    }
}
