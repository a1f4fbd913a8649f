package io.sshdftp.auth;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
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
 * <p>There is one of it for an SSH connection, however often the client asks for the service: user name and attempts stay what they are.
 *
 * <p>BOUNDS: {@value #MAX_WAITING} messages of {@value #MAX_WAITING_BYTES} bytes together wait; more ends the connection.
 */
public final class SerialUserAuthService extends ServerUserAuthService {
    private static final AttributeKey<SerialUserAuthService> OF_SESSION = new AttributeKey<>();
    private static final String CONNECTION_SERVICE = "ssh-connection";

    private static final int MAX_WAITING = 16;
    private static final int MAX_WAITING_BYTES = 64 * 1024;

    /** Guarded by this, as all of MINA's own state here is. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private int waitingBytes;
    /** True from a request that is answered later until its answer. Guarded by this. */
    private boolean pending;

    private final Observer observer;
    private Optional<String> userName = Optional.empty();
    private boolean askedForMethods;
    private boolean askedWhetherReady;
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

        /**
         * The first request has come, and names the user. It is not looked at before this is complete; empty when it can be at once. Where
         * it completes exceptionally, nobody can tell who may log in: the connection is ended.
         */
        default Optional<CompletionStage<?>> ready(String name, ServerSession session) {
            return Optional.empty();
        }

        /** The first request has come, and with it the name that all others must have. May close the session. */
        default void userNamed(String name, ServerSession session) {}

        /** The client has asked which methods there are, by the first request for "none"; that is no attempt. */
        default void askedForMethods(ServerSession session) {}

        /** What a refusal names as the methods that can continue (RFC 4252 section 5.1); empty to name all that the server has. */
        default Optional<List<String>> methods(ServerSession session) {
            return Optional.empty();
        }

        /** False when this method is none that may be tried now; the attempt fails without a look at it. */
        default boolean mayTry(String method, ServerSession session) {
            return true;
        }

        /**
         * A method has succeeded.
         *
         * @return the methods of which one has to follow (partial success, RFC 4252 section 5.1); empty when the user is in
         */
        default Optional<List<String>> succeeded(String method, ServerSession session) {
            return Optional.empty();
        }

        /**
         * An attempt failed.
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
            // A second service would forget the user name and let another one be given, while the first still waits for an answer.
            SerialUserAuthService existing = session.getAttribute(OF_SESSION);
            if (existing == null || session.isAuthenticated()) {
                existing = new SerialUserAuthService(session, observer);
                session.setAttribute(OF_SESSION, existing);
            }
            return existing;
        }
    }

    private record Waiting(int command, Buffer buffer) {}

    @Override
    public synchronized void process(int command, Buffer buffer) throws Exception {
        if (getServerSession().isClosing()) {
            return;
        }
        if (!pending && !awaitsReadiness(command, buffer)) {
            if (command != SshConstants.SSH_MSG_USERAUTH_REQUEST || getServerSession().isAuthenticated() || look(command, buffer)) {
                super.process(command, buffer);
            }
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

    /** True when the first request has to wait. */
    private boolean awaitsReadiness(int command, Buffer buffer) {
        if (askedWhetherReady || command != SshConstants.SSH_MSG_USERAUTH_REQUEST) {
            return false;
        }
        askedWhetherReady = true;
        int start = buffer.rpos();
        String user = buffer.getString();
        buffer.rpos(start);
        Optional<CompletionStage<?>> ready = observer.ready(user, getServerSession());
        pending = ready.isPresent();
        // On this very thread when it is complete already: what waits then is this request, which must have been put there before.
        ready.ifPresent(stage -> stage.whenCompleteAsync((value, failure) -> goOn(Optional.ofNullable(failure))));
        return pending;
    }

    /**
     * Reads user, service and method of a request (RFC 4252 section 5), and leaves the buffer as it was.
     *
     * @return false when the request has been answered
     */
    private boolean look(int command, Buffer buffer) throws Exception {
        ServerSession session = getServerSession();
        int start = buffer.rpos();
        String user = buffer.getString();
        String service = buffer.getString();
        method = buffer.getString();
        buffer.rpos(start);
        if (userName.isPresent() && !userName.get().equals(user) || !service.equals(CONNECTION_SERVICE)) {
            session.disconnect(
                    SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR,
                    "Change of username or service not allowed: (" + userName.orElse(user) + "," + CONNECTION_SERVICE + ") -> (" + user + ","
                            + service + ")");
            return false;
        }
        if (userName.isEmpty()) {
            userName = Optional.of(user);
            observer.userNamed(user, session);
        }
        if (session.isClosing()) {
            return false;
        }
        // Names of methods are case-sensitive (RFC 4250 section 4.6.1). MINA compares them so in one place and otherwise in another.
        if (!method.equals(method.toLowerCase(Locale.ROOT)) || !method.equals("none") && !observer.mayTry(method, session)) {
            handleAuthenticationFailure(command, buffer);
            return false;
        }
        return true;
    }

    @Override
    protected void handleAuthenticationFailure(int command, Buffer buffer) throws Exception {
        ServerSession session = getServerSession();
        boolean asksForMethods = method.equals("none") && !askedForMethods;
        askedForMethods |= asksForMethods;
        if (asksForMethods) {
            observer.askedForMethods(session);
        } else if (!observer.failed(method, session)) {
            session.disconnect(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "Too many authentication failures");
            return;
        }
        Optional<List<String>> methods = observer.methods(session);
        if (methods.isEmpty()) {
            super.handleAuthenticationFailure(command, buffer);
            return;
        }
        answer(methods.get(), false);
    }

    private void answer(List<String> methods, boolean partialSuccess) throws IOException {
        String list = String.join(",", methods);
        Buffer answer = getServerSession().createBuffer(SshConstants.SSH_MSG_USERAUTH_FAILURE, list.length() + Byte.SIZE);
        answer.putString(list);
        answer.putBoolean(partialSuccess);
        getServerSession().writePacket(answer);
    }

    @Override
    protected void handleAuthenticationSuccess(int command, Buffer buffer) throws Exception {
        if (getServerSession().isClosing()) {
            // LoginGraceTime was over first, or the client went.
            return;
        }
        Optional<List<String>> missing = observer.succeeded(method, getServerSession());
        if (missing.isPresent()) {
            answer(missing.get(), true);
            return;
        }
        observer.accepted(method, getServerSession());
        super.handleAuthenticationSuccess(command, buffer);
    }

    @Override
    protected synchronized void asyncAuth(int command, Buffer buffer, boolean authed) {
        pending = false;
        super.asyncAuth(command, buffer, authed);
        workOff();
    }

    private synchronized void goOn(Optional<Throwable> failure) {
        pending = false;
        if (failure.isEmpty()) {
            workOff();
            return;
        }
        waiting.clear();
        try {
            getServerSession().disconnect(SshConstants.SSH2_DISCONNECT_SERVICE_NOT_AVAILABLE, "Logins are not possible for the moment");
        } catch (IOException e) {
            getServerSession().exceptionCaught(e);
        }
    }

    private void workOff() {
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
