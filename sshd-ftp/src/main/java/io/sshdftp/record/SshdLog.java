package io.sshdftp.record;

import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The lines that sshd writes about its connections, word for word: fail2ban and administrators read them. One for each connection; each line
 * carries the connection's number (MDC key {@value #NUMBER}) where sshd has the number of its process.
 *
 * <p>THREADS: any.
 */
public final class SshdLog {
    /** MDC key of the connection's number. */
    public static final String NUMBER = "connection";

    /** The logger of these lines; the daemon's own messages of the same kind go there as well. */
    public static final Logger LOG = LoggerFactory.getLogger("sshd");

    private static final int MAX_QUOTED = 1024;

    private final long number;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;

    /** @param number distinct for each connection of this process */
    public SshdLog(long number, InetSocketAddress remote, InetSocketAddress local) {
        this.number = number;
        this.remote = remote;
        this.local = local;
    }

    /** {@code IP port N}. */
    public String from() {
        return address(remote) + " port " + remote.getPort();
    }

    private static String address(InetSocketAddress socket) {
        return socket.getAddress().getHostAddress();
    }

    /** A client has connected; at VERBOSE. */
    public void connected() {
        debug("Connection from " + from() + " on " + address(local) + " port " + local.getPort());
    }

    /** @param detail of a key its type and fingerprint, {@code ED25519 SHA256:...}; else empty */
    public void accepted(String method, String user, String detail) {
        info("Accepted " + method + " for " + printable(user) + " from " + from() + " ssh2" + (detail.isEmpty() ? "" : ": " + detail));
    }

    public void failed(String method, String user, boolean invalid) {
        info("Failed " + method + " for " + name(user, invalid) + " from " + from() + " ssh2");
    }

    public void invalidUser(String user) {
        info("Invalid user " + printable(user) + " from " + from());
    }

    /** @param why {@code not listed in AllowUsers} and its kin */
    public void notAllowed(String user, String why) {
        info("User " + printable(user) + " from " + address(remote) + " not allowed because " + why);
    }

    public void tooManyAttempts(String user, boolean invalid) {
        error("maximum authentication attempts exceeded for " + name(user, invalid) + " from " + from() + " ssh2 [preauth]");
    }

    /** The connection ended before a login. {@code user} is empty when none was named. */
    public void closedBeforeLogin(String user, boolean invalid) {
        String who = user.isEmpty() ? "" : (invalid ? "invalid user " : "authenticating user ") + printable(user) + " ";
        info("Connection closed by " + who + from() + " [preauth]");
    }

    public void disconnected(String user) {
        info("Disconnected from user " + printable(user) + " " + from());
    }

    /** The client said that it leaves: RFC 4253, 11.1. */
    public void receivedDisconnect(int reason, String text, boolean preauth) {
        info("Received disconnect from " + from() + ":" + reason + ": " + printable(text) + (preauth ? " [preauth]" : ""));
    }

    /** @param what {@code cipher}, {@code key exchange method} and so on */
    public void unableToNegotiate(String what, String offer) {
        info("Unable to negotiate with " + from() + ": no matching " + what + " found. Their offer: " + printable(offer) + " [preauth]");
    }

    public void graceExpired() {
        info("Timeout before authentication for connection from " + address(remote) + " to " + address(local) + ", pid = " + number);
    }

    public void notResponding(String user) {
        info("Timeout, client not responding from user " + printable(user) + " " + from());
    }

    /** A line of no fixed form. */
    public void info(String line) {
        numbered(() -> LOG.info(line));
    }

    public void error(String line) {
        numbered(() -> LOG.error(line));
    }

    /** A line that is wanted at VERBOSE and above. */
    public void debug(String line) {
        numbered(() -> LOG.debug(line));
    }

    private void numbered(Runnable write) {
        MDC.put(NUMBER, Long.toString(number));
        try {
            write.run();
        } finally {
            MDC.remove(NUMBER);
        }
    }

    private static String name(String user, boolean invalid) {
        return (invalid ? "invalid user " : "") + printable(user);
    }

    /** What a client wrote must not be able to write a line of its own: as with vis(3), every control character becomes an escape. */
    static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.chars().limit(MAX_QUOTED).forEach(c -> {
            boolean control = c < 0x20 || c >= 0x7F && c < 0xA0 || c == 0x2028 || c == 0x2029;
            if (control || c == '\\') {
                safe.append(String.format("\\%03o", c));
            } else {
                safe.append((char) c);
            }
        });
        return safe.toString();
    }
}
