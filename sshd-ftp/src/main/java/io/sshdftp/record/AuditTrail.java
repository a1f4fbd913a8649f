package io.sshdftp.record;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * One session of FTP, SFTP or SCP in the logs: who it is, which is the same in every line, and where the lines go.
 *
 * <p>Its number is that of the SSH connection and one more, behind a point; that of a transfer has a third. THREADS: any.
 */
final class AuditTrail {
    private final LogFiles files;
    private final Visitor visitor;
    private final String id;
    private final String protocol;
    private final String server;

    /**
     * @param id of the session
     * @param protocol {@code ftp}, {@code sftp}, {@code scp}
     * @param server {@code HOST:PORT}, as the ssh client named it, or {@code -R HOST:PORT} for a server behind that; empty for the files of the daemon's own users
     */
    AuditTrail(LogFiles files, Visitor visitor, String id, String protocol, String server) {
        this.files = files;
        this.visitor = visitor;
        this.id = id;
        this.protocol = protocol;
        this.server = server;
    }

    String id() {
        return id;
    }

    /** Of the SSH connection. */
    String user() {
        return visitor.user();
    }

    /** The ssh client's address, or the FTP client's that came to the gateway itself. */
    String host() {
        return visitor.address();
    }

    String protocol() {
        return protocol;
    }

    Json event(String name) {
        return new Json()
                .with("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .with("event", name)
                .with("user", visitor.user())
                .with("address", visitor.address())
                .with("connection", visitor.connection())
                .with("session", id)
                .with("protocol", protocol)
                .withSome("server", server);
    }

    void write(Json event) {
        send(visitor.auditLog(), event.toString());
    }

    void transfer(XferlogLine line) {
        send(visitor.transferLog(), line.atNow());
    }

    private void send(Optional<Path> file, String text) {
        file.ifPresent(path -> files.line(path, text));
    }
}
