package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Certificates as ssh-keygen makes them, shown by OpenSSH's ssh. */
class CertificatesIT {
    private static Path authority(FileSite site, String name) {
        Path file = site.folder.resolve(name);
        keygen("-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file.toString());
        return file;
    }

    private static Proc.Result keygen(String... words) {
        List<String> command = new ArrayList<>(List.of(Peers.require("ssh-keygen", "openssh-client")));
        command.addAll(List.of(words));
        return Proc.spec(command.toArray(String[]::new)).runWell(FileSite.LIMIT);
    }

    private static String fingerprint(Path key) {
        return keygen("-l", "-f", key + ".pub").out().split(" ")[1];
    }

    /** Leaves it where ssh looks for the certificate of the user's key. */
    private static void certify(FileSite site, Path authority, String... options) {
        List<String> words = new ArrayList<>(List.of("-q", "-s", authority.toString(), "-I", "test-id"));
        words.addAll(List.of(options));
        words.add(site.keys.userKey + ".pub");
        keygen(words.toArray(String[]::new));
    }

    @Test
    void whomAnAuthorityCertifiesGetsInWithWhatTheCertificateAllows() {
        try (FileSite site = new FileSite()) {
            for (String user : List.of("alice", "bob")) {
                site.command("-f", site.config.toString(), "add", user, "-d", site.folder + "/roots/%u", "--no-password").runWell(FileSite.LIMIT);
            }
            Path authority = authority(site, "ca");
            Path principals = FtpServer.write(site.folder.resolve("principals"), "staff\n");
            Path revoked = FtpServer.write(site.folder.resolve("revoked"), "");
            site.start("TrustedUserCAKeys " + authority + ".pub", "RevokedKeys " + revoked, "Match User bob", "AuthorizedPrincipalsFile " + principals);
            certify(site, authority, "-n", "alice", "-z", "7", "-V", "-1m:+1h");
            assertEquals(0, site.ssh("alice", "help").run(FileSite.LIMIT).exit(), site.daemon()::log);
            site.daemon().awaitLog(" ssh2: ED25519-CERT " + fingerprint(site.keys.userKey) + " ID test-id (serial 7) CA ED25519 " + fingerprint(authority));
            assertNotEquals(0, site.ssh("bob", "help").run(FileSite.LIMIT).exit());
            keygen("-q", "-k", "-s", authority + ".pub", "-f", revoked.toString(),
                    FtpServer.write(site.folder.resolve("specification"), "serial: 7\n").toString());
            assertNotEquals(0, site.ssh("alice", "help").run(FileSite.LIMIT).exit());
            site.daemon().awaitLog("revoked by file " + revoked);
            certify(site, authority, "-n", "staff");
            assertEquals(0, site.ssh("bob", "help").run(FileSite.LIMIT).exit(), site.daemon()::log);

            refused(site, authority, "Certificate invalid: expired", "-n", "alice", "-V", "-2h:-1h");
            refused(site, authority, "Certificate invalid: not yet valid", "-n", "alice", "-V", "+1h:+2h");
            refused(site, authority, "Certificate invalid: name is not a listed principal", "-n", "bob");
            refused(site, authority, "Certificate critical option \"made-up\" is not supported", "-n", "alice", "-O", "critical:made-up=x");
            refused(site, authority, "is not in its source-address", "-n", "alice", "-O", "source-address=192.0.2.0/24");
            certify(site, authority(site, "stranger"), "-n", "alice");
            assertNotEquals(0, site.ssh("alice", "help").run(FileSite.LIMIT).exit());

            certify(site, authority, "-n", "alice", "-O", "force-command=help", "-O", "no-port-forwarding");
            assertTrue(site.ssh("alice", "transfers").runWell(FileSite.LIMIT).out().contains("ssh "), site.daemon()::log);
            Proc.Result forward = site.ssh("alice", "-W", "localhost:" + FileSite.PORT).run(FileSite.LIMIT);
            assertTrue(forward.err().contains("prohibited"), forward.err());
        }
    }

    @Test
    void aClientThatTrustsTheAuthorityOfHostsNeedsNoHostKey() throws IOException {
        try (FileSite site = new FileSite().user("alice")) {
            Path authority = authority(site, "ca");
            keygen("-q", "-s", authority.toString(), "-I", "gateway", "-h", "-n", Hosts.GATEWAY_NEAR_CLIENT, site.keys.hostKey + ".pub");
            site.start("HostCertificate " + site.keys.hostKey + "-cert.pub");
            Path known = FtpServer.write(site.folder.resolve("known"), "@cert-authority * " + Files.readString(Path.of(authority + ".pub")));
            List<String> ssh = List.of(Peers.require("ssh", "openssh-client"), "-F", "none", "-p", "" + FileSite.PORT, "-i",
                    site.keys.userKey.toString(), "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + known,
                    "-o", "GlobalKnownHostsFile=/dev/null", FileSite.at("alice"), "help");
            Proc.Result result = Proc.spec(site.hosts.client, ssh).run(FileSite.LIMIT);
            assertEquals(0, result.exit(), result.err());
        }
    }

    private static void refused(FileSite site, Path authority, String why, String... options) {
        certify(site, authority, options);
        assertNotEquals(0, site.ssh("alice", "help").run(FileSite.LIMIT).exit(), why);
        site.daemon().awaitLog(why);
    }
}
