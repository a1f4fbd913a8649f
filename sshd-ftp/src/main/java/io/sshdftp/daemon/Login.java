package io.sshdftp.daemon;

import io.sshdftp.auth.AuthorizedKeys;
import io.sshdftp.auth.KeyGrant;
import io.sshdftp.auth.PasswordCheck;
import io.sshdftp.auth.Passwords;
import io.sshdftp.auth.PublicKeyLogin;
import io.sshdftp.auth.SerialUserAuthService;
import io.sshdftp.auth.TrustedAuthorities;
import io.sshdftp.auth.UserCertificate;
import io.sshdftp.auth.VirtualUser;
import io.sshdftp.config.Directives;
import io.sshdftp.config.PerSourcePenalties.Cause;
import io.sshdftp.config.Settings;
import io.sshdftp.record.Counts;
import java.net.InetAddress;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.session.ServerSession;

/**
 * Who may log in, and by what: the virtual users, under the rules of the configuration. Writes sshd's lines about each attempt.
 *
 * <p>THREADS: any; one call at a time for one SSH connection.
 */
final class Login implements SerialUserAuthService.Observer {
    private static final String PUBLICKEY = "publickey";
    private static final String PASSWORD = "password";
    /** Characters of a name in the log, as in sshd. */
    private static final int MAX_SHOWN = 100;

    private final ClientNames names;
    private final Counts counts;

    /**
     * @param names where {@code UseDNS} has clients' names from
     * @param counts each attempt is counted there
     */
    Login(ClientNames names, Counts counts) {
        this.names = names;
        this.counts = counts;
    }

    /** The keys of a user; see {@link io.sshdftp.auth.PublicKeyLogin.Keys}. */
    Optional<KeyGrant> grant(String name, PublicKey key, ServerSession session) {
        SessionState state = SessionState.of(session);
        Settings settings = state.settings();
        state.offered(KeyTypes.describe(key));
        PublicKey plain = key instanceof OpenSshCertificate certificate ? certificate.getCertPubKey() : key;
        state.asked(plain);
        if (!state.permitted() || !settings.get(Directives.PUBKEY_AUTHENTICATION)) {
            return Optional.empty();
        }
        if (state.isUsedUp(plain)) {
            state.log().info("refusing previously-used " + KeyTypes.describe(plain) + " key");
            return Optional.empty();
        }
        int least = settings.get(Directives.REQUIRED_RSA_SIZE);
        if (plain instanceof RSAKey rsa && rsa.getModulus().bitLength() < least) {
            state.log().info("refusing RSA key: it has " + rsa.getModulus().bitLength() + " bits, and RequiredRSASize is " + least);
            return Optional.empty();
        }
        Optional<String> revoked = settings.get(Directives.REVOKED_KEYS).flatMap(file -> state.setup().revoked().get(file).problem(key));
        if (revoked.isPresent()) {
            state.log().error(revoked.get());
            return Optional.empty();
        }
        Instant now = Instant.now();
        if (key instanceof OpenSshCertificate certificate) {
            Optional<String> problem = new UserCertificate(certificate)
                    .problem(Algorithms.signatures(settings.get(Directives.CA_SIGNATURE_ALGORITHMS)), now);
            if (problem.isPresent()) {
                state.log().error(problem.get());
                return Optional.empty();
            }
        }
        VirtualUser user = state.user().orElseThrow();
        Optional<KeyGrant> grant = told(authorized(user, key, state, now), state);
        if (grant.isEmpty() && key instanceof OpenSshCertificate certificate && settings.get(Directives.TRUSTED_USER_CA_KEYS).isPresent()) {
            grant = told(trusted(settings.get(Directives.TRUSTED_USER_CA_KEYS).get(), user, certificate, state, now), state);
        }
        return grant;
    }

    private static Optional<KeyGrant> told(AuthorizedKeys.Lookup lookup, SessionState state) {
        lookup.warnings().forEach(warning -> state.log().info("Authentication refused: " + warning));
        return lookup.grant();
    }

