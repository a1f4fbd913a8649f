package io.sshdftp.dist;

import java.time.Duration;

/** An ssh client that people have, run on the client host with port forwards and nothing else. */
enum SshClient {
    OPENSSH("OpenSSH") {
        @Override
        Proc start(Host from, Daemon gateway, String address, Forwards forwards) {
            return run(from, forwards, Proc.spec(from, forwards.appendTo(
                    Peers.require("ssh", "openssh-client"), "-F", "none", "-N", "-v",
                    "-o", "BatchMode=yes",
                    "-o", "ExitOnForwardFailure=yes",
                    "-o", "IdentitiesOnly=yes",
                    "-o", "UserKnownHostsFile=" + gateway.keys.knownHosts(address, gateway.port),
                    "-o", "GlobalKnownHostsFile=/dev/null",
                    "-i", gateway.keys.userKey.toString(),
                    "-p", Integer.toString(gateway.port),
                    "-l", gateway.user,
                    address)));
        }
    },
    PLINK("PuTTY (plink)") {
        @Override
        Proc start(Host from, Daemon gateway, String address, Forwards forwards) {
            return run(from, forwards, Proc.spec(from, forwards.appendTo(
                            Peers.require("plink", "putty-tools"), "-ssh", "-batch", "-N", "-v", "-noshare", "-noagent",
                            "-hostkey", gateway.keys.hostFingerprint(),
                            "-i", gateway.keys.puttyKey().toString(),
                            "-P", Integer.toString(gateway.port),
                            "-l", gateway.user,
                            address))
                    .env("HOME", gateway.keys.folder.toString()));
        }
    },
    DBCLIENT("Dropbear (dbclient)") {
        @Override
        Proc start(Host from, Daemon gateway, String address, Forwards forwards) {
            return run(from, forwards, Proc.spec(from, forwards.appendTo(
                            Peers.require("dbclient", "dropbear-bin"), "-N",
                            "-o", "ExitOnForwardFailure=yes",
                            "-i", gateway.keys.dropbearKey().toString(),
                            "-p", Integer.toString(gateway.port),
                            "-l", gateway.user,
                            address))
                    .env("HOME", gateway.keys.dropbearHome(address).toString()));
        }
    };

    private static final Duration LIMIT = Duration.ofSeconds(20);

    final String title;

    SshClient(String title) {
        this.title = title;
    }

    /** Connects from a host to the gateway and returns once every local forward listens. */
    abstract Proc start(Host from, Daemon gateway, String address, Forwards forwards);

    Proc start(Hosts hosts, Daemon gateway, Forwards forwards) {
        return start(hosts.client, gateway, Hosts.GATEWAY_NEAR_CLIENT, forwards);
    }

    private static Proc run(Host from, Forwards forwards, Proc.Spec spec) {
        Proc proc = spec.openInput().start();
        try {
            Waiting.until(
                    "the forwards " + forwards,
                    LIMIT,
                    () -> {
                        if (!proc.isAlive()) {
                            throw new AssertionError("The ssh client has ended\n" + proc.tail());
                        }
                        return forwards.listenAt(from);
                    },
                    proc::tail);
            return proc;
        } catch (AssertionError e) {
            proc.close();
            throw e;
        }
    }
}
