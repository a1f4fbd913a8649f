package io.sshdftp.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Pure-FTPd with a virtual user. */
final class PureFtpd extends FtpServer {
    private static final String NOBODY = "65534";

    /** With TLS, which it insists on, for data as well. */
    static PureFtpd withTls(Hosts hosts, String address, ServerCertificate certificate) {
        return new PureFtpd(hosts, address, List.of(
                "--tls", "3", "--certfile", certificate.certificate() + "," + certificate.key()));
    }

    /** @param options further ones of the command line */
    PureFtpd(Hosts hosts, String address, List<String> options) {
        super(hosts, address);
        String program = Peers.require("pure-ftpd", "pure-ftpd");
        String purePw = Peers.require("pure-pw", "pure-ftpd-common");
        // "pure-pw useradd" makes hashes that take seconds of a busy machine to check, at each of the tests' many logins.
        String hash = Proc.spec("openssl", "passwd", "-6", "-stdin").input(password() + "\n").runWell(LIMIT).out().trim();
        Path users = write(base().resolve("users"),
                String.join(":", user(), hash, NOBODY, NOBODY, "", root + "/./") + ":".repeat(12) + "\n");
        Path database = base().resolve("users.pdb");
        Proc.spec(purePw, "mkdb", database.toString(), "-f", users.toString()).runWell(LIMIT);
        List<String> command = new ArrayList<>(List.of(program,
                "--bind", address + "," + PORT,
                "--login", "puredb:" + database,
                // The host has no name server to wait for.
                "--dontresolve",
                "--chrooteveryone",
                "--noanonymous",
                "--pidfile", base().resolve("pid").toString()));
        command.addAll(options);
        start(Proc.spec(host, command));
    }

    @Override
    String name() {
        return "pure-ftpd";
    }

    @Override
    public String user() {
        return "demo";
    }

    @Override
    public String password() {
        return "not-for-others";
    }

    @Override
    public String owner() {
        return NOBODY;
    }
}
