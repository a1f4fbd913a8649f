package io.sshdftp.sftp;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.Listing;
import io.sshdftp.store.Opening;
import io.sshdftp.store.Space;
import io.sshdftp.store.Store;
import io.sshdftp.store.StoreFile;
import io.sshdftp.store.StorePath;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.CopyOption;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.file.nonefs.NoneFileSystem;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.BufferException;
import org.apache.sshd.common.util.buffer.BufferUtils;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHLimitsExtensionInfo;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.server.SftpSubsystem;
import org.apache.sshd.sftp.server.SftpSubsystemConfigurator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of SFTP version 3 (draft-ietf-secsh-filexfer-02). MINA takes the messages apart and answers them; every request that has to
 * do with files is worked off here, with the user's {@link Store}, and what is not is refused.
 *
 * <p>BOUNDS: what waits of the client's messages, {@link SftpInput} says; as many open files as the store lets be; replies that the client does not take hold the session up (MINA's queue of 256 KiB).
 *
 * <p>THREADS: the session's own; {@link #data}, {@link #close} and {@link #destroy} on I/O workers.
 */
final class SftpServer extends SftpSubsystem {
    /** Bytes of names in one reply; the entry that steps over it is the last. */
    private static final int MAX_NAMES = 24 * 1024;

    private static final String POSIX_RENAME = "posix-rename@openssh.com";
    private static final String STATVFS = "statvfs@openssh.com";
    private static final String FSTATVFS = "fstatvfs@openssh.com";
    private static final String FSYNC = "fsync@openssh.com";
    private static final String LIMITS = "limits@openssh.com";
    private static final String EXPAND_PATH = "expand-path@openssh.com";
    private static final String COPY_DATA = "copy-data";
    /** Names and versions, as OpenSSH's PROTOCOL has them. */
    private static final String[][] EXTENSIONS = {
        {POSIX_RENAME, "1"}, {STATVFS, "2"}, {FSTATVFS, "2"}, {FSYNC, "1"}, {LIMITS, "1"}, {EXPAND_PATH, "1"}, {COPY_DATA, "1"},
    };

    /** The logger of this class's own name is MINA's. */
    private static final Logger LOG = LoggerFactory.getLogger(FileSessions.class);

    private final SftpInput input = new SftpInput();
    private final SftpHandles open = new SftpHandles();
    private final Opener opener;
    private final FileSessions.Places places;
    private volatile Optional<FileSessions.Place> place = Optional.empty();
    private Optional<Store> store = Optional.empty();

    /** Opens the user's files. */
    interface Opener {
        Store open() throws IOException;
    }

    SftpServer(ChannelSession channel, SftpSubsystemConfigurator configurator, Opener opener, FileSessions.Places places) {
        super(channel, configurator);
        this.opener = opener;
        this.places = places;
        // MINA's begins with the machine's; a request that reached it by some way would find nothing.
        fileSystem = NoneFileSystem.INSTANCE;
    }

    @Override
    public void setFileSystem(FileSystem given) {
        // The store takes its place.
    }

    private Store store() throws IOException {
        if (store.isEmpty()) {
            try {
                store = Optional.of(opener.open());
            } catch (IOException e) {
                // It names the machine's paths.
                LOG.error("sftp of user {}: {}", getServerSession().getUsername(), e.getMessage());
                throw new FileSystemException("/", null, "your files cannot be reached; tell the administrator");
            }
        }
        return store.get();
    }

    private static StorePath path(String text) throws IOException {
        return StorePath.ROOT.resolve(text);
    }

