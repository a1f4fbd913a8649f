package io.sshdftp.forward;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The ways back to the ssh client's side that one SSH connection has for FTP data: the tcpip-forward requests that were granted without a
 * listener. A channel opened on one names the host string and port of its request, exactly: clients look it up by them (RFC 4254, 7.2).
 *
 * <p>THREADS: any; requests come on MINA's I/O threads, look-ups on the loop. Bound: {@link ForwardingPolicy#maxRemoteForwards}, which the caller
 * keeps to.
 */
final class ReverseForwards {
    private final FtpPolicy policy;
    /** By port: the host strings of its requests, in their order. */
    private final Map<Integer, Set<String>> granted = new HashMap<>();

    ReverseForwards(FtpPolicy policy) {
        this.policy = policy;
    }

    /** One granted request. */
    record Forward(String host, int port) {}

    /** Grants what {@code FtpReverseSocksPort} and {@code FtpActivePorts} say is for FTP data; everything else is an ordinary forward. */
    synchronized boolean grant(String host, int port) {
        boolean ours = (policy.local() || policy.remote()) && port != 0 && (port == policy.reverseSocksPort() || policy.activePorts().test(port));
        // A second one of the number, for another address, must not be taken for an ordinary forward, which listens on the gateway.
        return ours && granted.computeIfAbsent(port, number -> new LinkedHashSet<>()).add(host);
    }

    synchronized boolean cancel(String host, int port) {
        Set<String> hosts = granted.get(port);
        return hosts != null && hosts.remove(host);
    }

    /** The reverse dynamic forward, on which the ssh client is a SOCKS server. */
    synchronized Optional<Forward> dynamic() {
        return at(policy.reverseSocksPort());
    }

    /** The fixed forward of that very port. */
    synchronized Optional<Forward> fixed(int port) {
        return port == policy.reverseSocksPort() ? Optional.empty() : at(port);
    }

    /** True when there is any. */
    synchronized boolean any() {
        return granted.values().stream().anyMatch(hosts -> !hosts.isEmpty());
    }

    private Optional<Forward> at(int port) {
        return granted.getOrDefault(port, Set.of()).stream().findFirst().map(host -> new Forward(host, port));
    }
}
