package io.sshdftp.daemon;

import io.sshdftp.auth.AuthorizedKeys;
import io.sshdftp.auth.KeyGrant;
import io.sshdftp.auth.PasswordCheck;
import io.sshdftp.auth.Passwords;
import io.sshdftp.auth.PublicKeyLogin;
import io.sshdftp.auth.SerialUserAuthService;
import io.sshdftp.auth.VirtualUser;
import io.sshdftp.config.Directives;
import io.sshdftp.config.Settings;
import java.net.InetAddress;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
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

    private final ClientNames names;

    /** @param names where {@code UseDNS} has clients' names from */
    Login(ClientNames names) {
        this.names = names;
    }

    /** The keys of a user; see {@link io.sshdftp.auth.PublicKeyLogin.Keys}. */
    Optional<KeyGrant> grant(String name, PublicKey key, ServerSession session) {
        SessionState state = SessionState.of(session);
        Settings settings = state.settings();
        state.offered(KeyTypes.shortName(KeyUtils.getKeyType(key)) + " " + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key));
        if (!state.permitted() || !settings.get(Directives.PUBKEY_AUTHENTICATION)) {
            return Optional.empty();
        }
        VirtualUser user = state.user().orElseThrow();
        List<String> files = user.keys().map(List::of).orElse(settings.get(Directives.AUTHORIZED_KEYS_FILE));
        AuthorizedKeys keys;
        try {
            keys = new AuthorizedKeys(files, settings.get(Directives.STRICT_MODES));
        } catch (IllegalArgumentException e) {
            state.log().error(e.getMessage());
            return Optional.empty();
        }
        AuthorizedKeys.Lookup lookup = keys.find(user.name(), user.home(), key, state.remote().getAddress(), state.host(), Instant.now());
        lookup.warnings().forEach(warning -> state.log().info("Authentication refused: " + warning));
        return lookup.grant();
    }

    /** What to compare a password with; see {@link io.sshdftp.auth.PasswordLogin}. */
    Passwords.Credential credential(String name, ServerSession session) {
        SessionState state = SessionState.of(session);
        boolean may = state.permitted() && state.settings().get(Directives.PASSWORD_AUTHENTICATION);
        return state.setup().users().current().credential(name, may);
    }

    /** See {@link io.sshdftp.auth.PasswordLogin.Listener}; the outcome itself comes to {@link #failed} and {@link #accepted}. */
    void passwordChecked(String name, PasswordCheck.Outcome outcome, ServerSession session) {
        if (outcome == PasswordCheck.Outcome.OVERLOADED) {
            SessionState.of(session).log().error("password not compared: too many at one time");
        }
    }

    @Override
    public Optional<CompletionStage<?>> ready(ServerSession session) {
        SessionState state = SessionState.of(session);
        if (!state.settings().get(Directives.USE_DNS)) {
            return Optional.empty();
        }
        return Optional.of(names.of(state.remote().getAddress()).thenAccept(name -> name.ifPresent(state::hostNamed)));
    }

    @Override
    public void userNamed(String name, ServerSession session) {
        SessionState state = SessionState.of(session);
        Optional<VirtualUser> user = state.setup().users().current().find(name);
        state.userNamed(name, user);
        state.settings().get(Directives.BANNER).flatMap(Banner::read).ifPresent(banner -> CoreModuleProperties.WELCOME_BANNER.set(session, banner));
        session.setAttribute(PublicKeyLogin.ALGORITHMS, Algorithms.signatures(state.settings().get(Directives.PUBKEY_ACCEPTED_ALGORITHMS)));
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
        Settings settings = SessionState.of(session).settings();
        List<String> methods = new ArrayList<>();
        if (settings.get(Directives.PUBKEY_AUTHENTICATION)) {
            methods.add(PUBLICKEY);
        }
        if (settings.get(Directives.PASSWORD_AUTHENTICATION)) {
            methods.add(PASSWORD);
        }
        return Optional.of(methods);
    }

    @Override
    public void askedForMethods(ServerSession session) {
        tell("none", SessionState.of(session));
    }

    @Override
    public boolean failed(String method, ServerSession session) {
        SessionState state = SessionState.of(session);
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
        String detail = method.equals(PUBLICKEY)
                ? state.grant().map(grant -> KeyTypes.shortName(grant.keyType()) + " " + grant.fingerprint()).orElse("")
                : "";
        state.log().accepted(method, state.userName(), detail);
    }
}
