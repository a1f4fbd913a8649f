package io.sshdftp.ftp;

import java.util.HashMap;
import java.util.Map;

/**
 * What the engine does with a command: one row for each kind, with the verbs it is for. A verb that stands nowhere here passes as it is.
 *
 * <p>To add a command: a row (or a verb in one), its case in {@link ControlEngine}, a transcript test.
 */
enum Rule {
    /** The client wants to connect: RFC 959 PASV, RFC 2428 EPSV, RFC 1639 LPSV. */
    PASSIVE("PASV", "EPSV", "LPSV"),
    /** The client wants to be connected to: RFC 959 PORT, RFC 2428 EPRT, RFC 1639 LPRT. */
    ACTIVE("PORT", "EPRT", "LPRT"),
    /** A transfer toward the client: RFC 959, RFC 3659. */
    DOWNLOAD("RETR", "LIST", "NLST", "MLSD"),
    /** A transfer toward the server. */
    UPLOAD("STOR", "STOU", "APPE"),
    ABORT("ABOR"),
    /** These end what an earlier PASV or PORT promised; RFC 959, 5.4. */
    QUIT("QUIT"),
    LOGIN("USER"),
    REINITIALIZE("REIN"),
    TRANSFER_MODE("MODE"),
    FEATURES("FEAT"),
    /** RFC 2228: the start of TLS on the control connection, which would blind us. */
    SECURE("AUTH"),
    /** RFC 2228: of no meaning without AUTH. */
    PROTECTION("PBSZ", "PROT", "CCC", "ADAT", "MIC", "CONF", "ENC"),
    /** Other ways to open a data connection, which would go past us; the server never sees them. */
    REFUSED("CPSV", "SPSV", "SSCN", "ESTA", "ESTP"),
    PLAIN;

    private static final Map<String, Rule> BY_VERB = new HashMap<>();

    static {
        for (Rule rule : values()) {
            for (String verb : rule.verbs) {
                BY_VERB.put(verb, rule);
            }
        }
    }

    private final String[] verbs;

    Rule(String... verbs) {
        this.verbs = verbs;
    }

    static Rule of(Command command) {
        return BY_VERB.getOrDefault(command.verb(), PLAIN);
    }

    boolean isTransfer() {
        return this == DOWNLOAD || this == UPLOAD;
    }
}
