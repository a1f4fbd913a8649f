package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        Forwards forwards = Forwards.none().local("2121:" + Hosts.FTP + ":21", "30020:localhost:30020");
        List<Host> machines = IntStream.rangeClosed(1, USERS).mapToObj(hosts::anotherClient).toList();
        List<Proc> clients = new ArrayList<>();
        List<Proc> transfers = new ArrayList<>();
        try {
            for (int i = 0; i < USERS; i++) {
                clients.add(ssh.start(machines.get(i), daemon, Hosts.gatewayNear(i + 1), forwards));
            }
            for (int i = 0; i < USERS; i++) {
                transfers.add(curl(machines.get(i)).spec("-T", sent.toString(), url(i)).start());
            }
            finish(transfers);
            for (int i = 0; i < USERS; i++) {
                Payload.assertSame(sent, server.folder().resolve("user-" + i));
                transfers.add(curl(machines.get(i)).spec("-o", local.resolve("got-" + i).toString(), url(i)).start());
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
            Curl curl = curl(hosts.client);
            curl.putAll(sent, names, FtpServer.FOLDER, PARALLEL);
            names.forEach(name -> Payload.assertSame(sent.resolve(name), server.folder().resolve(name)));
            curl.getAll(FtpServer.FOLDER, names, got, PARALLEL);
            names.forEach(name -> Payload.assertSame(sent.resolve(name), got.resolve(name)));
            assertTrue(client.isAlive(), client::tail);
        }
        daemon.awaitNoConnections();
    }

    private Curl curl(Host from) {
        return new Curl(from, FtpAccess.to(server, "127.0.0.1", 2121, DataMode.EPSV));
    }

    private static String url(int user) {
        return "ftp://127.0.0.1:2121/" + FtpServer.FOLDER + "/user-" + user;
    }

    private static void finish(List<Proc> transfers) {
        for (Proc transfer : transfers) {
            Proc.Result result = transfer.await(LIMIT);
            assertEquals(0, result.exit(), result::toString);
        }
        transfers.clear();
    }
}
