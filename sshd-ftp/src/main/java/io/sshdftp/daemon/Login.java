package io.sshdftp.daemon;

import io.sshdftp.auth.AuthorizedKeys;
import io.sshdftp.auth.KeyGrant;
import io.sshdftp.auth.PasswordCheck;
import io.sshdftp.auth.Passwords;
import io.sshdftp.auth.SerialUserAuthService;
import io.sshdftp.auth.VirtualUser;
import io.sshdftp.auth.VirtualUsers;
import io.sshdftp.config.Directives;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.config.Settings;
import java.net.InetAddress;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.server.session.ServerSession;

/**
 * Who may log in, and by what: the virtual users, under the rules of the configuration. Writes sshd's lines about each attempt.
 *
 * <p>THREADS: any; one call at a time for one SSH connection.
 */
final class Login implements SerialUserAuthService.Observer {
    private final ServerConfig config;
    private final VirtualUsers users;

    Login(ServerConfig config, VirtualUsers users) {
        this.config = config;
        this.users = users;
    }

    /** The keys of a user; see {@link io.sshdftp.auth.PublicKeyLogin.Keys}. */
    Optional<KeyGrant> grant(String name, PublicKey key, ServerSession session) {
        SessionState state = SessionState.of(session);
        Settings settings = state.settings();
        if (!state.permitted() || !settings.get(Directives.PUBKEY_AUTHENTICATION)) {
            return Optional.empty();
        }
        VirtualUser user = state.user().orElseThrow();
        List<String> files = user.keys().map(List::of).orElse(settings.get(Directives.AUTHORIZED_KEYS_FILE));
        AuthorizedKeys.Lookup lookup = new AuthorizedKeys(files, settings.get(Directives.STRICT_MODES))
                .find(name, user.home(), key, state.remote().getAddress(), Optional.empty(), Instant.now());
        lookup.warnings().forEach(warning -> state.log().info("Authentication refused: " + warning));
        return lookup.grant();
    }

    /** What to compare a password with; see {@link io.sshdftp.auth.PasswordLogin}. */
    Passwords.Credential credential(String name, ServerSession session) {
        SessionState state = SessionState.of(session);
        return users.current().credential(name, state.permitted() && state.settings().get(Directives.PASSWORD_AUTHENTICATION));
    }

    /** See {@link io.sshdftp.auth.PasswordLogin.Listener}; the outcome itself comes to {@link #failed} and {@link #accepted}. */
    void passwordChecked(String name, PasswordCheck.Outcome outcome, ServerSession session) {
        if (outcome == PasswordCheck.Outcome.OVERLOADED) {
            SessionState.of(session).log().info("password of " + name + " not compared: too many at one time");
        }
    }

    @Override
    public void userNamed(String name, ServerSession session) {
        SessionState state = SessionState.of(session);
        Optional<VirtualUser> user = users.current().find(name);
        state.userNamed(name, user);
        if (user.isEmpty()) {
            state.log().invalidUser(name);
            return;
        }
        Optional<String> obstacle = obstacle(state, user.get());
        obstacle.ifPresent(why -> state.log().notAllowed(name, why));
        state.permitted(obstacle.isEmpty());
    }

    /** As sshd: DenyUsers, AllowUsers, DenyGroups, AllowGroups, in this order. */
    private static Optional<String> obstacle(SessionState state, VirtualUser user) {
        Settings settings = state.settings();
        InetAddress address = state.remote().getAddress();
        String host = address.getHostAddress();
        if (settings.get(Directives.DENY_USERS).matches(user.name(), host, address)) {
            return Optional.of("listed in DenyUsers");
        }
        if (!settings.get(Directives.ALLOW_USERS).isEmpty() && !settings.get(Directives.ALLOW_USERS).matches(user.name(), host, address)) {
            return Optional.of("not listed in AllowUsers");
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
    public boolean failed(String method, ServerSession session) {
        SessionState state = SessionState.of(session);
        boolean invalid = state.user().isEmpty();
        if (!method.equals("none")) {
            state.log().failed(method, state.userName(), invalid);
        }
        int limit = state.settings().get(Directives.MAX_AUTH_TRIES);
        if (state.failed() < limit) {
            return true;
        }
        state.log().tooManyAttempts(state.userName(), invalid);
        return false;
    }

    @Override
    public void accepted(String method, ServerSession session) {
        SessionState state = SessionState.of(session);
        String detail = method.equals("publickey")
                ? state.grant().map(grant -> KeyTypes.shortName(grant.keyType()) + " " + grant.fingerprint()).orElse("")
                : "";
        state.log().accepted(method, state.userName(), detail);
    }
}
