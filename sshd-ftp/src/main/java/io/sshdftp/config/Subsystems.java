package io.sshdftp.config;

import java.util.List;
import java.util.function.Consumer;

/**
 * {@code Subsystem NAME COMMAND}: what a client may start by a name. Of all commands {@code internal-sftp} alone is there, because virtual
 * users have no programs; lines with others do nothing, and a warning says so.
 *
 * @param sftp a client gets SFTP, and with it SCP
 */
public record Subsystems(boolean sftp) {
    static final Subsystems NONE = new Subsystems(false);

    private static final String SFTP = "sftp";
    private static final String INTERNAL_SFTP = "internal-sftp";

    /** The options of sftp-server(8) that only concern its log. */
    private static final List<String> HARMLESS = List.of("-f", "-l");

    static Subsystems parse(List<String> words, Consumer<String> warnings) throws BadValue {
        if (words.size() < 2) {
            throw new BadValue("no command for the subsystem " + words.get(0) + "; expected e.g. sftp internal-sftp");
        }
        if (!words.get(0).equals(SFTP) || !words.get(1).equals(INTERNAL_SFTP)) {
            warnings.accept("no program runs for the daemon's own users, so there is no such subsystem; for SFTP write: Subsystem sftp internal-sftp");
            return NONE;
        }
        for (int i = 2; i < words.size(); i += 2) {
            String option = words.get(i);
            if (!HARMLESS.contains(option) || i + 1 == words.size()) {
                throw new BadValue("internal-sftp takes no " + option + "; remove it, and use FtpEmbeddedAccess /=rl for read-only files (-R),"
                        + " FtpEmbeddedUmask (-u), FtpEmbeddedRoot (-d)");
            }
            warnings.accept("internal-sftp " + option + ": it writes to the daemon's log, see LogLevel and SyslogFacility");
        }
        return new Subsystems(true);
    }

    Subsystems join(Subsystems more) {
        return new Subsystems(sftp || more.sftp);
    }

    List<List<String>> lines() {
        return sftp ? List.of(List.of(SFTP, INTERNAL_SFTP)) : List.of();
    }
}
