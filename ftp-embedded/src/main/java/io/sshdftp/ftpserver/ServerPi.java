package io.sshdftp.ftpserver;

import io.sshdftp.embedded.EmbeddedClient;
import io.sshdftp.ftpserver.data.DataPorts;
import io.sshdftp.store.HashAlgorithm;
import io.sshdftp.store.StorePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.mina.core.session.AttributeKey;
import org.apache.mina.core.session.IoSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's protocol interpreter of one control connection (RFC 959, 2.2): who the client is, what it has set, and what is under way.
 * State only; the commands change it.
 *
 * <p>THREADS: commands of one control connection come one after the other, and everything is theirs but {@link #aborting} and {@link
 * #lost}, which any thread may call.
 */
final class ServerPi {
    private static final Logger LOG = LoggerFactory.getLogger(ServerPi.class);
    private static final AttributeKey KEY = new AttributeKey(ServerPi.class, "pi");

    private static final String ABOR = "ABOR";

    /** RFC 959, 3.1.1: how a file is represented on the data connection. */
    enum Type {
        ASCII,
        IMAGE
    }

    final EmbeddedClient client;
    final DataPorts ports;
    private final Executor pool;

    /** What USER named, until the login is complete or has failed. */
    Optional<String> userName = Optional.empty();

    int failedLogins;

    /** The session ends behind the reply that is being made. */
    boolean leaving;

    // What the client sets, RFC 959, 4.1.2 and RFC 3659.
    Type type = Type.ASCII;
    /** Kept, whatever set-up commands come between, until the transfer that it is for. */
    FileRange range = FileRange.WHOLE;

    boolean epsvAll;
    Optional<StorePath> renameFrom = Optional.empty();
    MlstFacts facts = MlstFacts.DEFAULT;
    HashAlgorithm hash = HashAlgorithm.SHA256;

    private volatile Optional<Login> login = Optional.empty();
    private volatile Optional<Transfer> transfer = Optional.empty();
    /** ABOR commands that have come and were not answered: whatever is carried out meanwhile stands before them. */
    private final AtomicInteger aborts = new AtomicInteger();

    ServerPi(EmbeddedClient client, DataPorts ports, Executor pool) {
        this.client = client;
        this.ports = ports;
        this.pool = pool;
    }

    /** That of a session of this server. */
    static ServerPi of(IoSession session) {
        return (ServerPi) session.getAttribute(KEY);
    }

    void attach(IoSession session) {
        session.setAttribute(KEY, this);
    }

    boolean isLoggedIn() {
        return login.isPresent();
    }

    /** @throws IllegalStateException before a login, when only commands that need none are carried out */
    Login login() {
        return login.orElseThrow(() -> new IllegalStateException("nobody is logged in"));
    }

    void loggedIn(Login user) {
        login = Optional.of(user);
        userName = Optional.empty();
    }

    /** As after the connection has begun: REIN, RFC 959, 4.1.1. */
    void reset() {
        ports.release();
        Optional<Login> old = login;
        login = Optional.empty();
        old.ifPresent(Login::close);
        userName = Optional.empty();
        type = Type.ASCII;
        range = FileRange.WHOLE;
        epsvAll = false;
        renameFrom = Optional.empty();
        facts = MlstFacts.DEFAULT;
        hash = HashAlgorithm.SHA256;
    }

    /** The reply to STAT with no name. */
    FtpReply status() {
        List<String> lines = new ArrayList<>();
        lines.add("From " + client.remote().getAddress().getHostAddress());
        lines.add(login.map(user -> "Logged in as " + user.name()).orElse("Not logged in"));
        lines.add("TYPE " + type + ", MODE S, STRU F");
        lines.add(transfer.isPresent() ? "A transfer is under way" : "No transfer is under way");
        return Reply.lines(211, "Status", lines, "End");
    }

    boolean isTransferring() {
        return transfer.isPresent();
    }

    /** The range that the client has set; it holds for one command. */
    FileRange takeRange() {
        FileRange taken = range;
        range = FileRange.WHOLE;
        return taken;
    }

    /** A transfer begins; {@link #ended} must follow. */
    void began(Transfer begun) {
        transfer = Optional.of(begun);
        if (aborts.get() > 0) {
            begun.abort(ABOR);
        }
    }

    void ended() {
        transfer = Optional.empty();
    }

    /** An ABOR has come: what is under way, and what stands before it, is broken off. Does not wait. */
    void aborting() {
        aborts.incrementAndGet();
        abort(ABOR);
    }

    /** The ABOR is carried out. */
    void abortAnswered() {
        aborts.decrementAndGet();
    }

    private void abort(String reason) {
        transfer.ifPresent(running -> {
            running.abort(reason);
            // A rate limit may hold the file's reader for long.
            later(running::closeFile);
        });
    }

    /** The client is gone: nothing that is under way is of use any more. Does not wait. */
    void lost() {
        abort("the client has gone");
        ports.close();
        login.ifPresent(user -> later(user::interrupt));
    }

    /** Frees what is left; the last of the session's commands has been carried out. */
    void close() {
        ports.close();
        Optional<Login> old = login;
        login = Optional.empty();
        old.ifPresent(Login::close);
    }

    private void later(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("the server ends, and closes all files itself", e);
        }
    }
}
