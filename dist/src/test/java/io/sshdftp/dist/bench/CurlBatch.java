package io.sshdftp.dist.bench;

import io.sshdftp.dist.FtpServer;
import io.sshdftp.dist.Peers;
import io.sshdftp.dist.Proc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** curl(1) on the client host, for the FTP server behind the forwarded control port. */
record CurlBatch(ServerUnderTest server, FtpServer ftp) {
    private static final String URL = "ftp://127.0.0.1:" + ServerUnderTest.CONTROL + "/";

    /** Lines of curl's configuration for a download, of a file named from the login on. */
    static String get(String remote, Path local) {
        return "url = \"" + URL + remote + "\"\noutput = \"" + local + "\"\n";
    }

    /** Lines of curl's configuration for an upload. */
    static String put(Path local, String remote) {
        return "url = \"" + URL + remote + "\"\nupload-file = \"" + local + "\"\n";
    }

    /**
     * One curl for all transfers.
     *
     * @param parallel how many at a time, each of them with a control connection
     * @param transfers as {@link #get} and {@link #put} give them
     * @param report what it prints for each transfer, the argument of {@code -w}
     */
    Proc.Spec spec(int parallel, List<String> transfers, String report) {
        List<String> command = new ArrayList<>(List.of(
                Peers.require("curl", "curl"), "-q", "-sS", "--max-time", Long.toString(Lab.LIMIT.toSeconds() - 10),
                "--user", ftp.user() + ":" + ftp.password(), "-w", report));
        if (parallel > 1) {
            command.addAll(List.of("--parallel", "--parallel-immediate", "--parallel-max", Integer.toString(parallel)));
        }
        command.addAll(List.of("--config", "-"));
        return Proc.spec(server.lab.hosts.client, command).input(String.join("", transfers));
    }
}
