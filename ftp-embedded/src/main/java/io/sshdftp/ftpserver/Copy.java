package io.sshdftp.ftpserver;

import io.sshdftp.ftpserver.data.Blocks;
import io.sshdftp.ftpserver.data.DataPipe;
import io.sshdftp.store.StoreFile;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.apache.ftpserver.impl.FtpIoSession;

/** Carries the bytes between a file and a data connection, a block at a time; counts them in the session. */
final class Copy {
    private final FtpIoSession session;
    private final ServerPi pi;
    private final DataPipe pipe;

    Copy(FtpIoSession session, DataPipe pipe) {
        this.session = session;
        this.pi = ServerPi.of(session);
        this.pipe = pipe;
    }

    /** A file, or a part of it, to the client. */
    void send(StoreFile file, FileRange range) throws IOException {
        if (pi.type == ServerPi.Type.ASCII) {
            sendLines(file);
            return;
        }
        long at = range.start();
        while (at < range.end()) {
            ByteBuffer block = Blocks.take();
            block.limit((int) Math.min(block.capacity(), range.end() - at));
            int count = file.read(block, at);
            if (count < 0) {
                Blocks.give(block);
                break;
            }
            at += count;
            put(block);
        }
    }

    private void sendLines(StoreFile file) throws IOException {
        AsciiOut lines = new AsciiOut();
        ByteBuffer bytes = ByteBuffer.allocate(Blocks.SIZE);
        for (long at = 0; ; ) {
            int count = file.read(bytes.clear(), at);
            if (count < 0) {
                return;
            }
            at += count;
            bytes.flip();
            while (bytes.hasRemaining()) {
                ByteBuffer block = Blocks.take();
                lines.convert(bytes, block);
                put(block);
            }
        }
    }

    /** Sends what was put into a block. */
    void put(ByteBuffer block) throws IOException {
        int count = block.flip().remaining();
        if (count == 0) {
            Blocks.give(block);
            return;
        }
        session.increaseWrittenDataBytes(count);
        pipe.put(block);
    }

    /** What the client sends, to its end, into a file from {@code start} on. */
    void receive(StoreFile file, long start) throws IOException {
        if (pi.type == ServerPi.Type.ASCII) {
            receiveLines(file, start);
            return;
        }
        long at = start;
        for (ByteBuffer block = pipe.take(); block != null; block = pipe.take()) {
            int count = block.remaining();
            session.increaseReadDataBytes(count);
            file.write(block, at);
            at += count;
        }
    }

    private void receiveLines(StoreFile file, long start) throws IOException {
        AsciiIn lines = new AsciiIn();
        ByteBuffer bytes = ByteBuffer.allocate(Blocks.SIZE + 1);
        long at = start;
        for (ByteBuffer block = pipe.take(); block != null; block = pipe.take()) {
            session.increaseReadDataBytes(block.remaining());
            lines.convert(block, bytes.clear());
            at += write(file, bytes, at);
        }
        lines.end(bytes.clear());
        write(file, bytes, at);
    }

    private static int write(StoreFile file, ByteBuffer bytes, long at) throws IOException {
        int count = bytes.flip().remaining();
        if (count > 0) {
            file.write(bytes, at);
        }
        return count;
    }

    /** As {@link #receive}, for exactly a part of the file: no byte outside it is touched, and none of it may be missing (RANG). */
    void receive(StoreFile file, FileRange range) throws IOException {
        long at = range.start();
        for (ByteBuffer block = pipe.take(); block != null; block = pipe.take()) {
            int count = block.remaining();
            if (count > range.end() - at) {
                throw new SocketException("more data than RANG has named");
            }
            session.increaseReadDataBytes(count);
            file.write(block, at);
            at += count;
        }
        if (at < range.end()) {
            throw new SocketException("less data than RANG has named");
        }
    }
}
