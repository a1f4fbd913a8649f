package io.sshdftp.leg;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acknowledges what was read at once. The system waits up to 40 ms for something to send along, and a peer with Nagle's algorithm on (RFC 896:
 * ssh -N, vsftpd) keeps its next small packet back so long: between the 150 and the 226 of a small file, for one.
 *
 * <p>THREADS: any.
 */
public final class QuickAcknowledgement {
    private static final Logger LOG = LoggerFactory.getLogger(QuickAcknowledgement.class);
    /** Where the system has it, which is Linux. */
    private static final Optional<SocketOption<Boolean>> OPTION = option();

    private QuickAcknowledgement() {}

    /** Sends the acknowledgement that is due, if one is; the system goes back to its own ways after that. */
    public static void send(SocketChannel channel) {
        if (OPTION.isPresent()) {
            try {
                channel.setOption(OPTION.get(), true);
            } catch (IOException e) {
                // The connection is gone, which the next read tells.
                LOG.debug("{}", channel, e);
            }
        }
    }

    private static Optional<SocketOption<Boolean>> option() {
        try (SocketChannel any = SocketChannel.open()) {
            return any.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)
                    ? Optional.of(ExtendedSocketOptions.TCP_QUICKACK)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
