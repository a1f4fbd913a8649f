package io.sshdftp.transport;

import java.util.AbstractMap.SimpleImmutableEntry;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.common.session.helpers.KeyExchangeMessageHandler;
import org.apache.sshd.common.future.DefaultKeyExchangeFuture;
import org.slf4j.Logger;

/** Tells when channel data may be sent past MINA's queue: not while keys are exchanged, nor while what waited for that is being sent. */
final class LoopKeyExchange extends KeyExchangeMessageHandler {
    private final Runnable over;

    /** @param over called after each key exchange, when what had waited for it is out; from any thread */
    LoopKeyExchange(AbstractSession session, Logger log, Runnable over) {
        super(session, log);
        this.over = over;
    }

    /**
     * Keeps the state of the key exchange as it is until {@link #leave}.
     *
     * @return true when data may be sent until then; false, and nothing is held, when not
     */
    boolean enter() {
        lock.readLock().lock();
        KexState state = session.getKexState();
        // In KEYS our new keys are in use already.
        if (!shutDown.get() && kexFlushed.get() && (state == KexState.DONE || state == KexState.KEYS)) {
            return true;
        }
        lock.readLock().unlock();
        return false;
    }

    void leave() {
        lock.readLock().unlock();
    }

    @Override
    public SimpleImmutableEntry<Integer, DefaultKeyExchangeFuture> terminateKeyExchange() {
        SimpleImmutableEntry<Integer, DefaultKeyExchangeFuture> entry = super.terminateKeyExchange();
        entry.getValue().addListener(done -> over.run());
        return entry;
    }
}
