package io.sshdftp.embedded;

import io.sshdftp.leg.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Who opens a control connection to the {@link EmbeddedServer}: one ssh client's forwarding channel.
 *
 * <p>THREADS: any, but for what a method says.
 */
public interface EmbeddedClient {
    /** The SSH connection, for the log: {@code alice from 192.0.2.7 port 50000}. */
    String name();

    /** The loop of the SSH connection. */
    EventLoop loop();

    /** The peer of the SSH connection; never what the client says of where its own client is. */
    InetSocketAddress remote();

    /** The address at which the peer reached us, with FTP's control port. */
    InetSocketAddress local();

    /** The SSH user, who is the FTP user as well; empty when FTP has a login of its own ({@code FtpEmbeddedLogin password}). */
    Optional<Account> signedOn();

    /**
     * A login by FTP's own password; one that fails is logged, and counted against the client's address, here. Waits, for it compares a
     * slow hash.
     *
     * @param password not kept
     * @return empty when there is no such user, the password is another, or a rule keeps the user out
     */
    Optional<Account> authenticate(String name, String password);

    /** How long a promised data connection may take ({@code FtpDataTimeout}); positive. */
    Duration dataTimeout();

    /** How long a client may neither speak nor carry data ({@code FtpEmbeddedIdleTimeout}); positive. */
    Duration idleTimeout();
}
