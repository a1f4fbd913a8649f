package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A single data port, for many users and for many transfers of one. */
@SuppressWarnings("try")
class SharedPortIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int USERS = 20;
    private static final int FILES = 12;
    private static final int PARALLEL = 4;

    private Hosts hosts;
    private Daemon daemon;
    private FtpServer server;
    private Path local;

    @BeforeEach
    void up() throws IOException {
        hosts = Hosts.up();
        daemon = Daemon.packaged(hosts, new Keys(), 22, List.of("PermitOpen " + Hosts.FTP + ":21"));
        server = FtpServer.Kind.VSFTPD.start(hosts);
        local = Files.createTempDirectory(Proc.WORK, "shared-");
    }

    @AfterEach
    void down() {
        if (server != null) {
            server.close();
        }
        if (daemon != null) {
            daemon.close();
        }
        if (hosts != null) {
            hosts.close();
        }
    }

    @ParameterizedTest
    @EnumSource(SshClient.class)
    void twentyUsersAtOnceHaveTheSameDataPort(SshClient ssh) {
        long sockets = daemon.openSockets();
        Path sent = Payload.random(local.resolve("sent"), 2 << 20, 20);
        List<Proc> clients = new ArrayList<>();
        List<Proc> transfers = new ArrayList<>();
        try {
            for (int i = 0; i < USERS; i++) {
                String own = own(i);
                clients.add(ssh.start(hosts, daemon, Forwards.none()
                        .local(own + ":2121:" + Hosts.FTP + ":21", own + ":30020:localhost:30020")));
            }
            for (int i = 0; i < USERS; i++) {
                Curl curl = curl(own(i));
                transfers.add(curl.spec("-T", sent.toString(), url(i)).start());
            }
            finish(transfers);
            for (int i = 0; i < USERS; i++) {
                Payload.assertSame(sent, server.folder().resolve("user-" + i));
                transfers.add(curl(own(i)).spec("-o", local.resolve("got-" + i).toString(), url(i)).start());
            }
            finish(transfers);
            for (int i = 0; i < USERS; i++) {
                Payload.assertSame(sent, local.resolve("got-" + i));
            }
        } finally {
            transfers.forEach(Proc::close);
            clients.forEach(Proc::close);
        }
        daemon.awaitNoConnections();
        Waiting.until("the daemon has closed its sockets", LIMIT, () -> daemon.openSockets() <= sockets, () -> daemon.proc().tail());
    }

    @ParameterizedTest
    @EnumSource(SshClient.class)
    void fourTransfersTakeTurnsAtOnePort(SshClient ssh) throws IOException {
        List<String> names = IntStream.range(0, FILES).mapToObj(i -> "turn-" + i).toList();
        Path sent = Files.createDirectory(local.resolve("all-sent"));
        Path got = Files.createDirectory(local.resolve("all-got"));
        for (int i = 0; i < FILES; i++) {
            Payload.random(sent.resolve(names.get(i)), (1 << 20) + i, i);
        }
        Forwards forwards = Forwards.none().local("2121:" + Hosts.FTP + ":21", "30020:localhost:30020");
        try (Proc client = ssh.start(hosts, daemon, forwards)) {
            Curl curl = curl("127.0.0.1");
            curl.putAll(sent, names, FtpServer.FOLDER, PARALLEL);
            names.forEach(name -> Payload.assertSame(sent.resolve(name), server.folder().resolve(name)));
            curl.getAll(FtpServer.FOLDER, names, got, PARALLEL);
            names.forEach(name -> Payload.assertSame(sent.resolve(name), got.resolve(name)));
        }
        daemon.awaitNoConnections();
    }

    private Curl curl(String host) {
        return new Curl(hosts.client, FtpAccess.to(server, host, 2121, DataMode.EPSV));
    }

    private static String own(int user) {
        return "127.0.0." + (10 + user);
    }

    private static String url(int user) {
        return "ftp://" + own(user) + ":2121/" + FtpServer.FOLDER + "/user-" + user;
    }

    private static void finish(List<Proc> transfers) {
        for (Proc transfer : transfers) {
            Proc.Result result = transfer.await(LIMIT);
            assertEquals(0, result.exit(), result::toString);
        }
        transfers.clear();
    }
}
