package io.sshdftp.forward;

import io.sshdftp.ftp.CommandPolicy;
import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.ftp.EngineOptions.ServerTls;
import io.sshdftp.leg.Introduction;
import io.sshdftp.leg.PortRange;
import io.sshdftp.leg.Source;
import io.sshdftp.leg.TlsClient;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * The Ftp* directives as they apply to one SSH connection, after Match.
 *
 * @param local FTP is looked for in direct-tcpip channels ({@code FtpForwarding yes|local})
 * @param remote FTP is looked for in connections to remote forwards ({@code FtpForwarding yes|remote})
 * @param controlPorts destination ports of direct-tcpip, and bind ports of tcpip-forward, that are FTP control ({@code FtpControlPorts})
 * @param usesServerPorts the client's passive ports are the server's own numbers ({@code FtpPassivePorts server})
 * @param passivePorts virtual ports, in the order in which they are first used; empty for none
 * @param passiveAddress the address that a 227 names; empty for {@code auto}
 * @param activePorts fixed reverse ports, granted without a bind ({@code FtpActivePorts})
 * @param reverseSocksPort reverse dynamic forward, granted without a bind; 0 for none ({@code FtpReverseSocksPort})
 * @param serverDataMode mode of the server leg; an FTP server behind a remote forward is passive whatever stands here
 * @param serverListenPorts listeners of the gateway, toward FTP servers, and toward the FTP clients of remote forwards
 * @param source of connections to FTP servers; empty for {@code auto}
 * @param introduction what connections to FTP servers begin with ({@code FtpServerProxyProtocol})
 * @param foreignAddress hosts in a 227 that are believed though they are not the control peer
 * @param authTlsPassthrough {@code FtpAuthTls passthrough}
 * @param commands {@code FtpAllowCommands}, {@code FtpDenyCommands}, {@code FtpReadOnly}
 * @param serverTls {@code FtpServerTls}
 * @param tlsClients what speaks TLS with the FTP server of a name, empty where nobody knows it, and a control port
 *     ({@code FtpServerTlsTrust}); called on the loop
 * @param dataTimeout {@code FtpDataTimeout}
 * @param greetingTimeout {@code FtpGreetingTimeout}
 * @param maxControlChannels {@code FtpMaxControlChannels}, for this SSH connection
 * @param maxPendingData {@code FtpMaxPendingData}, for this SSH connection
 * @param greetingHint {@code FtpGreetingHint}
 */
public record FtpPolicy(
        boolean local,
        boolean remote,
        IntPredicate controlPorts,
        boolean usesServerPorts,
        List<Integer> passivePorts,
        Optional<InetAddress> passiveAddress,
        IntPredicate activePorts,
        int reverseSocksPort,
        ServerDataMode serverDataMode,
        List<PortRange> serverListenPorts,
        Optional<Source> source,
        Optional<Introduction> introduction,
        Predicate<InetAddress> foreignAddress,
        boolean authTlsPassthrough,
        CommandPolicy commands,
        ServerTls serverTls,
        BiFunction<Optional<String>, Integer, TlsClient> tlsClients,
        Duration dataTimeout,
        Duration greetingTimeout,
        int maxControlChannels,
        int maxPendingData,
        boolean greetingHint) {
    /**
     * What speaks TLS with an FTP server; empty where it is not wanted.
     *
     * @param host the server's name; empty where nobody knows it
     * @param port of the control connection
     */
    Optional<TlsClient> tls(Optional<String> host, int port) {
        return serverTls == ServerTls.NO ? Optional.empty() : Optional.of(tlsClients.apply(host, port));
    }
}
