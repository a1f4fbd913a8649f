package io.sshdftp.record;

import io.sshdftp.ftp.DataFailure;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What the daemon counts, whether or not somebody asks. Bytes of a transfer under way are read when somebody does, so that a long one shows and
 * moving data costs nothing.
 *
 * <p>THREADS: any.
 */
public final class Counts {
    private static final List<String> METHODS = List.of("publickey", "password");
    private static final String OTHER = "other";

    /** A transfer that bytes are counted of. */
    interface Moving {
        Direction direction();

        LongSupplier bytes();

        boolean isComplete();
    }

    private final Tally connections = new Tally("sshd.connections", "SSH connections accepted");
    private final Tally authentications = new Tally(
            "sshd.authentications",
            "Attempts to log in",
            Tally.Label.of("method", "publickey", "password", OTHER),
            Tally.Label.of("result", "accepted", "refused"));
    private final Tally sessions = new Tally("sshd.ftp.sessions", "FTP control connections opened");
    private final Tally logins = new Tally("sshd.ftp.logins", "FTP logins", Tally.Label.of("result", "accepted", "refused"));
    private final Tally refusals = new Tally(
            "sshd.ftp.commands.refused",
            "FTP commands kept from the server, by directive",
            Tally.Label.of("directive", "FtpAllowCommands", "FtpDenyCommands", "FtpReadOnly"));
    private final Tally failures = new Tally(
            "sshd.ftp.data.connections.failed",
            "Data connections that were refused, expired or broke",
            new Tally.Label("reason", Arrays.stream(DataFailure.values()).map(Counts::label).toList()));
    private final Map<String, Protocol> protocols = Map.of(
            "ftp", new Protocol("sshd.ftp.transfers", "FTP transfers that are over", "sshd.ftp.data"),
            "sftp", new Protocol("sshd.sftp.transfers", "SFTP transfers that are over", "sshd.sftp.data"),
            "scp", new Protocol("sshd.scp.transfers", "SCP transfers that are over", "sshd.scp.data"));
    private final AtomicLong openSessions = new AtomicLong();

    /** The transfers of one protocol. */
    static final class Protocol {
        private final Tally over;
        private final String bytesName;
        /** Of transfers that are over; guarded by this, with {@link #moving}, so that none is counted twice or not at all. */
        private final Map<Direction, Long> bytes = new EnumMap<>(Direction.class);

        private final Set<Moving> moving = new HashSet<>();

        private Protocol(String name, String help, String bytesName) {
            this.over = new Tally(
                    name,
                    help,
                    new Tally.Label("direction", Arrays.stream(Direction.values()).map(Direction::label).toList()),
                    Tally.Label.of("result", "complete", "incomplete"));
            this.bytesName = bytesName;
        }

        private synchronized void began(Moving transfer) {
            moving.add(transfer);
        }

        private void ended(Moving transfer) {
            synchronized (this) {
                moving.remove(transfer);
                bytes.merge(transfer.direction(), transfer.bytes().getAsLong(), Long::sum);
            }
            over.count(transfer.direction().label(), transfer.isComplete() ? "complete" : "incomplete");
        }

        Tally over() {
            return over;
        }

        /** With dots, as Micrometer wants it. */
        String bytesName() {
            return bytesName;
        }

        synchronized long bytes(Direction direction) {
            long active = moving.stream().filter(transfer -> transfer.direction() == direction).mapToLong(t -> t.bytes().getAsLong()).sum();
            return bytes.getOrDefault(direction, 0L) + active;
        }

        synchronized int active() {
            return moving.size();
        }
    }

    /** An SSH connection was accepted. */
    public void connection() {
        connections.count();
    }

    /** @param method of RFC 4252, as the client named it */
    public void authentication(String method, boolean accepted) {
        authentications.count(METHODS.contains(method) ? method : OTHER, result(accepted));
    }

    void sessionBegan() {
        sessions.count();
        openSessions.incrementAndGet();
    }

    void sessionEnded() {
        openSessions.decrementAndGet();
    }

    void login(boolean accepted) {
        logins.count(result(accepted));
    }

    void commandRefused(String directive) {
        refusals.count(directive);
    }

    void dataFailed(DataFailure failure) {
        failures.count(label(failure));
    }

    void began(String protocol, Moving transfer) {
        protocols.get(protocol).began(transfer);
    }

    void ended(String protocol, Moving transfer) {
        protocols.get(protocol).ended(transfer);
    }

    /** FTP control connections that are open. */
    long openSessions() {
        return openSessions.get();
    }

    Map<String, Protocol> protocols() {
        return protocols;
    }

    /** All but the bytes. */
    List<Tally> tallies() {
        return List.of(
                connections, authentications, sessions, logins, refusals, failures, protocols.get("ftp").over(), protocols.get("sftp").over(),
                protocols.get("scp").over());
    }

    private static String result(boolean accepted) {
        return accepted ? "accepted" : "refused";
    }

    private static String label(DataFailure failure) {
        return failure.name().toLowerCase(Locale.ROOT);
    }
}
