package io.sshdftp.transport;

import io.sshdftp.cipher.PacketCipher;
import io.sshdftp.leg.DataPath;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.MemoryBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.Compression;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.session.helpers.KeyExchangeMessageHandler;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;

/**
 * An SSH connection that handles channel data itself where it lives on a loop and its ciphers take whole packets ({@link PacketCipher}).
 * Inbound, packets are decrypted one by one and given to their channel together; outbound, they are built and sealed one by one and
 * given to the socket together. All else, key exchange and login above all, is MINA's, with whom the keys, the sequence
 * numbers and the counts that tell when to exchange keys anew are shared.
 *
 * <p>With another transport, with a cipher of another kind, or with compression, everything is MINA's.
 *
 * <p>THREADS: as MINA's session; {@link DataPath} on the loop.
 */
public class LoopServerSession extends ServerSessionImpl implements DataPath {
    /** Padding length, command, recipient, length of the string: what comes before the data in a decrypted packet. */
    private static final int DATA_HEADER = 1 + 1 + Integer.BYTES + Integer.BYTES;
    /** Data in one packet; peers may allow more, but it would be no cheaper. */
    private static final int MAX_DATA = 64 * 1024;

    private final Map<Long, DataChannel> channels = new ConcurrentHashMap<>();
    private final Queue<Runnable> waitingForRoom = new ArrayDeque<>();
    private LoopSession socket;

    /** Whose data lie in the loop's {@link LoopArrays#run}; null while nobody's do. */
    private DataChannel run;

    /** @throws Exception as MINA's */
    protected LoopServerSession(ServerFactoryManager server, IoSession ioSession) throws Exception {
        super(server, ioSession);
        if (ioSession instanceof LoopSession onLoop) {
            socket = onLoop;
            onLoop.onRoom(this::callWaiting);
        }
    }

    @Override
    public final void deliverTo(long channelId, DataChannel channel) {
        channels.put(channelId, channel);
    }

    @Override
    public final void deliverNoMore(long channelId) {
        channels.remove(channelId);
    }

    @Override
    public final void charge(MemoryBudget budget) {
        socket.output().charge(budget);
    }

    @Override
    public final EventLoop loop() {
        if (socket == null) {
            return null;
        }
        // Who asks puts what he has there.
        socket.stay();
        return socket.loop();
    }

    @Override
    protected KeyExchangeMessageHandler initializeKeyExchangeMessageHandler() {
        return new LoopKeyExchange(this, log, this::keyExchangeOver);
    }

    // Inbound

    @Override
    public void messageReceived(Readable message) throws Exception {
        if (!(message instanceof LoopInput input)) {
            super.messageReceived(message);
            return;
        }
        decodeLock.lock();
        try {
            if (isToMove()) {
                socket.move();
            } else if (isDirect(inCipher, inCompression) && decoderState == 0 && decoderBuffer.available() == 0) {
                decode(input);
            } else {
                super.messageReceived(input);
            }
        } finally {
            decodeLock.unlock();
        }
    }

    /** After the login, which may keep a thread busy for a while; before anything else has been asked for. */
    private boolean isToMove() {
        return socket.isAtLogin() && isAuthenticated();
    }

    private static boolean isDirect(Cipher cipher, Compression compression) {
        return cipher instanceof PacketCipher && (compression == null || !compression.isCompressionExecuted());
    }

    /** Takes all whole packets from the input, and leaves what follows them. */
    private void decode(LoopInput input) throws Exception {
        byte[] sealed = socket.arrays().sealed;
        byte[] plain = socket.arrays().plain;
        try {
            while (input.available() > Integer.BYTES && !socket.isOver()) {
                if (isToMove()) {
                    socket.move();
                    return;
                }
                if (!isDirect(inCipher, inCompression)) {
                    // Other algorithms since the packet before.
                    super.messageReceived(input);
                    return;
                }
                PacketCipher cipher = (PacketCipher) inCipher;
                input.peek(sealed, Integer.BYTES);
                int length = cipher.packetLength(sealed, 0);
                if (length < SshConstants.SSH_PACKET_HEADER_LEN || length > LoopArrays.MAX_PACKET || length % inCipherSize != 0) {
                    // MINA goes on reading for a while before it says so, as it should.
                    deliver();
                    super.messageReceived(input);
                    return;
                }
                int whole = Integer.BYTES + length + PacketCipher.TAG;
                if (input.available() < whole) {
                    input.wanted(whole);
                    return;
                }
                input.getRawBytes(sealed, 0, whole);
                open(cipher, sealed, length, plain);
                handle(plain, length);
            }
        } finally {
            deliver();
        }
    }