    private static AuthorizedKeys.Lookup trusted(
            String file, VirtualUser user, OpenSshCertificate certificate, SessionState state, Instant now) {
        Settings settings = state.settings();
        TrustedAuthorities authorities =
                new TrustedAuthorities(file, settings.get(Directives.AUTHORIZED_PRINCIPALS_FILE), settings.get(Directives.STRICT_MODES));
        return authorities.find(user.name(), user.home(), certificate, state.remote().getAddress(), state.host(), now);
    }

    private static AuthorizedKeys.Lookup authorized(VirtualUser user, PublicKey key, SessionState state, Instant now) {
        return user.keyLines().isPresent()
                ? AuthorizedKeys.find("keys of user " + user.name(), user.keyLines().get(), user.name(), key, state.remote().getAddress(),
                        state.host(), now)
                : inFiles(user, key, state, now);
    }

    private static AuthorizedKeys.Lookup inFiles(VirtualUser user, PublicKey key, SessionState state, Instant now) {
        Settings settings = state.settings();
        List<String> files = user.keys().map(List::of).orElse(settings.get(Directives.AUTHORIZED_KEYS_FILE));
        AuthorizedKeys keys;
        try {
            keys = new AuthorizedKeys(files, settings.get(Directives.STRICT_MODES));
        } catch (IllegalArgumentException e) {
            state.log().error(e.getMessage());
            return new AuthorizedKeys.Lookup(Optional.empty(), List.of());
        }
        return keys.find(user.name(), user.home(), key, state.remote().getAddress(), state.host(), now);
    }

    /** What to compare a password with; see {@link io.sshdftp.auth.PasswordLogin}. */
    Passwords.Credential credential(String name, ServerSession session) {
        SessionState state = SessionState.of(session);
        boolean may = state.permitted() && state.settings().get(Directives.PASSWORD_AUTHENTICATION);
        return state.setup().users().credential(name, may ? state.user() : Optional.empty());
    }

    /** See {@link io.sshdftp.auth.PasswordLogin.Listener}; the outcome itself comes to {@link #failed} and {@link #accepted}. */
    void passwordChecked(String name, PasswordCheck.Outcome outcome, ServerSession session) {
        if (outcome == PasswordCheck.Outcome.OVERLOADED) {
            SessionState.of(session).log().error("password not compared: too many at one time");
        }
        if (outcome != PasswordCheck.Outcome.ACCEPTED && outcome != PasswordCheck.Outcome.REFUSED) {
            SessionState.of(session).excuse();
        }
    }

    @Override
    public Optional<CompletionStage<?>> ready(String name, ServerSession session) {
        SessionState state = SessionState.of(session);
        CompletableFuture<Optional<VirtualUser>> user = state.setup().users().lookup(name).toCompletableFuture();
        CompletableFuture<Void> known = user.thenAccept(state::lookedUp);
        known.whenComplete((done, failure) -> {
            if (failure != null) {
                state.excuse();
                state.log().error("the user " + name.substring(0, Math.min(name.length(), MAX_SHOWN)) + " cannot be looked up, the login is refused");
            }
        });
        if (state.settings().get(Directives.USE_DNS)) {
            return Optional.of(names.of(state.remote().getAddress())
                    .thenAccept(host -> host.ifPresent(state::hostNamed))
                    .thenCombine(known, (host, done) -> done));
        }
        return known.isDone() && !known.isCompletedExceptionally() ? Optional.empty() : Optional.of(known);
    }

    @Override
    public void userNamed(String name, ServerSession session) {
        SessionState state = SessionState.of(session);
        Optional<VirtualUser> user = state.lookedUp();
        state.userNamed(name, user);
        if (state.settings().get(Directives.REFUSE_CONNECTION)) {
            state.log().refusedConnection(name, user.isEmpty());
            state.blame(Cause.REFUSECONNECTION);
            session.close(true);
            return;
        }
        state.settings().get(Directives.BANNER).flatMap(Banner::read).ifPresent(banner -> CoreModuleProperties.WELCOME_BANNER.set(session, banner));
        session.setAttribute(PublicKeyLogin.ALGORITHMS, Algorithms.signatures(state.settings().get(Directives.PUBKEY_ACCEPTED_ALGORITHMS)));
        state.required(new RequiredMethods(state.settings().get(Directives.AUTHENTICATION_METHODS), enabled(state.settings())));
        if (user.isEmpty()) {
            state.log().invalidUser(name);
            return;
        }
        Optional<String> obstacle = obstacle(state, state.settings(), user.get());
        if (obstacle.isPresent()) {
            state.log().notAllowed(name, state.hostOrAddress(), obstacle.get());
        } else {
            state.permit();
        }
    }

