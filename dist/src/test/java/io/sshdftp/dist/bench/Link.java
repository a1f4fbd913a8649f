package io.sshdftp.dist.bench;

import io.sshdftp.dist.Forwards;
import io.sshdftp.dist.Host;
import io.sshdftp.dist.Hosts;
import io.sshdftp.dist.Peers;
import io.sshdftp.dist.Proc;
import io.sshdftp.dist.Waiting;
import java.util.List;

/** One connection of OpenSSH's client, as it comes, from the client host: {@code ssh -N} with local forwards. */
record Link(Proc proc) implements AutoCloseable {
    /** Returns once all forwards listen. */
    static Link open(ServerUnderTest server, String cipher, Forwards forwards) {
        Host client = server.lab.hosts.client;
        List<String> command = forwards.appendTo(
                Peers.require("ssh", "openssh-client"), "-F", "none", "-N",
                "-c", cipher,
                "-o", "BatchMode=yes",
                "-o", "ExitOnForwardFailure=yes",
                "-o", "IdentitiesOnly=yes",
                "-o", "UserKnownHostsFile=" + server.daemon.keys.knownHosts(Hosts.GATEWAY_NEAR_CLIENT, server.daemon.port),
                "-o", "GlobalKnownHostsFile=/dev/null",
                "-i", server.daemon.keys.userKey.toString(),
                "-p", Integer.toString(server.daemon.port),
                "-l", server.daemon.user,
                Hosts.GATEWAY_NEAR_CLIENT);
        Proc proc = Proc.spec(client, command).start();
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
