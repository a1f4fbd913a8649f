package io.sshdftp.transport;

import io.sshdftp.forward.Gateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** A client that logs in as others do, and sends then what a test wants: packets that are well encrypted, but say anything. */
final class RawSession extends ClientSessionImpl {
    private static final int TAG = 16;
    private static final int BLOCK = 16;

    private final Queue<Byte> unheard = new ConcurrentLinkedQueue<>();
    private volatile boolean deaf;

    private RawSession(ClientFactoryManager client, IoSession socket) throws Exception {
        super(client, socket);
    }

    /** A client, not yet started, whose sessions are of this class. */
    static SshClient client() {
        SshClient client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setSessionFactory(new SessionFactory(client) {
            @Override
            protected ClientSessionImpl doCreateSession(IoSession socket) throws Exception {
                return new RawSession(getClient(), socket);
            }
        });
        return client;
    }

    static RawSession connect(SshClient client, int port) throws IOException {
        RawSession session =
                (RawSession) client.connect("u", "127.0.0.1", port).verify(Duration.ofSeconds(10)).getSession();
        session.auth().verify(Duration.ofSeconds(10));
        return session;
    }

    /** As far as the keys; from there on the test speaks for the client, which only notes what comes: {@link #hasCome}. */
    static RawSession connectDeaf(SshClient client, int port) throws Exception {
        RawSession session =
                (RawSession) client.connect("u", "127.0.0.1", port).verify(Duration.ofSeconds(10)).getSession();
        Gateway.await("the keys are exchanged", () -> session.getKexState() == KexState.DONE);
        session.deaf = true;
        return session;
    }

    boolean hasCome(byte command) {
        return unheard.contains(command);
    }

    @Override
    protected void handleMessage(Buffer buffer) throws Exception {
        if (deaf) {
            unheard.add(buffer.rawByte(buffer.rpos()));
        } else {
            super.handleMessage(buffer);
        }
    }

    /** Packets that go out in one piece. */
    final class Packets {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        /** SSH_MSG_CHANNEL_DATA, RFC 4254 section 5.2. */
        Packets data(long recipient, byte[] data) throws Exception {
            return data(recipient, data.length, data);
        }

        /** As above, with any length for the string. */
        Packets data(long recipient, int length, byte[] data) throws Exception {
            ByteBuffer payload = ByteBuffer.allocate(9 + data.length);
            payload.put(SshConstants.SSH_MSG_CHANNEL_DATA).putInt((int) recipient).putInt(length).put(data);
            return payload(payload.array());
        }

        /** SSH_MSG_CHANNEL_EOF or SSH_MSG_CHANNEL_CLOSE. */
        Packets control(byte command, long recipient) throws Exception {
            return payload(ByteBuffer.allocate(5).put(command).putInt((int) recipient).array());
        }

        Packets payload(byte[] payload) throws Exception {
            int padding = BLOCK - (1 + payload.length) % BLOCK;
            padding += padding < 4 ? BLOCK : 0;
            return body(ByteBuffer.allocate(1 + payload.length + padding).put((byte) padding).put(payload).array());
        }

        /** Padding length, payload and padding, whatever they are. */
        Packets body(byte[] body) throws Exception {
            byte[] packet = new byte[Integer.BYTES + body.length + TAG];
            ByteBuffer.wrap(packet).putInt(body.length).put(body);
            outCipher.updateWithAAD(packet, 0, Integer.BYTES, body.length);
            seqo = seqo + 1 & 0xffffffffL;
            bytes.writeBytes(packet);
            return this;
        }

        /** Any bytes, behind the packets. */
        Packets bytes(byte[] other) {
            bytes.writeBytes(other);
            return this;
        }

        /** The last byte of what there is will be another one: the tag of the last packet is forged. */
        Packets forgeLast() {
            byte[] all = bytes.toByteArray();
            all[all.length - 1] ^= 1;
            bytes.reset();
            return bytes(all);
        }

        /** Returns when they are out, or when the connection has ended, which may be sooner. */
        void send() throws IOException {
            byte[] all = bytes.toByteArray();
            bytes.reset();
            getIoSession().writeBuffer(new ByteArrayBuffer(all)).await(Duration.ofSeconds(20));
        }
    }

    /** Nothing else may be sent until these are out: the session must be quiet. */
    Packets packets() {
        return new Packets();
    }
}
