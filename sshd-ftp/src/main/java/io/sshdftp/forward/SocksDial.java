package io.sshdftp.forward;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Receiver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * SOCKS5 as a client (RFC 1928), over a channel of a reverse dynamic forward ({@code ssh -R port}): the ssh client is the SOCKS server, and
 * connects to any address on its side. No authentication; CONNECT only.
 */
final class SocksDial implements Receiver {
    private static final byte[] GREETING = {5, 1, 0};
    /** VER REP RSV ATYP, the longest address (a name of 255 and its length), port. */
    private static final int MAX_REPLY = 4 + 256 + 2;

    private final Connection channel;
    private final DataAddress target;
    private final Duration timeout;
    private final Consumer<Connection> connected;
    private final Consumer<String> failed;
    private final ByteBuffer reply = ByteBuffer.allocate(MAX_REPLY);
    private EventLoop.Cancellable timer;
    private boolean greeted;
    private boolean over;
    /** Takes the place of this once the way is open. */
    private Handover handover;

    SocksDial(Connection channel, DataAddress target, Duration timeout, Consumer<Connection> connected, Consumer<String> failed) {
        this.channel = channel;
        this.target = target;
        this.timeout = timeout;
        this.connected = connected;
        this.failed = failed;
    }

    void start() {
        timer = channel.loop().schedule(timeout, () -> fail("no answer to SOCKS within " + timeout.toSeconds() + " s"));
        channel.start(this);
        channel.write(ByteBuffer.wrap(GREETING));
    }

    void cancel() {
        if (!over) {
            over = true;
            timer.cancel();
            channel.reset();
        }
    }

    @Override
    public void received(ByteBuffer data) {
        if (handover != null) {
            handover.received(data);
            return;
        }
        while (!over && data.hasRemaining()) {
            // Byte by byte: what follows the reply is data already, and belongs to the one who takes the connection over.
            reply.put(data.get());
            if (!greeted) {
                greeting();
            } else {
                answer(data);
            }
        }
    }

    private void greeting() {
        if (reply.get(0) != 5) {
            fail("the forward leads to something that does not speak SOCKS5; it must have no destination: -R port");
        } else if (reply.position() == 2) {
            if (reply.get(1) != 0) {
                fail("the SOCKS server of the ssh client wants authentication");
                return;
            }
            greeted = true;
            reply.clear();
            channel.write(ByteBuffer.wrap(request()));
        }
    }

    private byte[] request() {
        byte[] host = target.host().getAddress();
        ByteBuffer request = ByteBuffer.allocate(4 + host.length + 2);
        request.put((byte) 5).put((byte) 1).put((byte) 0).put((byte) (host.length == 4 ? 1 : 4));
        return request.put(host).putShort((short) target.port()).array();
    }

    private void answer(ByteBuffer rest) {
        int length = replyLength();
        if (reply.get(0) != 5 || length < 0) {
            fail("the answer of the ssh client's SOCKS server is not SOCKS5");
        } else if (reply.position() >= 2 && reply.get(1) != 0) {
            fail("the ssh client cannot connect to " + target + ": " + meaning(reply.get(1)));
        } else if (reply.position() == length) {
            over = true;
            timer.cancel();
            handover = new Handover(channel, rest);
            connected.accept(handover);
        }
    }

    /** 5 until the kind of address is known; negative for an unknown kind. */
    private int replyLength() {
        if (reply.position() < 5) {
            return MAX_REPLY;
        }
        return switch (reply.get(3)) {
            case 1 -> 4 + 4 + 2;
            case 4 -> 4 + 16 + 2;
            case 3 -> 4 + 1 + (reply.get(4) & 0xFF) + 2;
            default -> -1;
        };
    }

    /** RFC 1928, 6. */
    private static String meaning(byte reply) {
        return switch (reply) {
            case 2 -> "not allowed by its rules";
            case 3 -> "network unreachable";
            case 4 -> "host unreachable";
            case 5 -> "connection refused";
            case 6 -> "TTL expired";
            case 7 -> "command not supported";
            case 8 -> "address type not supported";
            default -> "general failure";
        };
    }

    private void fail(String reason) {
        if (!over) {
            over = true;
            timer.cancel();
            channel.reset();
            failed.accept(reason);
        }
    }

    @Override
    public void ended() {
        if (handover != null) {
            handover.ended();
        } else {
            fail(hungUp());
        }
    }

    @Override
    public void drained() {
        if (handover != null) {
            handover.drained();
        }
    }

    @Override
    public void outputDone() {
        if (handover != null) {
            handover.outputDone();
        }
    }

    @Override
    public void closed(boolean cut, String reason) {
        if (handover != null) {
            handover.closed(cut, reason);
        } else {
            fail(greeted && cut ? hungUp() : "the ssh client closed the channel of the reverse dynamic forward: " + reason);
        }
    }

    /** OpenSSH does not answer when it cannot connect. */
    private String hungUp() {
        return greeted
                ? "the ssh client cannot connect to " + target + " (ssh -v tells why)"
                : "the ssh client closed the channel of the reverse dynamic forward";
    }
}
