package io.sshdftp.daemon;

import io.sshdftp.auth.KeyGrant;
import io.sshdftp.auth.VirtualUser;
import io.sshdftp.config.ConnectionFacts;
import io.sshdftp.config.PerSourcePenalties.Cause;
import io.sshdftp.config.Settings;
import io.sshdftp.forward.FtpForwarding;
import io.sshdftp.record.SshdLog;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.session.Session;

/**
 * What the daemon knows of one SSH connection.
 *
 * <p>THREADS: any; the user is named once, before whoever needs the settings is asked.
 */
final class SessionState {
    private static final AttributeKey<SessionState> KEY = new AttributeKey<>();

    private final Setup setup;
    private final Session session;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final SshdLog log;
    private ConnectionFacts facts;
    private volatile Settings settings;
    private volatile String userName = "";
    private volatile Optional<VirtualUser> lookedUp = Optional.empty();
    private volatile Optional<VirtualUser> user = Optional.empty();
    private volatile boolean permitted;
    private volatile String offeredKey = "";
    private volatile Optional<String> host = Optional.empty();
    private volatile Optional<FtpForwarding> ftp = Optional.empty();
    private volatile Optional<RequiredMethods> required = Optional.empty();
    private volatile Optional<PublicKey> lastKey = Optional.empty();
    private final Set<PublicKey> usedKeys = ConcurrentHashMap.newKeySet();
    private int failures;
    /** Present when something other than the attempts to log in decides it. Guarded by this. */
    private Optional<Cause> blame = Optional.empty();
    /** Guarded by this. */
    private boolean excused;

    private SessionState(Setup setup, Session session, InetSocketAddress remote, InetSocketAddress local, SshdLog log) {
        this.setup = setup;
        this.session = session;
        this.remote = remote;
        this.local = local;
        this.log = log;
        this.facts = ConnectionFacts.unknown()
                .withAddress(remote.getAddress())
                .withLocalAddress(local.getAddress())
                .withLocalPort(local.getPort());
        this.settings = setup.config().forConnection(facts);
    }

    /** Attaches a new state, with what holds now. */
    static SessionState attach(Setup setup, Session session, InetSocketAddress remote, InetSocketAddress local, SshdLog log) {
        SessionState state = new SessionState(setup, session, remote, local, log);
        session.setAttribute(KEY, state);
        return state;
    }

    static SessionState of(Session session) {
        return find(session).orElseThrow(() -> new IllegalStateException("no state at " + session));
    }

    static Optional<SessionState> find(Session session) {
        return Optional.ofNullable(session.getAttribute(KEY));
    }

    /** The client's name, which {@code UseDNS} has found; before the user is named. */
    synchronized void hostNamed(String name) {
        host = Optional.of(name);
        facts = facts.withHost(name);
    }

    /** @param found the user that the client is going to name, if there is one */
    void lookedUp(Optional<VirtualUser> found) {
        lookedUp = found;
    }

    Optional<VirtualUser> lookedUp() {
        return lookedUp;
    }

    /**
     * The client has named its user: from here on {@code Match} sees it. Nobody is permitted by this.
     *
     * @param known the user of that name, if there is one
     * @throws IllegalStateException when it has done so before
     */
    synchronized void userNamed(String name, Optional<VirtualUser> known) {
        if (facts.user().isPresent()) {
            throw new IllegalStateException("a second user in one connection");
        }
        facts = facts.withVersion(String.valueOf(session.getClientVersion()));
        facts = known.isPresent() ? facts.withUser(name, known.get().groups()) : facts.withInvalidUser(name);
        settings = setup.config().forConnection(facts);
        user = known;
        userName = name;
    }

    /** What would hold here if the client had named another user. */
    synchronized Settings settingsOf(VirtualUser other) {
        return setup.config().forConnection(facts.withUser(other.name(), other.groups()));
    }

    /** What holds for a control connection to this FTP server, as the client named it. */
    synchronized Settings settingsOfFtpHost(String name) {
        return setup.config().forConnection(facts.withFtpHost(name));
    }

    /** No Allow or Deny rule keeps the user out. */
    void permit() {
        permitted = true;
    }

    /** @param key type and fingerprint of the key that the request being worked off is about; empty for none */
    void offered(String key) {
        offeredKey = key;
    }

    /** What the login takes; once, when the user is named. */
    void required(RequiredMethods methods) {
        required = Optional.of(methods);
    }

    RequiredMethods required() {
        return required.orElseThrow();
    }

    /** The key, not a certificate of it, that the request being worked off is about. */
    void asked(PublicKey key) {
        lastKey = Optional.of(key);
    }

    /** The key that was asked about has done its part: another method that takes a key takes another one. */
    void useUpKey() {
        lastKey.ifPresent(usedKeys::add);
    }

    boolean isUsedUp(PublicKey key) {
        return usedKeys.contains(key);
    }

    void ftp(FtpForwarding forwarding) {
        ftp = Optional.of(forwarding);
    }

    /** Counts one more failed attempt; returns how many there are now. */
    synchronized int failed() {
        return ++failures;
    }

    /** Failed attempts so far. */
    synchronized int failures() {
        return failures;
    }

    /** What the source is punished for if the connection ends without a login; the first counts. */
    synchronized void blame(Cause cause) {
        blame = blame.or(() -> Optional.of(cause));
    }

    /** That there is no login is not the client's failure. */
    synchronized void excuse() {
        excused = true;
    }

    /** What a connection that has ended without a login is blamed for. */
    synchronized Optional<Cause> blame() {
        if (excused) {
            return Optional.empty();
        }
        return blame.or(() -> Optional.of(failures == 0 ? Cause.NOAUTH : permitted ? Cause.AUTHFAIL : Cause.INVALIDUSER));
    }

    Setup setup() {
        return setup;
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

    String offeredKey() {
        return offeredKey;
    }

    /** The client's name, where {@code UseDNS} has found one. */
    Optional<String> host() {
        return host;
    }

    /** The client's name, or its address. */
    String hostOrAddress() {
        return host.orElseGet(() -> SshdLog.text(remote.getAddress()));
    }

    Optional<FtpForwarding> ftp() {
        return ftp;
    }

    /** What the line of the key that the user proved to hold allows; empty after a password. */
    Optional<KeyGrant> grant() {
        return Optional.ofNullable(session.getAttribute(KeyGrant.GRANTED));
    }
}
