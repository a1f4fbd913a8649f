package io.sshdftp.ftpserver;

import java.util.Locale;
import java.util.Optional;
import org.apache.ftpserver.ftplet.FtpRequest;

/**
 * One FTP command (RFC 959, 5.3.1). Nothing is trimmed: a name may end in blanks.
 *
 * @param verb in upper case; empty for a line that cannot be read
 * @param argument what follows the verb and one space; empty where there is none
 * @param size bytes that it came in, its end of line included
 * @param fault why it cannot be carried out, for a 500 reply
 */
record Request(String verb, String argument, int size, Optional<String> fault) implements FtpRequest {
    /** @param line without its end */
    static Request parse(String line, int size) {
        int blank = line.indexOf(' ');
        String verb = blank < 0 ? line : line.substring(0, blank);
        return new Request(verb.toUpperCase(Locale.ROOT), blank < 0 ? "" : line.substring(blank + 1), size, Optional.empty());
    }

    static Request faulty(String fault, int size) {
        return new Request("", "", size, Optional.of(fault));
    }

    @Override
    public String getCommand() {
        return verb;
    }

    /** As the interface wants it, null where there is none. */
    @Override
    public String getArgument() {
        return argument.isEmpty() ? null : argument;
    }

    @Override
    public boolean hasArgument() {
        return !argument.isEmpty();
    }

    @Override
    public String getRequestLine() {
        return argument.isEmpty() ? verb : verb + " " + argument;
    }

    @Override
    public long getReceivedTime() {
        return 0;
    }

    /** For a log: without what must not be in one. */
    @Override
    public String toString() {
        boolean secret = verb.equals("PASS") || verb.equals("XPASS") || verb.equals("ACCT");
        return secret && hasArgument() ? verb + " ********" : getRequestLine();
    }
}
