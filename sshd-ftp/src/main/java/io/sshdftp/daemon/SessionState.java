package io.sshdftp.daemon;

import io.sshdftp.auth.KeyGrant;
import io.sshdftp.auth.VirtualUser;
import io.sshdftp.config.ConnectionFacts;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.config.Settings;
import io.sshdftp.forward.FtpForwarding;
import io.sshdftp.record.SshdLog;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.session.Session;

/**
 * What the daemon knows of one SSH connection.
 *
 * <p>THREADS: any; the user is named once, before whoever needs the settings is asked.
 */
final class SessionState {
    private static final AttributeKey<SessionState> KEY = new AttributeKey<>();

    private final ServerConfig config;
    private final Session session;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final SshdLog log;
    private ConnectionFacts facts;
    private volatile Settings settings;
    private volatile String userName = "";
    private volatile Optional<VirtualUser> user = Optional.empty();
    private volatile boolean permitted;
    private volatile Optional<FtpForwarding> ftp = Optional.empty();
    private int failures;

    private SessionState(ServerConfig config, Session session, InetSocketAddress remote, InetSocketAddress local, SshdLog log) {
        this.config = config;
        this.session = session;
        this.remote = remote;
        this.local = local;
        this.log = log;
        this.facts = Daemon.facts(remote, local);
        this.settings = config.forConnection(facts);
    }

    /** Attaches a new state. */
    static SessionState attach(ServerConfig config, Session session, InetSocketAddress remote, InetSocketAddress local, SshdLog log) {
        SessionState state = new SessionState(config, session, remote, local, log);
        session.setAttribute(KEY, state);
        return state;
    }

    static SessionState of(Session session) {
        SessionState state = session.getAttribute(KEY);
        if (state == null) {
            throw new IllegalStateException("no state at " + session);
        }
        return state;
    }

    static Optional<SessionState> find(Session session) {
        return Optional.ofNullable(session.getAttribute(KEY));
    }

    /**
     * The client has named its user, for the first time: from here on {@code Match} sees it.
     *
     * @param known the user of that name, if there is one
     */
    synchronized void userNamed(String name, Optional<VirtualUser> known) {
        facts = facts.withVersion(String.valueOf(session.getClientVersion()));
        facts = known.isPresent() ? facts.withUser(name, known.get().groups()) : facts.withInvalidUser(name);
        settings = config.forConnection(facts);
        user = known;
        userName = name;
    }

    void permitted(boolean may) {
        permitted = may;
    }

    void ftp(FtpForwarding forwarding) {
        ftp = Optional.of(forwarding);
    }

    /** Counts one more failed attempt; returns how many there are now. */
    synchronized int failed() {
        return ++failures;
    }

    Settings settings() {
        return settings;
    }

    InetSocketAddress remote() {
        return remote;
    }

    InetSocketAddress local() {
        return local;
    }

    SshdLog log() {
        return log;
    }

    /** As the client gave it; empty before it gave one. */
    String userName() {
        return userName;
    }

    Optional<VirtualUser> user() {
        return user;
    }

    /** The user exists and no Allow or Deny rule keeps it out. */
    boolean permitted() {
        return permitted;
    }

    Optional<FtpForwarding> ftp() {
        return ftp;
    }

    /** What the line of the key that the user proved to hold allows; empty after a password. */
    Optional<KeyGrant> grant() {
        return Optional.ofNullable(session.getAttribute(KeyGrant.GRANTED));
    }
}
