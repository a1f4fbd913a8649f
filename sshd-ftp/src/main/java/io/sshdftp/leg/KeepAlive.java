package io.sshdftp.leg;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/**
 * Keeps a quiet connection alive, and tells when its peer's machine has gone. An FTP control connection is quiet while a long file is under way,
 * and firewalls forget quiet connections after a few minutes; the system's own first probe comes after two hours.
 *
 * <p>THREADS: any.
 */
public final class KeepAlive {
    /** Seconds: the first probe, further ones while none is answered, and how many, so that an outage of nine minutes is survived. */
    private static final Map<SocketOption<Integer>, Integer> PROBES = Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, 180, ExtendedSocketOptions.TCP_KEEPINTERVAL, 60, ExtendedSocketOptions.TCP_KEEPCOUNT, 9);

    private KeepAlive() {}

    /** @throws IOException when the connection has gone already */
    public static void start(NetworkChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (Map.Entry<SocketOption<Integer>, Integer> probe : PROBES.entrySet()) {
            if (channel.supportedOptions().contains(probe.getKey())) {
                channel.setOption(probe.getKey(), probe.getValue());
            }
        }
    }
}
