package io.sshdftp.sftp;

import io.sshdftp.store.StorePath;
import java.net.ProtocolException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * What a client of SFTP has sent and nobody has worked off. It is taken apart into messages (draft-ietf-secsh-filexfer-02 section 3) only when
 * their turn comes: as objects that wait, small ones would cost many times their size.
 *
 * <p>BOUNDS: the channel's window, which opens again when a message has been worked off. A message has {@value #MAX_MESSAGE} bytes at most.
 *
 * <p>THREADS: {@link #add} and {@link #end} on I/O workers, {@link #take} on the session's.
 */
final class SftpInput {
    /** Longest message, in bytes behind its length, as in OpenSSH; what {@code limits@openssh.com} tells. */
    static final int MAX_MESSAGE = FileSessions.MAX_DATA + 1024;

    /** MINA makes the reply in the message's own buffer, where a short one would have no room. */
    private static final int SPARE = 64;
    /** What is kept while nothing waits. */
    private static final int KEPT = 64 * 1024;

    // Guarded by this.
    private byte[] bytes = new byte[0];
    private int start;
    private int end;
    private boolean ended;

    synchronized void add(byte[] from, int offset, int length) {
        if (bytes.length - end < length) {
            int waiting = end - start;
            byte[] target = waiting + length <= bytes.length ? bytes : new byte[Math.max(waiting + length, 2 * waiting)];
            System.arraycopy(bytes, start, target, 0, waiting);
            bytes = target;
            start = 0;
            end = waiting;
        }
        System.arraycopy(from, offset, bytes, end, length);
        end += length;
        notifyAll();
    }

    /** Nothing follows. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * The next message, its length in front; waits for it.
     *
     * @return empty at the end
     * @throws ProtocolException when it is no message, or only a part of one is followed by the end
     */
    synchronized Optional<Buffer> take() throws InterruptedException, ProtocolException {
        while (!isWhole()) {
            if (ended && start == end) {
                return Optional.empty();
            }
            if (ended) {
                throw new ProtocolException("the channel ended within a message");
            }
            wait();
        }
        int size = Integer.BYTES + length();
        byte[] message = Arrays.copyOfRange(bytes, start, start + size + SPARE);
        start += size;
        if (start == end) {
            start = 0;
            end = 0;
            if (bytes.length > KEPT) {
                bytes = new byte[0];
            }
        }
        return Optional.of(new Message(message, size));
    }

    /** Version 3 knows no encoding of names: they are bytes, most often of UTF-8. MINA would make one character of all that are not. */
    private static final class Message extends ByteArrayBuffer {
        Message(byte[] bytes, int length) {
            super(bytes, 0, length);
        }

        @Override
        public String getString(Charset charset) {
            return charset.equals(StandardCharsets.UTF_8) ? StorePath.text(getBytes()) : super.getString(charset);
        }
    }

    private boolean isWhole() throws ProtocolException {
        if (end - start < Integer.BYTES) {
            return false;
        }
        if (length() < 1 || length() > MAX_MESSAGE) {
            throw new ProtocolException("a message of " + Integer.toUnsignedString(length()) + " bytes; there are 1 to " + MAX_MESSAGE);
        }
        return end - start - Integer.BYTES >= length();
    }

    /** Of the message that is next. */
    private int length() {
        return (bytes[start] & 0xff) << 24 | (bytes[start + 1] & 0xff) << 16 | (bytes[start + 2] & 0xff) << 8 | bytes[start + 3] & 0xff;
    }
}
