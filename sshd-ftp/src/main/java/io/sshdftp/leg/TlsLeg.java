package io.sshdftp.leg;

import io.sshdftp.ftp.DataAddress;
import java.util.OptionalInt;

/**
 * Reaches a peer as another leg does, with TLS on each connection (RFC 4217 section 7: whoever connects, we are the client of the
 * handshake, and resume the control connection's session).
 */
public final class TlsLeg implements Leg {
    private final Leg leg;
    private final TlsClient client;

    /** @param client of the control connection */
    public TlsLeg(Leg leg, TlsClient client) {
        this.leg = leg;
        this.client = client;
    }

    @Override
    public Attempt listen(OptionalInt port, Events events) {
        return leg.listen(port, new Secured(events));
    }

    @Override
    public String unreachable(DataAddress address) {
        return leg.unreachable(address);
    }

    @Override
    public Attempt dial(DataAddress address, DataAddress originator, Events events) {
        return leg.dial(address, originator, new Secured(events));
    }

    /**
     * Hands connections over with their handshake just begun: some servers do it before they announce the transfer, others after, so nobody
     * is to wait for its end.
     */
    private final class Secured implements Events {
        private final Events events;

        Secured(Events events) {
            this.events = events;
        }

        @Override
        public void listening(DataAddress address, String remedy) {
            events.listening(address, remedy);
        }

        @Override
        public void connected(Connection connection) {
            events.connected(client.secure(connection));
        }

        @Override
        public void failed(String reason) {
            events.failed(reason);
        }
    }
}
