package io.sshdftp.forward;

import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;

/** A channel that a factory makes in order to refuse it with a reason of its own; MINA would send a text of its own. */
public final class RefusedChannel extends AbstractServerChannel {
    private final int reason;
    private final String text;

    /**
     * @param reason one of SSH_OPEN_* (RFC 4254 section 5.1)
     * @param text what the client is shown
     */
    public RefusedChannel(int reason, String text) {
        super(null);
        this.reason = reason;
        this.text = text;
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        OpenFailure.send(getSession(), getRecipient(), reason, text);
        close(true);
        // Never completed: MINA would send a second failure.
        return new DefaultOpenFuture(this, futureLock);
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) {
        throw new IllegalStateException("data on a refused channel");
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) {
        throw new IllegalStateException("data on a refused channel");
    }
}