    private void open(PacketCipher cipher, byte[] sealed, int length, byte[] plain) throws SshException {
        try {
            cipher.open(sealed, 0, length, plain, 0);
        } catch (GeneralSecurityException e) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_MAC_ERROR, "MAC Error", e);
        }
        seqi = seqi + 1L & 0xffffffffL;
        inPacketsCount.incrementAndGet();
        inBytesCount.addAndGet(length);
        inBlocksCount.addAndGet(Math.max(1, length / inCipherSize));
    }

    /** A decrypted packet: padding length, payload, padding. */
    private void handle(byte[] plain, int length) throws Exception {
        int padding = plain[0] & 0xff;
        int payload = length - 1 - padding;
        if (payload < 1) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "Invalid padding length: " + padding);
        }
        if (plain[1] == SshConstants.SSH_MSG_CHANNEL_DATA && payload >= DATA_HEADER - 1) {
            DataChannel channel = channels.get(uint32(plain, 2));
            int count = payload - (DATA_HEADER - 1);
            if (channel != null && uint32(plain, 6) == count && isDataWelcome() && channel.takes(count)) {
                heard();
                append(channel, plain, count);
                return;
            }
        }
        deliver();
        handleMessage(new ByteArrayBuffer(Arrays.copyOfRange(plain, 1, 1 + payload)));
    }

    /** A packet's data for this channel. */
    private void append(DataChannel channel, byte[] plain, int count) {
        ByteBuffer data = socket.arrays().run;
        if (channel != run || data.remaining() < count) {
            deliver();
            run = channel;
        }
        data.put(plain, DATA_HEADER, count);
    }

    private boolean isDataWelcome() {
        return isAuthenticated() && !isClosing() && kexState.get() == KexState.DONE;
    }

    /** Gives the channel what was decrypted for it. */
    private void deliver() {
        DataChannel channel = run;
        run = null;
        if (channel != null) {
            ByteBuffer data = socket.arrays().run;
            try {
                channel.data(data.flip());
            } finally {
                data.clear();
            }
        }
    }

    /** A packet came that {@link #handleMessage} does not see. */
    protected void heard() {}

    // Outbound

    @Override
    public final boolean isDirect() {
        return socket != null && isDirect(outCipher, outCompression);
    }

    @Override
    public final int send(long recipient, ByteBuffer data, int maxPacket, boolean small) throws IOException {
        LoopKeyExchange keys = (LoopKeyExchange) kexHandler;
        if (socket.output().isFull(small) || !keys.enter()) {
            return 0;
        }
        int before = data.remaining();
        try {
            encodeLock.lock();
            try {
                if (!isDirect(outCipher, outCompression)) {
                    throw new IOException("the client chose a cipher of another kind while channels were open");
                }
                while (data.hasRemaining() && !socket.output().isFull(small)) {
                    seal(recipient, data, Math.min(data.remaining(), Math.min(maxPacket, MAX_DATA)));
                    if (socket.output().isWorthSending()) {
                        socket.output().push();
                    }
                }
            } catch (GeneralSecurityException e) {
                throw new IOException("encryption failed", e);
            } finally {
                encodeLock.unlock();
            }
        } finally {
            keys.leave();
            socket.flushAtEndOfTurn();
        }
        exchangeKeysIfDue();
        return before - data.remaining();
    }

    private void seal(long recipient, ByteBuffer data, int count) throws IOException, GeneralSecurityException {
        SocketOutput output = socket.output();
        byte[] packet = output.packet();
        int payload = DATA_HEADER - 1 + count;
        int padding = calculatePadLength(payload, outCipherSize, true);
        int length = 1 + payload + padding;
        int at = putInt(packet, 0, length);
        packet[at++] = (byte) padding;
        packet[at++] = SshConstants.SSH_MSG_CHANNEL_DATA;
        at = putInt(packet, at, (int) recipient);
        at = putInt(packet, at, count);
        data.get(packet, at, count);
        random.fill(packet, at + count, padding);
        ((PacketCipher) outCipher).seal(packet, 0, length);
        output.commit(Integer.BYTES + length + PacketCipher.TAG);
        seqo = seqo + 1L & 0xffffffffL;
        outPacketsCount.incrementAndGet();
        outBytesCount.addAndGet(length);
        outBlocksCount.addAndGet(Math.max(1, length / outCipherSize));
    }

    private void exchangeKeysIfDue() throws IOException {
        try {
            checkRekey();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("key exchange: " + e.getMessage(), e);
        }
    }

    @Override
    public final void whenRoom(Runnable waiter) {
        waitingForRoom.add(waiter);
    }

    private void keyExchangeOver() {
        if (socket != null) {
            socket.onLoop(this::callWaiting);
        }
    }

    /** Each of those who wait is called once; who does not get all it wants waits again, behind the others. */
    private void callWaiting() {
        for (int i = waitingForRoom.size(); i > 0 && !socket.output().isFull(false); i--) {
            waitingForRoom.remove().run();
        }
    }

    private static int putInt(byte[] target, int at, int value) {
        target[at] = (byte) (value >>> 24);
        target[at + 1] = (byte) (value >>> 16);
        target[at + 2] = (byte) (value >>> 8);
        target[at + 3] = (byte) value;
        return at + Integer.BYTES;
    }

    private static long uint32(byte[] source, int at) {
        return (source[at] & 0xffL) << 24 | (source[at + 1] & 0xff) << 16 | (source[at + 2] & 0xff) << 8 | source[at + 3] & 0xff;
    }
}