    /** As sshd: DenyUsers, AllowUsers, DenyGroups, AllowGroups, in this order. */
    static Optional<String> obstacle(SessionState state, Settings settings, VirtualUser user) {
        InetAddress address = state.remote().getAddress();
        String host = state.hostOrAddress();
        if (settings.get(Directives.DENY_USERS).matches(user.name(), host, address)) {
            return Optional.of("listed in DenyUsers");
        }
        if (!settings.get(Directives.ALLOW_USERS).isEmpty() && !settings.get(Directives.ALLOW_USERS).matches(user.name(), host, address)) {
            return Optional.of("not listed in AllowUsers");
        }
        boolean anyGroupRule = !settings.get(Directives.DENY_GROUPS).isEmpty() || !settings.get(Directives.ALLOW_GROUPS).isEmpty();
        if (anyGroupRule && user.groups().isEmpty()) {
            return Optional.of("not in any group");
        }
        if (settings.get(Directives.DENY_GROUPS).matches(user.groups())) {
            return Optional.of("a group is listed in DenyGroups");
        }
        if (!settings.get(Directives.ALLOW_GROUPS).isEmpty() && !settings.get(Directives.ALLOW_GROUPS).matches(user.groups())) {
            return Optional.of("none of user's groups are listed in AllowGroups");
        }
        return Optional.empty();
    }

    @Override
    public Optional<List<String>> methods(ServerSession session) {
        return Optional.of(SessionState.of(session).required().next());
    }

    @Override
    public boolean mayTry(String method, ServerSession session) {
        return SessionState.of(session).required().next().contains(method);
    }

    @Override
    public Optional<List<String>> succeeded(String method, ServerSession session) {
        SessionState state = SessionState.of(session);
        if (state.required().succeeded(method)) {
            return Optional.empty();
        }
        counts.authentication(method, true);
        boolean key = method.equals(PUBLICKEY);
        state.log().partial(method, state.userName(), key ? state.offeredKey() : "");
        if (key) {
            state.useUpKey();
        }
        return methods(session);
    }

    private static List<String> enabled(Settings settings) {
        List<String> methods = new ArrayList<>();
        if (settings.get(Directives.PUBKEY_AUTHENTICATION)) {
            methods.add(PUBLICKEY);
        }
        if (settings.get(Directives.PASSWORD_AUTHENTICATION)) {
            methods.add(PASSWORD);
        }
        return methods;
    }

    @Override
    public void askedForMethods(ServerSession session) {
        tell("none", SessionState.of(session));
    }

    @Override
    public boolean failed(String method, ServerSession session) {
        SessionState state = SessionState.of(session);
        counts.authentication(method, false);
        tell(method, state);
        if (state.failed() < state.settings().get(Directives.MAX_AUTH_TRIES)) {
            return true;
        }
        state.log().tooManyAttempts(state.userName(), !state.permitted());
        return false;
    }

    /** As sshd: always what is said of passwords and invalid users, and the rest from half of {@code MaxAuthTries} on. */
    private static void tell(String method, SessionState state) {
        boolean important = !state.permitted()
                || method.equals(PASSWORD)
                || state.failures() >= state.settings().get(Directives.MAX_AUTH_TRIES) / 2;
        state.log().failed(method, state.userName(), !state.permitted(), method.equals(PUBLICKEY) ? state.offeredKey() : "", important);
        state.offered("");
    }

    @Override
    public void accepted(String method, ServerSession session) {
        SessionState state = SessionState.of(session);
        if (!state.permitted()) {
            throw new IllegalStateException("a user was let in who is not permitted");
        }
        String detail = method.equals(PUBLICKEY) ? state.offeredKey() : "";
        counts.authentication(method, true);
        state.log().accepted(method, state.userName(), detail);
    }
}
