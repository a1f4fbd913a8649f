package io.sshdftp.record;

import io.sshdftp.forward.ControlEvents;
import io.sshdftp.forward.ControlOpening;
import io.sshdftp.store.Store;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All records of the daemon: the transfer logs, the audit logs, and the counts.
 *
 * <p>THREADS: any.
 */
public final class Records implements AutoCloseable {
    private final LogFiles files = new LogFiles();
    private final Counts counts = new Counts();
    private final AtomicLong sessions = new AtomicLong();
    /** Tells the numbers of this run from those of the one before. */
    private final String run;

    public Records() {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        run = HexFormat.of().formatHex(random);
    }

    /** What the records call an SSH connection; {@code number} is its number in the log of the daemon. */
    public String connection(long number) {
        return run + "-" + number;
    }

    /**
     * Begins the records of a control channel; on its loop.
     *
     * @param loginRefused told, on the loop, of each password that the FTP server refuses
     */
    public ControlEvents control(Visitor visitor, ControlOpening opening, Runnable loginRefused) {
        String host = opening.host().indexOf(':') < 0 ? opening.host() : "[" + opening.host() + "]";
        String server = (opening.kind() == ControlOpening.Kind.REMOTE ? "-R " : "") + host + ":" + opening.port();
        Visitor who = opening.ftpClient().map(client -> visitor.from(client.getHostAddress())).orElse(visitor);
        return new SessionRecord(new AuditTrail(files, who, next(who), "ftp", server), counts, loginRefused);
    }

    /**
     * A store that keeps records of what is done through it.
     *
     * @param protocol {@code sftp} or {@code scp}
     */
    public Store files(Visitor visitor, String protocol, Store store) {
        return new RecordedStore(store, new AuditTrail(files, visitor, next(visitor), protocol, ""), counts);
    }

    private String next(Visitor visitor) {
        return visitor.connection() + "." + sessions.incrementAndGet();
    }

    public Counts counts() {
        return counts;
    }

    /** Lines that are in no file. */
    public long lost() {
        return files.lost();
    }

    /** Writes what waits. */
    @Override
    public void close() {
        files.close();
    }
}
