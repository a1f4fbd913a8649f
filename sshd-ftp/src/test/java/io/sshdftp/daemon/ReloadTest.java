package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.auth.HostKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that changes under a running daemon. */
@Timeout(120)
class ReloadTest {
    @TempDir
    private Path directory;

    @Test
    void newConnectionsGetTheNewOneAndOldOnesKeepTheirs() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory);
                ServerSocket target = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            ClientSession before = daemon.login("alice");
            daemon.write(List.of("DenyUsers bob", "PermitOpen none"));
            assertTrue(daemon.daemon.reload(daemon::load));
            daemon.awaitLine("Configuration read again, for new connections.");
            ClientSession bob = daemon.connect("bob");
            bob.addPasswordIdentity("secret");
            assertThrows(IOException.class, () -> bob.auth().verify(RunningDaemon.LIMIT));
            daemon.awaitLine("User bob from 127.0.0.1 not allowed because listed in DenyUsers");
            ClientSession after = daemon.login("alice");
            SshdSocketAddress to = new SshdSocketAddress("127.0.0.1", target.getLocalPort());
            SshdSocketAddress from = new SshdSocketAddress("127.0.0.1", 4711);
            before.createDirectTcpipChannel(from, to).open().verify(RunningDaemon.LIMIT);
            assertThrows(IOException.class, () -> after.createDirectTcpipChannel(from, to).open().verify(RunningDaemon.LIMIT));
        }
    }

    @Test
    void algorithmsAndHostKeys() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "Ciphers aes256-ctr", "MACs hmac-sha2-256")) {
            Set<String> hostKeys = ConcurrentHashMap.newKeySet();
            daemon.client.setServerKeyVerifier((session, address, key) -> seen(hostKeys, key));
            ClientSession before = daemon.login("alice");
            HostKeys.generate(directory.resolve("hostkey2"));
            daemon.write(List.of("Ciphers aes128-ctr", "MACs hmac-sha2-512", "HostKey " + directory.resolve("hostkey2")));
            assertTrue(daemon.daemon.reload(daemon::load));
            ClientSession after = daemon.login("alice");
            assertTrue(after.getNegotiatedKexParameter(KexProposalOption.C2SENC).equals("aes128-ctr"));
            // Both host keys are of one type; the first one wins.
            assertTrue(hostKeys.size() == 2, hostKeys.toString());
            // The old one can exchange keys again, with what it had.
            before.reExchangeKeys().verify(RunningDaemon.LIMIT);
            assertTrue(before.getNegotiatedKexParameter(KexProposalOption.C2SENC).equals("aes256-ctr"));
            before.createExecChannel("help").open().verify(RunningDaemon.LIMIT);
        }
    }

    private static boolean seen(Set<String> hostKeys, PublicKey key) {
        hostKeys.add(KeyUtils.getFingerPrint(key));
        return true;
    }

    @Test
    void aBadOneChangesNothing() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            daemon.write(List.of("DenyUsers alice", "NoSuchThing 1"));
            assertFalse(daemon.daemon.reload(daemon::load));
            Path config = directory.resolve("config");
            daemon.awaitLine("error: " + config + " line 2: Bad configuration option: NoSuchThing");
            daemon.awaitLine("error: The configuration stays as it was.");
            daemon.login("alice").close();
            daemon.write(List.of("DenyUsers alice", "VirtualUsers " + directory.resolve("none-such")));
            assertFalse(daemon.daemon.reload(daemon::load));
            daemon.login("alice").close();
            daemon.write(List.of("DenyUsers alice", "FtpServerTlsTrust " + config));
            assertFalse(daemon.daemon.reload(daemon::load));
            daemon.login("alice").close();
            Files.delete(config);
            assertFalse(daemon.daemon.reload(daemon::load));
            daemon.login("alice").close();
        }
    }

    @Test
    void whatDoesNotChangeIsTold() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            daemon.write(List.of("Port " + RunningDaemon.freePort(), "PidFile /tmp/other"));
            assertTrue(daemon.daemon.reload(daemon::load));
            daemon.awaitLine("warning: Port, ListenAddress and AddressFamily stay as they were when the daemon started; restart it to change them");
            daemon.awaitLine("warning: PidFile stays as it was when the daemon started; restart it to change it");
        }
    }

    @Test
    void anotherFileOfUsers() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
            RunningDaemon.users(elsewhere, "carol:" + RunningDaemon.HASH + ":" + directory + "/home/%u");
            daemon.write(List.of("VirtualUsers " + elsewhere.resolve("users")));
            assertTrue(daemon.daemon.reload(daemon::load));
            daemon.login("carol").close();
        }
    }
}
