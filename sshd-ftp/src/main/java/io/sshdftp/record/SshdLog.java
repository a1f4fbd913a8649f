package io.sshdftp.record;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The lines that sshd writes about its connections, word for word: fail2ban and administrators read them. One for each connection; each line
 * carries the connection's number (MDC key {@value #NUMBER}) where sshd has the number of its process.
 *
 * <p>What a client wrote cannot begin a line of its own, nor steer a terminal: see {@link #printable}. Every line goes through it.
 *
 * <p>Where a user is said to be invalid, it is one that does not exist or that no rule lets in, as sshd has it.
 *
 * <p>THREADS: any.
 */
public final class SshdLog {
    /** MDC key of the connection's number. */
    public static final String NUMBER = "connection";

    /** The logger of these lines; the daemon's own messages of the same kind go there as well. DEBUG stands for VERBOSE. */
    public static final Logger LOG = LoggerFactory.getLogger("sshd");

    /** As sshd cuts user names and hosts. */
    private static final int MAX_NAME = 100;
    /** As sshd cuts what a client says when it leaves. */
    private static final int MAX_REASON = 400;

    private static final int MAX_LINE = 4096;

    private final long number;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;

    /** @param number distinct for each connection of this process */
    public SshdLog(long number, InetSocketAddress remote, InetSocketAddress local) {
        this.number = number;
        this.remote = remote;
        this.local = local;
    }

    /** Of the connection, in this process. */
    public long number() {
        return number;
    }

    /** {@code IP port N}. */
    public String from() {
        return text(remote.getAddress()) + " port " + remote.getPort();
    }

    /** A client has connected; at VERBOSE. */
    public void connected() {
        debug("Connection from " + from() + " on " + text(local.getAddress()) + " port " + local.getPort());
    }

    /** @param detail of a key its type and fingerprint, {@code ED25519 SHA256:...}; else empty */
    public void accepted(String method, String user, String detail) {
        info("Accepted " + method + " for " + name(user) + " from " + from() + " ssh2" + colon(detail));
    }

    /** As {@link #accepted}, of one of several methods that a login takes. */
    public void partial(String method, String user, String detail) {
        info("Partial " + method + " for " + name(user) + " from " + from() + " ssh2" + colon(detail));
    }

    /**
     * An attempt failed.
     *
     * @param detail as for {@link #accepted}
     * @param important false for what is told at VERBOSE only: sshd lets the first few keys of a good user pass
     */
    public void failed(String method, String user, boolean invalid, String detail, boolean important) {
        String line = "Failed " + cut(method, MAX_NAME) + " for " + name(user, invalid) + " from " + from() + " ssh2" + colon(detail);
        if (important) {
            info(line);
        } else {
            debug(line);
        }
    }

    public void invalidUser(String user) {
        info("Invalid user " + name(user) + " from " + from());
    }

    /**
     * A rule keeps a user out.
     *
     * @param host the client's name, or its address
     * @param why {@code not listed in AllowUsers} and its kin
     */
    public void notAllowed(String user, String host, String why) {
        info("User " + name(user) + " from " + cut(host, MAX_NAME) + " not allowed because " + why);
    }

    /** {@code RefuseConnection}. */
    public void refusedConnection(String user, boolean invalid) {
        info("administratively prohibited connection for " + name(user, invalid) + " from " + from());
    }

    public void tooManyAttempts(String user, boolean invalid) {
        error("maximum authentication attempts exceeded for " + name(user, invalid) + " from " + from() + " ssh2 [preauth]");
    }

    /** The connection ended before a login. {@code user} is empty when none was named. */
    public void closedBeforeLogin(String user, boolean invalid) {
        info("Connection closed by " + peer(user, invalid) + " [preauth]");
    }

    /** As {@link #closedBeforeLogin}, by a reset. */
    public void resetBeforeLogin(String user, boolean invalid) {
        info("Connection reset by " + peer(user, invalid) + " [preauth]");
    }

    /** We ended it before a login, and told the client why. */
    public void disconnecting(String user, boolean invalid, String why) {
        info("Disconnecting " + peer(user, invalid) + ": " + cut(why, MAX_NAME) + " [preauth]");
    }

    /** The client went without a word, so that it may have been a port scan. */
    public void closedBeforeIdentification(boolean reset) {
        error("kex_exchange_identification: " + (reset ? "read: Connection reset by peer" : "Connection closed by remote host"));
        info("Connection " + (reset ? "reset" : "closed") + " by " + from());
    }

    /** @param text what came in place of an SSH identification; empty when it was not even a line */
    public void notSsh(String text) {
        error("kex_exchange_identification: client sent invalid protocol identifier \"" + cut(text, MAX_REASON) + "\"");
        info("banner exchange: Connection from " + from() + ": invalid format");
    }

    public void disconnected(String user) {
        info("Disconnected from user " + name(user) + " " + from());
    }

    /** The client said that it leaves: RFC 4253, 11.1. */
    public void receivedDisconnect(int reason, String text) {
        received(reason, text, "");
    }

    /** The client said that it leaves, before a login. */
    public void receivedDisconnectBeforeLogin(int reason, String text, String user, boolean invalid) {
        received(reason, text, " [preauth]");
        info("Disconnected from " + peer(user, invalid) + " [preauth]");
    }

    private void received(int reason, String text, String end) {
        String line = "Received disconnect from " + from() + ":" + Integer.toUnsignedString(reason) + ": " + cut(text, MAX_REASON) + end;
        // 11: by application, which is how clients end normally.
        if (reason == 11) {
            info(line);
        } else {
            error(line);
        }
    }

    /** @param what {@code cipher}, {@code key exchange method} and so on */
    public void unableToNegotiate(String what, String offer) {
        info("Unable to negotiate with " + from() + ": no matching " + what + " found. Their offer: " + offer + " [preauth]");
    }

    public void graceExpired() {
        info("Timeout before authentication for connection from " + text(remote.getAddress()) + " to " + text(local.getAddress()) + ", pid = "
                + number);
    }

    public void notResponding(String user) {
        info("Timeout, client not responding from user " + name(user) + " " + from());
    }

    /** A line of no fixed form. */
    public void info(String line) {
        numbered(() -> LOG.info(printable(line)));
    }

    public void error(String line) {
        numbered(() -> LOG.error(printable(line)));
    }

    /** A line that is wanted at VERBOSE and above. */
    public void debug(String line) {
        numbered(() -> LOG.debug(printable(line)));
    }

    private void numbered(Runnable write) {
        MDC.put(NUMBER, Long.toString(number));
        try {
            write.run();
        } finally {
            MDC.remove(NUMBER);
        }
    }

    private String peer(String user, boolean invalid) {
        return (user.isEmpty() ? "" : (invalid ? "invalid user " : "authenticating user ") + name(user) + " ") + from();
    }

    private static String name(String user, boolean invalid) {
        return (invalid ? "invalid user " : "") + name(user);
    }

    private static String name(String user) {
        return cut(user, MAX_NAME);
    }

    private static String colon(String detail) {
        return detail.isEmpty() ? "" : ": " + detail;
    }

    private static String cut(String text, int length) {
        return text.substring(0, Math.min(text.length(), length));
    }

    /** An address as sshd writes it: IPv6 with its longest run of zeros left out (RFC 5952), and with its zone. */
    public static String text(InetAddress address) {
        String plain = address.getHostAddress();
        if (!(address instanceof Inet6Address)) {
            return plain;
        }
        int zone = plain.indexOf('%');
        String[] groups = (zone < 0 ? plain : plain.substring(0, zone)).split(":");
        int start = -1;
        int longest = 1;
        for (int i = 0; i < groups.length; i++) {
            int run = 0;
            while (i + run < groups.length && groups[i + run].equals("0")) {
                run++;
            }
            if (run > longest) {
                start = i;
                longest = run;
            }
        }
        String all = String.join(":", groups);
        if (start >= 0) {
            String before = String.join(":", Arrays.copyOfRange(groups, 0, start));
            String after = String.join(":", Arrays.copyOfRange(groups, start + longest, groups.length));
            all = before + "::" + after;
        }
        return zone < 0 ? all : all + plain.substring(zone);
    }

    /**
     * What is not printable US-ASCII becomes the octal escapes of its bytes in UTF-8, and a backslash is doubled, as sshd does it with vis(3).
     * So no text can look like another, and none can begin a line. At most 4096 characters are taken.
     */
    public static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (byte b : cut(text, MAX_LINE).getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if (c < ' ' || c > '~') {
                safe.append('\\').append((char) ('0' + (c >> 6))).append((char) ('0' + (c >> 3 & 7))).append((char) ('0' + (c & 7)));
            } else if (c == '\\') {
                safe.append("\\\\");
            } else {
                safe.append((char) c);
            }
        }
        return safe.toString();
    }
}
