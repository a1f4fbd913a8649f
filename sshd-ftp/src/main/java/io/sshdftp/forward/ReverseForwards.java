package io.sshdftp.forward;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The ways back to the ssh client's side that one SSH connection has for FTP data: the tcpip-forward requests that were granted without a
 * listener. A channel opened on one names the host string and port of its request, exactly: clients look it up by them (RFC 4254, 7.2).
 *
 * <p>THREADS: any; requests come on MINA's I/O threads, look-ups on the loop. Bound: one entry a port out of the configured ones.
 */
final class ReverseForwards {
    private final FtpPolicy policy;
    /** By port: the host string of the newest request for it. */
    private final Map<Integer, String> granted = new LinkedHashMap<>();

    ReverseForwards(FtpPolicy policy) {
        this.policy = policy;
    }

    /** One granted request. */
    record Forward(String host, int port) {}

    /** Grants what {@code FtpReverseSocksPort} and {@code FtpActivePorts} say is for FTP data; everything else is an ordinary forward. */
    synchronized boolean grant(String host, int port) {
        boolean ours = policy.local() && port != 0 && (port == policy.reverseSocksPort() || policy.activePorts().test(port));
        if (!ours || granted.containsKey(port)) {
            return false;
        }
        granted.put(port, host);
        return true;
    }

    synchronized boolean cancel(String host, int port) {
        return granted.remove(port, host);
    }

    /** The reverse dynamic forward, on which the ssh client is a SOCKS server. */
    synchronized Optional<Forward> dynamic() {
        return at(policy.reverseSocksPort());
    }

    /** The fixed forward of that very port. */
    synchronized Optional<Forward> fixed(int port) {
        return port == policy.reverseSocksPort() ? Optional.empty() : at(port);
    }

    private Optional<Forward> at(int port) {
        return Optional.ofNullable(granted.get(port)).map(host -> new Forward(host, port));
    }
}
