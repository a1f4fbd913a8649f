package io.sshdftp.forward;

import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;

/** The settings of MINA that its defaults do not fit a gateway with. */
public final class ServerSettings {
    private ServerSettings() {}

    /**
     * Applies them all; before the server starts, and after its channel factories and request handlers are set. What the configuration file
     * decides (time-outs and attempts of authentication, ciphers) is set after this.
     */
    public static void apply(SshServer server) {
        // Chosen by name: with another transport on the class path MINA would take that one silently.
        server.setIoServiceFactoryFactory(new Nio2ServiceFactoryFactory());
        // Small FTP exchanges would wait 40 ms for a delayed acknowledgement, each.
        CoreModuleProperties.TCP_NODELAY.set(server, true);
        CoreModuleProperties.SOCKET_KEEPALIVE.set(server, true);
        CoreModuleProperties.SOCKET_BACKLOG.set(server, 128);
        // An ssh -N with a quiet FTP session is idle, and wanted.
        CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
        // A client that takes nothing for a while is slow, not dead; TCP knows the difference.
        CoreModuleProperties.NIO2_MIN_WRITE_TIMEOUT.set(server, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(server, Duration.ZERO);
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(server, Duration.ofDays(365));
        CoreModuleProperties.BUFFERED_IO_OUTPUT_MAX_PENDING_WRITE_WAIT.set(server, Duration.ofDays(365));
        CoreModuleProperties.NIO_WORKERS.set(server, Runtime.getRuntime().availableProcessors() + 1);
        // sshd_config(5): LoginGraceTime, MaxAuthTries.
        CoreModuleProperties.AUTH_TIMEOUT.set(server, Duration.ofSeconds(120));
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, 6);
        // Compressing what is encrypted next costs more than a local network does; a configuration may turn it on.
        server.setCompressionFactories(List.of(BuiltinCompressions.none));
        server.setRandomFactory(PooledRandom.FACTORY);
        NoMoreSessions.install(server);
    }
}
