package io.sshdftp.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sshdftp.store.StoreRules;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A client that asks for a file and reads nothing of it holds up its own thread alone, and that only as long as it is there. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class StoppedReaderTest {
    private static final int SIZE = 100_000_000;

    @TempDir
    private Path root;

    @BeforeEach
    void makeFile() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(root.resolve("big").toFile(), "rw")) {
            file.setLength(SIZE);
        }
    }

    /** Files and directories below the root that this process has open; a session has at least the root. */
    private long open() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(this::inRoot).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private boolean inRoot(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(root);
        } catch (IOException e) {
            // Closed since the list was made.
            return false;
        }
    }

    @Test
    void sftp() throws Exception {
        try (FileServer server = new FileServer(StoreRules.everything("alice", root)); ClientSession session = server.connect()) {
            ClientChannel channel = session.createSubsystemChannel("sftp");
            channel.open().verify(FileServer.LIMIT);
            DataOutputStream out = new DataOutputStream(channel.getInvertedIn());
            send(out, SftpConstants.SSH_FXP_INIT, 3);
            out.writeInt(1 + 4 + 4 + 4 + 4 + 4);
            out.writeByte(SftpConstants.SSH_FXP_OPEN);
            out.writeInt(1);
            string(out, "/big");
            out.writeInt(SftpConstants.SSH_FXF_READ);
            out.writeInt(0);
            for (int i = 0; i < 400; i++) {
                out.writeInt(1 + 4 + 4 + 1 + 8 + 4);
                out.writeByte(SftpConstants.SSH_FXP_READ);
                out.writeInt(2 + i);
                string(out, "0");
                out.writeLong((long) i * FileSessions.MAX_DATA);
                out.writeInt(FileSessions.MAX_DATA);
            }
            out.flush();
            assertGoesWithItsConnection(server, session);
        }
    }

    private static void send(DataOutputStream out, int type, int value) throws IOException {
        out.writeInt(5);
        out.writeByte(type);
        out.writeInt(value);
    }

    private static void string(DataOutputStream out, String text) throws IOException {
        out.writeInt(text.length());
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void scp() throws Exception {
        try (FileServer server = new FileServer(StoreRules.everything("alice", root)); ClientSession session = server.connect()) {
            ClientChannel channel = session.createExecChannel("scp -f big");
            channel.open().verify(FileServer.LIMIT);
            OutputStream out = channel.getInvertedIn();
            out.write(new byte[2]);
            out.flush();
            assertGoesWithItsConnection(server, session);
        }
    }

    private void assertGoesWithItsConnection(FileServer server, ClientSession session) throws Exception {
        FileServer.await("the file is open", () -> open() > 0);
        // Somebody else is served meanwhile.
        try (ClientSession other = server.connect(); SftpClient sftp = SftpClientFactory.instance().createSftpClient(other)) {
            assertEquals(SIZE, sftp.stat("/big").getSize());
        }
        session.getIoSession().close(true);
        FileServer.await("nothing is open any more", () -> open() == 0);
    }
}
