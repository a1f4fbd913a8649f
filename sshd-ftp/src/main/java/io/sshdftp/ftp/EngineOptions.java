package io.sshdftp.ftp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What one control channel's engine is told at its birth.
 *
 * @param serverAddress the control peer's address: where data connections to the server go, whatever a 227 says; empty when the server is
 *     on the ssh client's side, and only its 227 tells its address there. It is then dialled there alone, and never connects to us
 * @param foreignAddress addresses other than the server's own that a 227 may send us to ({@code FtpForeignAddress})
 * @param originator the FTP client's end of the control connection as the ssh client tells it; empty when it told a name or port 0
 * @param serverDataMode mode of the server leg ({@code FtpServerDataMode}); {@code PASSIVE} where {@code serverAddress} is empty
 * @param clientUsesServerPorts the client's passive port is the server's own number ({@code FtpPassivePorts server})
 * @param authTlsPassthrough {@code FtpAuthTls passthrough}; false refuses AUTH
 * @param commands which commands pass; where not all do, AUTH is refused in any case, for behind it none can be told from another
 * @param serverTls whether the control connection to the server is put under TLS ({@code FtpServerTls}); with anything but NO, AUTH of the
 *     client's is refused whatever {@code authTlsPassthrough} says
 * @param dataTimeout how long a promised data connection may take ({@code FtpDataTimeout}); positive
 * @param greetingTimeout how long the server's greeting may take ({@code FtpGreetingTimeout}); positive
 * @param greetingHint a line for the server's 220, one line of printable ASCII ({@code FtpGreetingHint})
 */
public record EngineOptions(
        Optional<InetAddress> serverAddress,
        Predicate<InetAddress> foreignAddress,
        Optional<DataAddress> originator,
        ServerDataMode serverDataMode,
        boolean clientUsesServerPorts,
        boolean authTlsPassthrough,
        CommandPolicy commands,
        ServerTls serverTls,
        Duration dataTimeout,
        Duration greetingTimeout,
        Optional<String> greetingHint) {
    public EngineOptions {
        if (serverAddress.isEmpty() && serverDataMode != ServerDataMode.PASSIVE) {
            throw new IllegalArgumentException("a server on the ssh client's side is dialled: " + serverDataMode);
        }
    }

    /** AUTH TLS goes to the server, and what follows is not read. */
    boolean passesTls() {
        return authTlsPassthrough && commands.isOpen() && serverTls == ServerTls.NO;
    }

    /** TLS between the daemon and the FTP server, of which the client knows nothing; RFC 4217. */
    public enum ServerTls {
        /** None. */
        NO,
        /** Where the server knows AUTH TLS; in clear where it does not. What goes wrong after that is no reason to go on in clear. */
        PREFER,
        /** Nothing of the client's reaches a server without it. */
        REQUIRE
    }

    /** Which side opens data connections between the daemon and the FTP server. */
    public enum ServerDataMode {
        /** As the client asked: PASV stays PASV, PORT stays PORT. */
        SAME,
        /** The daemon connects to the server, always. */
        PASSIVE,
        /** The server connects to the daemon, always. */
        ACTIVE
    }
}
