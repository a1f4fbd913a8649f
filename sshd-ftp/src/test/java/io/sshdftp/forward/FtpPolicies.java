package io.sshdftp.forward;

import io.sshdftp.ftp.CommandPolicy;
import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.ftp.EngineOptions.ServerTls;
import io.sshdftp.leg.PortRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** An {@link FtpPolicy} with the daemon's defaults, save for what a test changes. */
final class FtpPolicies {
    IntPredicate controlPorts = port -> port == 21;
    boolean local = true;
    boolean remote = true;
    boolean usesServerPorts;
    List<Integer> passivePorts = List.of(30020, 30021, 30022);
    IntPredicate activePorts = port -> port >= 30030 && port <= 30039;
    int reverseSocksPort = 1080;
    ServerDataMode serverDataMode = ServerDataMode.SAME;
    Duration dataTimeout = Duration.ofSeconds(60);
    int maxControlChannels = 32;
    int maxPendingData = 64;

    FtpPolicy policy() {
        return new FtpPolicy(
                local,
                remote,
                controlPorts,
                usesServerPorts,
                passivePorts,
                Optional.empty(),
                activePorts,
                reverseSocksPort,
                serverDataMode,
                List.of(PortRange.EPHEMERAL),
                Optional.empty(),
                Optional.empty(),
                host -> false,
                false,
                CommandPolicy.OPEN,
                ServerTls.NO,
                (host, port) -> {
                    throw new AssertionError("TLS with " + host);
                },
                dataTimeout,
                Duration.ofSeconds(20),
                maxControlChannels,
                maxPendingData,
                false);
    }
}
