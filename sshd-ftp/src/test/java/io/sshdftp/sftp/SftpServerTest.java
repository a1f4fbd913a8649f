package io.sshdftp.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.store.Access;
import io.sshdftp.store.Quota;
import io.sshdftp.store.RateLimits;
import io.sshdftp.store.Rights;
import io.sshdftp.store.Store;
import io.sshdftp.store.StorePath;
import io.sshdftp.store.StoreRules;
import io.sshdftp.store.Uploads;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.sshd.client.channel.ChannelSubsystem;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.client.extensions.CopyDataExtension;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatExtensionInfo;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatPathExtension;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class SftpServerTest {
    private static final EnumSet<OpenMode> NEW = EnumSet.of(OpenMode.Write, OpenMode.Create, OpenMode.Truncate);

    @TempDir
    private Path directory;

    private Path root;
    private FileServer server;
    private ClientSession session;
    private SftpClient sftp;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        start(StoreRules.everything("alice", root));
    }

    private void start(StoreRules rules) throws Exception {
        if (server != null) {
            server.close();
        }
        server = new FileServer(rules);
        session = server.connect();
        sftp = SftpClientFactory.instance().createSftpClient(session);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void put(String path, byte[] content) throws IOException {
        try (SftpClient.CloseableHandle handle = sftp.open(path, NEW)) {
            sftp.write(handle, 0, content);
        }
    }

    private byte[] get(String path) throws IOException {
        try (InputStream in = sftp.read(path)) {
            return in.readAllBytes();
        }
    }

    private static int status(IOExceptionThrower call) {
        return assertThrows(SftpException.class, call::run).getStatus();
    }

    private interface IOExceptionThrower {
        void run() throws IOException;
    }

    private List<String> raw() {
        return Arrays.stream(root.toFile().list()).sorted().toList();
    }

    @Test
    void speaksVersionThreeAndServesTheRoot() throws Exception {
        assertEquals(3, sftp.getVersion());
        byte[] content = new byte[1_000_000];
        new Random(1).nextBytes(content);
        put("/a", content);
        assertArrayEquals(content, get("a"));
        assertArrayEquals(content, Files.readAllBytes(root.resolve("a")));
        assertEquals("/", sftp.canonicalPath("."));
        assertEquals("/x/y", sftp.canonicalPath("../x/./z/../y"));
        assertEquals("/ x ", sftp.canonicalPath(" x "), "blanks are part of a name");
        sftp.mkdir("/d");
        sftp.rename("/a", "/d/a");
        List<String> names = new ArrayList<>();
        for (SftpClient.DirEntry entry : sftp.readDir("/d")) {
            names.add(entry.getFilename());
            assertTrue(entry.getLongFilename().endsWith(entry.getFilename()), entry.getLongFilename());
        }
        assertEquals(List.of(".", "..", "a"), names.stream().sorted().toList());
        assertTrue(sftp.stat("/d").isDirectory());
        assertEquals(1_000_000, sftp.lstat("/d/a").getSize());
        sftp.remove("/d/a");
        sftp.rmdir("/d");
        assertEquals(List.of(), raw());
    }

    @Test
    void errorsHaveTheCodesOfVersionThreeAndNameNothingOfTheMachine() throws Exception {
        Files.createSymbolicLink(root.resolve("link"), Path.of("/etc/passwd"));
        put("/a", new byte[1]);
        sftp.mkdir("/d");
        put("/d/x", new byte[1]);
        assertEquals(SftpConstants.SSH_FX_NO_SUCH_FILE, status(() -> sftp.stat("/no")));
        assertEquals(SftpConstants.SSH_FX_PERMISSION_DENIED, status(() -> get("/link")));
        assertEquals(SftpConstants.SSH_FX_PERMISSION_DENIED, status(() -> sftp.readLink("/link")));
        assertEquals(SftpConstants.SSH_FX_OP_UNSUPPORTED, status(() -> sftp.symLink("/l2", "/etc/passwd")));
        assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> sftp.mkdir("/d")));
        assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> sftp.rmdir("/d")));
        assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> sftp.remove("/d")));
        assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> sftp.rename("/a", "/d/x")));
        assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> sftp.stat("/a\nb")));
        assertEquals(SftpConstants.SSH_FX_PERMISSION_DENIED, status(() -> sftp.setStat("/a", new SftpClient.Attributes().owner(0, 0))));
        SftpException e = assertThrows(SftpException.class, () -> sftp.stat("/no"));
        assertFalse(e.getMessage().contains(directory.toString()), e.getMessage());
        assertTrue(sftp.lstat("/link").isSymbolicLink());
        assertTrue(sftp.stat("/link").isSymbolicLink(), "a link is not followed by stat either");
    }

    @Test
    void anUploadIsThereWhenItsHandleIsClosedAndItsOwnSessionSeesItBefore() throws Exception {
        try (ClientSession otherSession = server.connect(); SftpClient other = SftpClientFactory.instance().createSftpClient(otherSession)) {
            SftpClient.Attributes mode = new SftpClient.Attributes().perms(0600);
            SftpClient.CloseableHandle handle = sftp.open("/a", NEW);
            sftp.write(handle, 0, new byte[10]);
            assertEquals(10, sftp.stat("/a").getSize(), "sshfs asks so before it goes on");
            assertEquals(10, sftp.stat(handle).getSize());
            sftp.setStat(handle, mode.modifyTime(FileTime.fromMillis(1_000_000_000_000L)).accessTime(FileTime.fromMillis(0)));
            assertEquals(SftpConstants.SSH_FX_NO_SUCH_FILE, status(() -> other.stat("/a")));
            handle.close();
            assertEquals(10, other.stat("/a").getSize());
            assertEquals(0600, other.stat("/a").getPermissions() & 0777);
            assertEquals(1_000_000_000_000L, other.stat("/a").getModifyTime().toMillis());
        }
    }

    @Test
    void aConnectionThatBreaksOffLeavesNothing() throws Exception {
        put("/a", "old".getBytes(StandardCharsets.UTF_8));
        SftpClient.CloseableHandle replacing = sftp.open("/a", NEW);
        sftp.write(replacing, 0, new byte[100]);
        SftpClient.CloseableHandle fresh = sftp.open("/b", NEW);
        sftp.write(fresh, 0, new byte[100]);
        assertEquals(3, raw().size());
        session.getIoSession().close(true);
        FileServer.await("the temporaries are gone", () -> raw().equals(List.of("a")));
        assertEquals("old", Files.readString(root.resolve("a")));
    }

    @Test
    void requestsInFrontOfTheEndOfInputAreWorkedOff() throws Exception {
        ChannelSubsystem channel = session.createSubsystemChannel("sftp");
        PipedOutputStream toServer = new PipedOutputStream();
        channel.setIn(new PipedInputStream(toServer, 1 << 20));
        ByteArrayOutputStream replies = new ByteArrayOutputStream();
        channel.setOut(replies);
        channel.open().verify(FileServer.LIMIT);
        DataOutputStream out = new DataOutputStream(toServer);
        message(out, SftpConstants.SSH_FXP_INIT, data -> data.writeInt(3));
        for (int i = 0; i < 500; i++) {
            int number = i;
            message(out, SftpConstants.SSH_FXP_MKDIR, data -> {
                data.writeInt(number);
                string(data, "/d" + number);
                data.writeInt(0);
            });
        }
        toServer.close();
        channel.waitFor(EnumSet.of(org.apache.sshd.client.channel.ClientChannelEvent.CLOSED), FileServer.LIMIT);
        assertEquals(500, raw().size());
        assertEquals(0, channel.getExitStatus());
    }

    private interface Body {
        void write(DataOutputStream data) throws IOException;
    }

    private static void message(DataOutputStream out, int type, Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        data.writeByte(type);
        body.write(data);
        out.writeInt(bytes.size());
        out.write(bytes.toByteArray());
        out.flush();
    }

    private static void string(DataOutputStream data, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        data.writeInt(bytes.length);
        data.write(bytes);
    }

    /** In version 3 names are bytes. Were all that is no UTF-8 one character, the second file would take the first one's place. */
    @Test
    void namesInOtherEncodingsStayDifferentFiles() throws Exception {
        ChannelSubsystem channel = session.createSubsystemChannel("sftp");
        channel.open().verify(FileServer.LIMIT);
        DataOutputStream out = new DataOutputStream(channel.getInvertedIn());
        message(out, SftpConstants.SSH_FXP_INIT, data -> data.writeInt(3));
        for (int name : new int[] {0xe8, 0xe9, 0xff}) {
            message(out, SftpConstants.SSH_FXP_MKDIR, data -> {
                data.writeInt(name);
                data.write(new byte[] {0, 0, 0, 3, '/', 'x', (byte) name});
                data.writeInt(0);
            });
        }
        message(out, SftpConstants.SSH_FXP_OPENDIR, data -> {
            data.writeInt(7);
            string(data, "/");
        });
        message(out, SftpConstants.SSH_FXP_READDIR, data -> {
            data.writeInt(8);
            string(data, "0");
        });
        message(out, SftpConstants.SSH_FXP_RMDIR, data -> {
            data.writeInt(9);
            data.write(new byte[] {0, 0, 0, 3, '/', 'x', (byte) 0xe9});
        });
        channel.getInvertedIn().close();
        String replies = new String(channel.getInvertedOut().readAllBytes(), StandardCharsets.ISO_8859_1);
        for (int name : new int[] {0xe8, 0xe9, 0xff}) {
            assertTrue(replies.contains("\0\0\0\2x" + (char) name), "not as it was sent: " + name);
        }
        List<String> left = new ArrayList<>();
        try (Stream<Path> names = Files.list(root)) {
            names.forEach(name -> left.add(name.toUri().getRawPath().replaceFirst(".*/(?=.)", "")));
        }
        assertEquals(List.of("x%E8/", "x%FF/"), left.stream().sorted().toList());
    }

    /** Seeded: what no client sends ends a session at worst, never the server, and touches nothing outside. */
    @Test
    void hostileMessagesDoNoHarm() throws Exception {
        Files.writeString(directory.resolve("outside"), "SECRET");
        put("/a", new byte[10]);
        Random random = new Random(99);
        for (int round = 0; round < 30; round++) {
            try (ChannelSubsystem channel = session.createSubsystemChannel("sftp")) {
                channel.open().verify(FileServer.LIMIT);
                OutputStream raw = channel.getInvertedIn();
                DataOutputStream out = new DataOutputStream(raw);
                message(out, SftpConstants.SSH_FXP_INIT, data -> data.writeInt(3));
                for (int i = 0; i < 40; i++) {
                    byte[] noise = new byte[random.nextInt(60)];
                    random.nextBytes(noise);
                    int type = 3 + random.nextInt(20);
                    int kind = random.nextInt(3);
                    message(out, random.nextInt(8) == 0 ? 200 : type, data -> {
                        data.writeInt(random.nextInt());
                        if (kind > 0) {
                            string(data, List.of("/../outside", "../outside", "/a", "0", "\0", "//", "a/../../outside").get(random.nextInt(7)));
                        }
                        if (kind > 1) {
                            data.writeLong(random.nextLong());
                        }
                        data.write(noise);
                    });
                }
            } catch (IOException e) {
                // The server has ended this session.
                if (!session.isOpen()) {
                    session = server.connect();
                }
            }
        }
        assertEquals("SECRET", Files.readString(directory.resolve("outside")));
        assertEquals(List.of("outside", "root"), Arrays.stream(directory.toFile().list()).sorted().toList());
        try (ClientSession again = server.connect(); SftpClient works = SftpClientFactory.instance().createSftpClient(again)) {
            assertEquals("/", works.canonicalPath("."));
        }
    }

    @Test
    void resumesAndAppends() throws Exception {
        put("/a", "01234".getBytes(StandardCharsets.UTF_8));
        try (SftpClient.CloseableHandle handle = sftp.open("/a", EnumSet.of(OpenMode.Write, OpenMode.Create, OpenMode.Append))) {
            sftp.write(handle, 0, "56".getBytes(StandardCharsets.UTF_8));
        }
        try (SftpClient.CloseableHandle handle = sftp.open("/a", EnumSet.of(OpenMode.Write))) {
            sftp.write(handle, 7, "789".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals("0123456789", new String(get("/a"), StandardCharsets.UTF_8));
        byte[] tail = new byte[20];
        try (SftpClient.CloseableHandle handle = sftp.open("/a", OpenMode.Read)) {
            assertEquals(4, sftp.read(handle, 6, tail, 0, 20));
            assertEquals(-1, sftp.read(handle, 10, tail, 0, 20));
        }
        sftp.setStat("/a", new SftpClient.Attributes().size(3));
        assertEquals("012", new String(get("/a"), StandardCharsets.UTF_8));
        assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> sftp.open("/a", EnumSet.of(OpenMode.Write, OpenMode.Create, OpenMode.Exclusive))));
    }

    @Test
    void theQuotaAndTheRightsHold() throws Exception {
        Access access = new Access(Map.of(
                StorePath.ROOT, new Rights(true, false, false, true), StorePath.ROOT.child("up"), Rights.ALL));
        Files.createDirectory(root.resolve("up"));
        start(new StoreRules("alice", root, access, new Quota(OptionalLong.of(100_000), OptionalLong.of(3)), RateLimits.NONE, 077,
                Uploads.ATOMIC));
        put("/up/a", new byte[60_000]);
        assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> put("/up/b", new byte[60_000])));
        assertEquals(List.of("a"), Arrays.asList(root.resolve("up").toFile().list()));
        assertEquals(SftpConstants.SSH_FX_PERMISSION_DENIED, status(() -> put("/b", new byte[1])));
        assertEquals(0600, sftp.stat("/up/a").getPermissions() & 0777);
        OpenSSHStatPathExtension statvfs = sftp.getExtension(OpenSSHStatPathExtension.class);
        OpenSSHStatExtensionInfo space = statvfs.stat("/");
        assertEquals(40_000 / 4096, space.f_bavail);
        assertEquals(3, space.f_files);
        assertEquals(1, space.f_ffree);
        assertEquals(SftpConstants.SSH_FX_FAILURE, assertThrows(SftpException.class, () -> statvfs.stat("/a\n")).getStatus());
    }

    /** The end of the file would go away before whoever copies to it. */
    @Test
    void aFileIsNotCopiedToItsOwnEnd() throws Exception {
        put("/a", new byte[1000]);
        Files.createLink(root.resolve("other"), root.resolve("a"));
        CopyDataExtension copy = sftp.getExtension(CopyDataExtension.class);
        for (String target : List.of("/a", "/other")) {
            try (SftpClient.CloseableHandle from = sftp.open("/a", OpenMode.Read);
                    SftpClient.CloseableHandle to = sftp.open(target, EnumSet.of(OpenMode.Write))) {
                assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> copy.copyData(from, 0, 0, to, 1000)));
            }
        }
        try (SftpClient.CloseableHandle from = sftp.open("/a", OpenMode.Read);
                SftpClient.CloseableHandle to = sftp.open("/b", EnumSet.of(OpenMode.Write, OpenMode.Create))) {
            copy.copyData(from, 0, 0, to, 24);
        }
        assertEquals(1000, Files.size(root.resolve("a")));
        assertEquals(1024, Files.size(root.resolve("b")));
    }

    /** Each has a thread while it lasts; nobody can take all of them. */
    @Test
    void sessionsOfAUserAreBounded() throws Exception {
        List<SftpClient> clients = new ArrayList<>();
        clients.add(sftp);
        while (clients.size() < FileSessions.MAX_OF_USER) {
            clients.add(SftpClientFactory.instance().createSftpClient(session));
        }
        assertThrows(IOException.class, () -> SftpClientFactory.instance().createSftpClient(session));
        assertEquals("/", sftp.canonicalPath("."), "the others stay");
        clients.get(5).close();
        FileServer.await("a place", () -> {
            try (SftpClient next = SftpClientFactory.instance().createSftpClient(session)) {
                return next.isOpen();
            } catch (IOException e) {
                return false;
            }
        });
        for (SftpClient client : clients) {
            client.close();
        }
    }

    @Test
    void openFilesAreBounded() throws Exception {
        put("/a", new byte[1]);
        List<SftpClient.CloseableHandle> handles = new ArrayList<>();
        for (int i = 0; i < Store.MAX_OPEN; i++) {
            handles.add(sftp.open("/a", OpenMode.Read));
        }
        assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> sftp.open("/a", OpenMode.Read)));
        handles.get(0).close();
        sftp.open("/a", OpenMode.Read).close();
        SftpClient.CloseableHandle closed = handles.get(1);
        sftp.close(closed);
        assertEquals(SftpConstants.SSH_FX_FAILURE, status(() -> sftp.read(closed, 0, new byte[1])));
    }

    @Test
    void aRootThatCannotBeHadIsTold() throws Exception {
        start(StoreRules.everything("alice", directory.resolve("no/root")));
        SftpException e = assertThrows(SftpException.class, () -> sftp.stat("/"));
        assertEquals("your files cannot be reached; tell the administrator", e.getMessage().replaceFirst("^.*?: ", ""));
    }
}