    /** As MINA's, but that a client which breaks the protocol is no error of ours. */
    @Override
    public void run() {
        int status = 1;
        try {
            for (Optional<Buffer> request = input.take(); request.isPresent(); request = input.take()) {
                int length = request.get().available();
                process(request.get());
                getServerChannelSession().getLocalWindow().release(length);
            }
            status = 0;
        } catch (InterruptedException e) {
            LOG.debug("sftp of {} ends with its channel", getServerSession());
        } catch (ProtocolException e) {
            LOG.info("sftp of user {}: {}", getServerSession().getUsername(), e.getMessage());
        } catch (IOException e) {
            LOG.debug("sftp of {} ended", getServerSession(), e);
        } catch (BufferException | IndexOutOfBoundsException | IllegalArgumentException e) {
            LOG.info("sftp of user {}: a malformed request: {}", getServerSession().getUsername(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("internal error: sftp of {} failed", getServerSession(), e);
        } finally {
            // Whatever is still open was not closed by the client.
            store.ifPresent(Store::close);
            place.ifPresent(FileSessions.Place::leave);
            callback.onExit(status);
        }
    }

    /** Without a place the channel ends, and the connection stays: MINA would end that for an exception. */
    @Override
    public void start(ChannelSession channel, Environment environment) {
        try {
            place = Optional.of(places.of(channel));
            super.start(channel, environment);
        } catch (IOException e) {
            LOG.info("sftp of user {}: refused: {}", getServerSession().getUsername(), e.getMessage());
            callback.onExit(1);
        }
    }

    /** Also when it never came to run. */
    @Override
    public void destroy(ChannelSession channel) {
        super.destroy(channel);
        place.ifPresent(FileSessions.Place::leave);
    }

    @Override
    public int data(ChannelSession channel, byte[] bytes, int start, int length) {
        input.add(bytes, start, length);
        return 0;
    }

    /** At the end of the client's input MINA would forget what it has not worked off yet. */
    @Override
    public void close() {
        input.end();
    }

    @Override
    protected void appendExtensions(Buffer buffer, String supportedVersions) {
        for (String[] extension : EXTENSIONS) {
            buffer.putString(extension[0]);
            buffer.putString(extension[1]);
        }
    }

    @Override
    protected void executeExtendedCommand(Buffer buffer, int id, String extension) throws IOException {
        try {
            switch (extension) {
                case POSIX_RENAME -> doPosixRename(buffer, id);
                case FSYNC -> doOpenSSHFsync(buffer, id);
                case LIMITS -> doOpenSSHLimits(buffer, id);
                case COPY_DATA -> doCopyData(buffer, id);
                case EXPAND_PATH -> {
                    // The user's home is the root, and nobody else's can be asked for.
                    String path = buffer.getString();
                    sendReal(buffer, id, path.equals("~") || path.startsWith("~/") ? path.substring(1) + "/" : path);
                }
                case STATVFS -> {
                    path(buffer.getString());
                    sendSpace(buffer, id);
                }
                case FSTATVFS -> {
                    open.any(buffer.getString(StandardCharsets.ISO_8859_1));
                    sendSpace(buffer, id);
                }
                default -> doUnsupportedExtension(buffer, id, "of that name");
            }
        } catch (IOException e) {
            sendStatus(prepareReply(buffer), id, e, SftpConstants.SSH_FXP_EXTENDED);
        }
    }

    @Override
    protected OpenSSHLimitsExtensionInfo getOpenSSHLimitsExtensionInfo(int id, ChannelSession channel) {
        OpenSSHLimitsExtensionInfo limits = new OpenSSHLimitsExtensionInfo();
        limits.maxPacketLength = SftpInput.MAX_MESSAGE;
        limits.maxReadLength = FileSessions.MAX_DATA;
        limits.maxWriteLength = FileSessions.MAX_DATA;
        limits.maxOpenHandles = Store.MAX_OPEN;
        return limits;
    }

    /** The quota counts as the disk. */
    private void sendSpace(Buffer buffer, int id) throws IOException {
        Space space = store().space();
        long block = 4096;
        Buffer reply = prepareReply(buffer);
        reply.putByte((byte) SftpConstants.SSH_FXP_EXTENDED_REPLY);
        reply.putInt(id);
        reply.putLong(block);
        reply.putLong(block);
        reply.putLong(space.totalBytes() / block);
        reply.putLong(space.freeBytes() / block);
        reply.putLong(space.freeBytes() / block);
        reply.putLong(space.totalFiles());
        reply.putLong(space.freeFiles());
        reply.putLong(space.freeFiles());
        reply.putLong(0);
        // ST_NOSUID.
        reply.putLong(2);
        reply.putLong(StorePath.MAX_NAME_BYTES);
        send(reply);
    }

    @Override
    protected String doOpen(int id, String path, int flags, int access, Map<String, Object> attributes) throws IOException {
        boolean append = (access & SftpConstants.ACE4_APPEND_DATA) != 0;
        boolean read = (access & SftpConstants.ACE4_READ_DATA) != 0;
        boolean write = (access & SftpConstants.ACE4_WRITE_DATA) != 0;
        int disposition = flags & SftpConstants.SSH_FXF_ACCESS_DISPOSITION;
        boolean exclusive = disposition == SftpConstants.SSH_FXF_CREATE_NEW;
        boolean create = exclusive
                || disposition == SftpConstants.SSH_FXF_CREATE_TRUNCATE
                || disposition == SftpConstants.SSH_FXF_OPEN_OR_CREATE;
        boolean truncate =
                disposition == SftpConstants.SSH_FXF_CREATE_TRUNCATE || disposition == SftpConstants.SSH_FXF_TRUNCATE_EXISTING;
        OptionalInt mode = SftpAttributes.mode(attributes).map(OptionalInt::of).orElse(OptionalInt.empty());
        Opening how = new Opening(read, write, write && append, write && create, write && exclusive, write && truncate, mode);
        StoreFile file = store().open(path(path), how);
        return open.add(new SftpHandles.OpenFile(file));
    }

    @Override
    protected void doClose(int id, String handle) throws IOException {
        SftpHandles.Handle closing = open.remove(handle);
        if (closing instanceof SftpHandles.OpenFile file) {
            file.file().commit();
        } else if (closing instanceof SftpHandles.OpenDirectory directory) {
            directory.close();
        }
    }

    @Override
    protected int doRead(int id, String handle, long offset, int length, byte[] data, int start, AtomicReference<Boolean> eof)
            throws IOException {
        StoreFile file = open.file(handle);
        if (length == 0 && offset >= file.size()) {
            return -1;
        }
        return file.read(ByteBuffer.wrap(data, start, length), offset);
    }

    @Override
    protected void doWrite(int id, String handle, long offset, int length, byte[] data, int start, int remaining) throws IOException {
        if (length < 0 || length > remaining || length > FileSessions.MAX_DATA) {
            throw new FileSystemException("", null, "not more than " + FileSessions.MAX_DATA + " bytes can be written at once");
        }
        open.file(handle).write(ByteBuffer.wrap(data, start, length), offset);
    }

    @Override
    protected Map<String, Object> doLStat(int id, String path, int flags) throws IOException {
        return SftpAttributes.of(store().stat(path(path)));
    }

    /** Links are not followed, here neither. */
    @Override
    protected Map<String, Object> doStat(int id, String path, int flags) throws IOException {
        return doLStat(id, path, flags);
    }

    @Override
    protected Map<String, Object> doFStat(int id, String handle, int flags) throws IOException {
        FileStat stat = open.any(handle) instanceof SftpHandles.OpenDirectory directory
                ? store().stat(directory.path)
                : open.file(handle).stat();
        return SftpAttributes.of(stat);
    }

    @Override
    protected void doSetStat(int id, String path, int command, String extension, Map<String, ?> attributes, Boolean followLinks)
            throws IOException {
        refuseOwner(attributes);
        StorePath at = path(path);
        Optional<Long> size = SftpAttributes.size(attributes);
        if (size.isPresent()) {
            try (StoreFile file = store().open(at, Opening.updating())) {
                file.truncate(size.get());
                file.commit();
            }
        }
        Optional<Integer> mode = SftpAttributes.mode(attributes);
        if (mode.isPresent()) {
            store().setMode(at, mode.get());
        }
        if (SftpAttributes.modified(attributes).isPresent()) {
            store().setTimes(at, SftpAttributes.modified(attributes), SftpAttributes.accessed(attributes));
        }
    }

    @Override
    protected void doFSetStat(int id, String handle, Map<String, ?> attributes) throws IOException {
        if (open.any(handle) instanceof SftpHandles.OpenDirectory directory) {
            doSetStat(id, directory.path.toString(), SftpConstants.SSH_FXP_FSETSTAT, "", attributes, Boolean.FALSE);
            return;
        }
        refuseOwner(attributes);
        StoreFile file = open.file(handle);
        Optional<Long> size = SftpAttributes.size(attributes);
        if (size.isPresent()) {
            file.truncate(size.get());
        }
        Optional<Integer> mode = SftpAttributes.mode(attributes);
        if (mode.isPresent()) {
            file.setMode(mode.get());
        }
        if (SftpAttributes.modified(attributes).isPresent()) {
            file.setTimes(SftpAttributes.modified(attributes), SftpAttributes.accessed(attributes));
        }
    }

    private static void refuseOwner(Map<String, ?> attributes) throws IOException {
        if (SftpAttributes.hasOwner(attributes)) {
            throw new AccessDeniedException("", null, "owners and groups of files cannot be changed");
        }
    }

    @Override
    protected void doOpenDir(Buffer buffer, int id) throws IOException {
        String path = buffer.getString();
        String handle;
        try {
            StorePath at = path(path);
            FileStat self = store().stat(at);
            Optional<FileStat> parent = at.isRoot() ? Optional.of(self) : stat(at.parent());
            handle = open.add(new SftpHandles.OpenDirectory(at, store().list(at), self, parent));
        } catch (IOException | RuntimeException e) {
            sendStatus(prepareReply(buffer), id, e, SftpConstants.SSH_FXP_OPENDIR, path);
            return;
        }
        sendHandle(prepareReply(buffer), id, handle);
    }

    private Optional<FileStat> stat(StorePath path) {
        try {
            return Optional.of(store().stat(path));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    protected void doReadDir(Buffer buffer, int id) throws IOException {
        String handle = buffer.getString(StandardCharsets.ISO_8859_1);
        Buffer reply;
        try {
            SftpHandles.OpenDirectory directory = open.directory(handle);
            Optional<Listing.Entry> entry = directory.next();
            if (entry.isEmpty()) {
                sendStatus(prepareReply(buffer), id, SftpConstants.SSH_FX_EOF, "end of directory");
                return;
            }
            reply = prepareReply(buffer);
            reply.putByte((byte) SftpConstants.SSH_FXP_NAME);
            reply.putInt(id);
            int countAt = reply.wpos();
            reply.putUInt(0);
            int count = 0;
            Instant now = Instant.now();
            while (entry.isPresent()) {
                putName(reply, entry.get().name(), Optional.of(entry.get().stat()), now);
                count++;
                entry = reply.wpos() < MAX_NAMES ? directory.next() : Optional.empty();
            }
            BufferUtils.updateLengthPlaceholder(reply, countAt, count);
        } catch (IOException | RuntimeException e) {
            sendStatus(prepareReply(buffer), id, e, SftpConstants.SSH_FXP_READDIR);
            return;
        }
        send(reply);
    }

    private void putName(Buffer reply, String name, Optional<FileStat> stat, Instant now) {
        reply.putBytes(StorePath.bytes(name));
        reply.putBytes(StorePath.bytes(stat.map(known -> SftpAttributes.line(name, known, now)).orElse(name)));
        writeAttrs(reply, stat.map(SftpAttributes::of).orElse(Map.of()));
    }

    @Override
    protected void doRealPath(Buffer buffer, int id) throws IOException {
        sendReal(buffer, id, buffer.getString());
    }

    private void sendReal(Buffer buffer, int id, String path) throws IOException {
        StorePath real;
        try {
            real = path(path);
        } catch (IOException e) {
            sendStatus(prepareReply(buffer), id, e, SftpConstants.SSH_FXP_REALPATH);
            return;
        }
        Buffer reply = prepareReply(buffer);
        reply.putByte((byte) SftpConstants.SSH_FXP_NAME);
        reply.putInt(id);
        reply.putUInt(1);
        putName(reply, real.toString(), Optional.empty(), Instant.EPOCH);
        send(reply);
    }

    @Override
    protected void doMakeDirectory(int id, String path, Map<String, ?> attributes) throws IOException {
        StorePath at = path(path);
        store().makeDirectory(at);
        Optional<Integer> mode = SftpAttributes.mode(attributes);
        if (mode.isPresent()) {
            store().setMode(at, mode.get() & ~store().rules().umask());
        }
    }

    @Override
    protected void doRemoveDirectory(int id, String path) throws IOException {
        store().removeDirectory(path(path));
    }

    @Override
    protected void doRemoveFile(int id, String path) throws IOException {
        store().delete(path(path));
    }

    @Override
    protected void doRename(int id, String from, String to, Collection<CopyOption> options) throws IOException {
        store().rename(path(from), path(to), options.contains(StandardCopyOption.REPLACE_EXISTING));
    }

    @Override
    protected SimpleImmutableEntry<Path, String> doReadLink(int id, String path) throws IOException {
        throw new AccessDeniedException(path, null, "symbolic links are not followed");
    }

    @Override
    protected void createLink(int id, String existing, String link, boolean symbolic) throws IOException {
        throw new UnsupportedOperationException("links cannot be made");
    }

    @Override
    protected void doOpenSSHFsync(int id, String handle) throws IOException {
        open.file(handle).force();
    }

    /** A length of 0 is all that there is. */
    @Override
    protected void doCopyData(int id, String from, long readOffset, long length, String to, long writeOffset) throws IOException {
        StoreFile source = open.file(from);
        StoreFile target = open.file(to);
        // A file that is copied to its own end would never come to an end, whatever handles it has.
        boolean same = source.path().equals(target.path()) || source.stat().unique().equals(target.stat().unique());
        if (readOffset < 0 || writeOffset < 0 || length < 0 || same) {
            throw new FileSystemException("", null, "a part of a file cannot be copied there");
        }
        ByteBuffer part = ByteBuffer.allocate(1 << 16);
        long rest = length == 0 ? Long.MAX_VALUE : length;
        long done = 0;
        while (rest > 0) {
            part.clear().limit((int) Math.min(rest, part.capacity()));
            int read = source.read(part, readOffset + done);
            if (read < 0) {
                return;
            }
            target.write(part.flip(), writeOffset + done);
            done += read;
            rest -= read;
        }
    }
}
