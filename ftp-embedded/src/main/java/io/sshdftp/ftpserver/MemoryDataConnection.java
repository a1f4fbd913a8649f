package io.sshdftp.ftpserver;

import io.sshdftp.ftpserver.data.Blocks;
import io.sshdftp.ftpserver.data.DataPipe;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.ftpserver.ftplet.DataConnection;
import org.apache.ftpserver.ftplet.FtpSession;

/** A data connection as FtpServer's interface has it: streams, as they are. Its commands here take the {@link #pipe} itself. */
final class MemoryDataConnection implements DataConnection {
    private final DataPipe pipe;

    MemoryDataConnection(DataPipe pipe) {
        this.pipe = pipe;
    }

    DataPipe pipe() {
        return pipe;
    }

    @Override
    public long transferFromClient(FtpSession session, OutputStream out) throws IOException {
        long total = 0;
        byte[] bytes = new byte[Blocks.SIZE];
        for (ByteBuffer block = pipe.take(); block != null; block = pipe.take()) {
            int count = block.remaining();
            block.get(bytes, 0, count);
            out.write(bytes, 0, count);
            total += count;
        }
        return total;
    }

    @Override
    public long transferToClient(FtpSession session, InputStream in) throws IOException {
        long total = 0;
        byte[] bytes = new byte[Blocks.SIZE];
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            pipe.put(Blocks.take().put(bytes, 0, count).flip());
            total += count;
        }
        pipe.end();
        return total;
    }

    @Override
    public void transferToClient(FtpSession session, String text) throws IOException {
        transferToClient(session, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
