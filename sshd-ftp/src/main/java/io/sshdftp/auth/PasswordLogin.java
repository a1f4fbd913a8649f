package io.sshdftp.auth;

import java.util.function.BiFunction;
import org.apache.sshd.server.auth.AsyncAuthException;
import org.apache.sshd.server.auth.password.PasswordAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The method "password" (RFC 4252 section 8), and "keyboard-interactive" where that asks for the password. The hash is worked out on a
 * {@link PasswordCheck}; MINA gets its answer through {@link AsyncAuthException}.
 *
 * <p>THREADS: {@link #authenticate} on the session's I/O worker; the functions given to the constructor on a thread of
 * {@code PasswordCheck}, once an attempt.
 */
public final class PasswordLogin implements PasswordAuthenticator {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordLogin.class);

    private final PasswordCheck check;
    private final BiFunction<String, ServerSession, Passwords.Credential> credentials;
    private final Listener listener;

    /**
     * @param credentials what to compare with, by user name as the client gave it; see {@link VirtualUsers.Snapshot#credential}
     * @param listener told of each attempt before the client is
     */
    public PasswordLogin(PasswordCheck check, BiFunction<String, ServerSession, Passwords.Credential> credentials, Listener listener) {
        this.check = check;
        this.credentials = credentials;
        this.listener = listener;
    }

    /** Told of each attempt, for the log and for penalties. */
    @FunctionalInterface
    public interface Listener {
        /** On a thread of {@code PasswordCheck}, or on the I/O worker when that was full. */
        void passwordChecked(String user, PasswordCheck.Outcome outcome, ServerSession session);
    }

    @Override
    public boolean authenticate(String user, String password, ServerSession session) {
        // Throws when another service is in use. That is fail-closed: an unordered one could count the answer for another method.
        session.getService(SerialUserAuthService.class).answerFollows();
        AsyncAuthException answer = new AsyncAuthException();
        check.check(() -> credentials.apply(user, session), password.toCharArray(), () -> !session.isClosing())
                .thenAccept(outcome -> answered(user, outcome, session, answer));
        throw answer;
    }

    private void answered(String user, PasswordCheck.Outcome outcome, ServerSession session, AsyncAuthException answer) {
        if (outcome == PasswordCheck.Outcome.OVERLOADED) {
            LOG.warn("a password for {} was refused unread: {} others are waiting to be compared", user, PasswordCheck.MAX_WAITING);
        }
        try {
            listener.passwordChecked(user, outcome, session);
        } catch (RuntimeException e) {
            LOG.error("internal error: a listener of passwords failed", e);
        }
        if (!session.isClosing()) {
            answer.setAuthed(outcome == PasswordCheck.Outcome.ACCEPTED);
        }
    }
}
