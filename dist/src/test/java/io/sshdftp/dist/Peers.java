package io.sshdftp.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The programs that the tests talk to. They are looked for in PATH, in the system directories, and in the folder where
 * {@code dist/verify} unpacks the servers that it does not install.
 */
public final class Peers {
    /** Whether a missing peer fails a test rather than skips it. */
    static final boolean REQUIRED = "1".equals(System.getProperty("sshdftp.require.peers", System.getenv("SSHDFTP_REQUIRE_PEERS")));

    private static final List<String> SYSTEM = List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private Peers() {}

    /** The path of a program, or a skipped test that names the Debian package which has it. */
    public static String require(String program, String debianPackage) {
        Optional<Path> found = find(program);
        if (found.isEmpty()) {
            missing(program + " is not here: run dist/verify, or install the package " + debianPackage);
        }
        return found.orElseThrow().toString();
    }

    /** Skips the running test, or fails it where peers are required. */
    static void missing(String reason) {
        if (REQUIRED) {
            Assertions.fail(reason + " (SSHDFTP_REQUIRE_PEERS=1 allows no skip)");
        }
        Assumptions.abort(reason);
    }

    private static Optional<Path> find(String program) {
        List<String> folders = new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(":")));
        folders.addAll(SYSTEM);
        folders.add(cache() + "/usr/sbin");
        folders.add(cache() + "/usr/bin");
        return folders.stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String cache() {
        String named = System.getenv("SSHDFTP_PEERS");
        if (named != null && !named.isEmpty()) {
            return named;
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        return (xdg != null && !xdg.isEmpty() ? xdg : System.getProperty("user.home") + "/.cache") + "/sshd-ftp-peers";
    }
}
