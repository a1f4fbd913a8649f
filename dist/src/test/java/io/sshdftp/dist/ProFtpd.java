package io.sshdftp.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** ProFTPD with a user of its own. {@code AllowForeignAddress} stays off. */
final class ProFtpd extends FtpServer {
    private static final String NOBODY = "65534";
    private static final Path MODULES = Path.of("/usr/lib/proftpd");

    /** With TLS, which it insists on, and on sessions that are resumed, too. */
    static ProFtpd withTls(Hosts hosts, String address, ServerCertificate certificate, TlsVersion version) {
        if (!Files.exists(MODULES.resolve("mod_tls.so"))) {
            Peers.missing("proftpd has no mod_tls here: run dist/verify, or install the package proftpd-mod-crypto");
        }
        return new ProFtpd(hosts, address, List.of(
                "ModulePath " + MODULES,
                "LoadModule mod_tls.c",
                "TLSEngine on",
                "TLSRequired on",
                "TLSProtocol " + version.protocol,
                "TLSRSACertificateFile " + certificate.certificate(),
                "TLSRSACertificateKeyFile " + certificate.key()));
    }

    /** @param settings further lines of proftpd.conf */
    ProFtpd(Hosts hosts, String address, List<String> settings) {
        super(hosts, address);
        String program = Peers.require("proftpd", "proftpd-core");
        String hash = Proc.spec("openssl", "passwd", "-6", "-stdin").input(password() + "\n").runWell(LIMIT).out().trim();
        Path users = write(base().resolve("users"),
                String.join(":", user(), hash, NOBODY, NOBODY, "", root.toString(), "/bin/false") + "\n");
        Path groups = write(base().resolve("groups"), "nogroup:x:" + NOBODY + ":\n");
        Path config = write(base().resolve("proftpd.conf"), String.join("\n",
                "ServerName ftp.example",
                "ServerType standalone",
                "DefaultServer on",
                "DefaultAddress " + address,
                "SocketBindTight on",
                "UseIPv6 off",
                "Port " + PORT,
                "User nobody",
                "Group nogroup",
                "AuthOrder mod_auth_file.c",
                "AuthUserFile " + users,
                "AuthGroupFile " + groups,
                "RequireValidShell off",
                "DefaultRoot ~",
                "PidFile " + base().resolve("pid"),
                "ScoreboardFile " + base().resolve("scoreboard"),
                "DelayTable " + base().resolve("delay"),
                "SystemLog " + log(),
                "TransferLog " + base().resolve("xferlog"),
                "WtmpLog off",
                // As in Debian's own configuration file.
                "AllowOverwrite on",
                "AllowStoreRestart on",
                String.join("\n", settings),
                ""));
        start(Proc.spec(host, program, "--nodaemon", "--config", config.toString()));
    }

    private Path log() {
        return base().resolve("log");
    }

    @Override
    String name() {
        return "proftpd";
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

    @Override
    public String tail() {
        return super.tail() + "\n" + Payload.tail(log());
    }

    /** It takes its time over SIGTERM, and has nothing that needs saving. */
    @Override
    public void close() {
        proc().kill();
        super.close();
    }
}
