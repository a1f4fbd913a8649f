package io.sshdftp.dist.bench;

import io.sshdftp.dist.Forwards;
import io.sshdftp.dist.Host;
import io.sshdftp.dist.Hosts;
import io.sshdftp.dist.Peers;
import io.sshdftp.dist.Proc;
import io.sshdftp.dist.Waiting;
import java.util.ArrayList;
import java.util.List;

/** One connection of OpenSSH's client, as it comes, from the client host: {@code ssh -N} with local forwards. */
record Link(Proc proc) implements AutoCloseable {
    /** Returns once all forwards listen. */
    static Link open(ServerUnderTest server, String cipher, Forwards forwards) {
        Host client = server.lab.hosts.client;
        Proc proc = Proc.spec(client, command(server, forwards, "-N", "-c", cipher)).start();
        try {
            Waiting.until(
                    "the forwards of ssh",
                    Lab.LIMIT,
                    () -> {
                        if (!proc.isAlive()) {
                            throw new AssertionError("ssh has ended\n" + proc.tail() + "\n" + server.daemon.proc().tail());
                        }
                        return forwards.listenAt(client);
                    },
                    proc::tail);
            return new Link(proc);
        } catch (AssertionError e) {
            proc.close();
            throw e;
        }
    }

    /** {@code ssh -W} to HOST:PORT, whose standard output is what comes from there; it has only just started. */
    static Proc stdio(ServerUnderTest server, String destination) {
        return Proc.spec(server.lab.hosts.client, command(server, Forwards.none(), "-W", destination)).openInput().start();
    }

    private static List<String> command(ServerUnderTest server, Forwards forwards, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Peers.require("ssh", "openssh-client"), "-F", "none",
                "-o", "BatchMode=yes",
                "-o", "ExitOnForwardFailure=yes",
                "-o", "IdentitiesOnly=yes",
                "-o", "UserKnownHostsFile=" + server.daemon.keys.knownHosts(Hosts.GATEWAY_NEAR_CLIENT, server.daemon.port),
                "-o", "GlobalKnownHostsFile=/dev/null",
                "-i", server.daemon.keys.userKey.toString(),
                "-p", Integer.toString(server.daemon.port),
                "-l", server.daemon.user));
        command.addAll(List.of(options));
        command.add(Hosts.GATEWAY_NEAR_CLIENT);
        return forwards.appendTo(command.toArray(String[]::new));
    }

    /** Fails if the connection has broken, which a transfer need not notice. */
    void assertUp() {
        if (!proc.isAlive()) {
            throw new AssertionError("ssh has ended\n" + proc.tail());
        }
    }

    @Override
    public void close() {
        proc.close();
    }
}
