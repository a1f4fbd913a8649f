package io.sshdftp.auth;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.auth.AbstractUserAuthServiceFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.session.ServerUserAuthService;

/**
 * ssh-userauth that works each request off before it looks at the next (RFC 4252 section 5.1), also when the answer takes another thread.
 *
 * <p>MINA's own service does not wait: a request that comes while a password is being compared takes the place of the one before, and the
 * answer to the password is then counted for the newer request's method. With {@code AuthenticationMethods publickey,password} a
 * password alone would so pass for a key.
 *
 * <p>BOUNDS: {@value #MAX_WAITING} messages of {@value #MAX_WAITING_BYTES} bytes together wait; more ends the connection.
 */
public final class SerialUserAuthService extends ServerUserAuthService {
    private static final int MAX_WAITING = 16;
    private static final int MAX_WAITING_BYTES = 64 * 1024;

    /** Guarded by this, as all of MINA's own state here is. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private int waitingBytes;
    /** True from a request that is answered later until its answer. Guarded by this. */
    private boolean pending;

    private final Observer observer;
    private boolean named;
    private boolean askedForMethods;
    /** Of the request that is being worked off. */
    private String method = "";

    private SerialUserAuthService(Session session, Observer observer) throws IOException {
        super(session);
        this.observer = observer;
    }

    /** Told of what the client tries, before the client is told the outcome. On whatever thread has the outcome, one call at a time. */
    public interface Observer {
        /** Lets any number of attempts fail. */
        Observer NONE = new Observer() {};

        /** The first request has come, and with it the name that all others must have. */
        default void userNamed(String name, ServerSession session) {}

        /**
         * An attempt failed. The first request for "none", which only asks for the methods, is not one.
         *
         * @return false when it was one too many: the connection is ended
         */
        default boolean failed(String method, ServerSession session) {
            return true;
        }

        /** The user is in. */
        default void accepted(String method, ServerSession session) {}
    }

    /** Takes the place of MINA's {@code ServerUserAuthServiceFactory} among the server's service factories. */
    public static final class Factory extends AbstractUserAuthServiceFactory {
        private final Observer observer;

        public Factory(Observer observer) {
            this.observer = observer;
        }

        @Override
        public Service create(Session session) throws IOException {
            return new SerialUserAuthService(session, observer);
        }
    }

    private record Waiting(int command, Buffer buffer) {}

    @Override
    public synchronized void process(int command, Buffer buffer) throws Exception {
        if (getServerSession().isClosing()) {
            return;
        }
        if (!pending) {
            if (command == SshConstants.SSH_MSG_USERAUTH_REQUEST && !getServerSession().isAuthenticated()) {
                look(buffer);
            }
            super.process(command, buffer);
            return;
        }
        waitingBytes += buffer.available();
        if (waiting.size() >= MAX_WAITING || waitingBytes > MAX_WAITING_BYTES) {
            waiting.clear();
            getServerSession().disconnect(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "Too many requests before an answer");
            return;
        }
        // The session decodes the next packet into the buffer that it gave us. A method may step back to the command's byte.
        byte[] copy = new byte[buffer.available() + 1];
        copy[0] = (byte) command;
        System.arraycopy(buffer.array(), buffer.rpos(), copy, 1, copy.length - 1);
        Buffer kept = new ByteArrayBuffer(copy);
        kept.rpos(1);
        waiting.add(new Waiting(command, kept));
    }

    /** Reads user and method of a request (RFC 4252 section 5), and leaves the buffer as it was. */
    private void look(Buffer buffer) {
        int start = buffer.rpos();
        String user = buffer.getString();
        buffer.getString();
        method = buffer.getString();
        buffer.rpos(start);
        if (!named) {
            named = true;
            observer.userNamed(user, getServerSession());
        }
    }

    @Override
    protected void handleAuthenticationFailure(int command, Buffer buffer) throws Exception {
        ServerSession session = getServerSession();
        boolean asksForMethods = method.equals("none") && !askedForMethods;
        askedForMethods |= asksForMethods;
        if (!asksForMethods && !observer.failed(method, session)) {
            session.disconnect(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "Too many authentication failures");
            return;
        }
        super.handleAuthenticationFailure(command, buffer);
    }

    @Override
    protected void handleAuthenticationSuccess(int command, Buffer buffer) throws Exception {
        observer.accepted(method, getServerSession());
        super.handleAuthenticationSuccess(command, buffer);
    }

    @Override
    protected synchronized void asyncAuth(int command, Buffer buffer, boolean authed) {
        pending = false;
        super.asyncAuth(command, buffer, authed);
        while (!waiting.isEmpty() && !pending) {
            Waiting next = waiting.remove();
            waitingBytes -= next.buffer().available();
            if (getServerSession().isAuthenticated() || getServerSession().isClosing()) {
                continue;
            }
            try {
                process(next.command(), next.buffer());
            } catch (Exception e) {
                // On the I/O worker this is where a thrown exception would have ended.
                getServerSession().exceptionCaught(e);
            }
        }
    }

    /** The request that is being processed will be answered later; to be called before it is handed to another thread. */
    synchronized void answerFollows() {
        pending = true;
    }

    synchronized boolean awaitsAnswer() {
        return pending;
    }
}
