package io.sshdftp.daemon;

import io.sshdftp.auth.PasswordCheck;
import io.sshdftp.auth.VirtualUser;
import io.sshdftp.config.Directives;
import io.sshdftp.config.FtpEmbeddedLogin;
import io.sshdftp.config.PerSourcePenalties.Cause;
import io.sshdftp.config.Settings;
import io.sshdftp.embedded.Account;
import io.sshdftp.embedded.EmbeddedClient;
import io.sshdftp.embedded.LoginLimits;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.store.Store;
import io.sshdftp.store.Stores;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** One SSH connection as the embedded FTP server sees it. */
final class EmbeddedVisitor implements EmbeddedClient {
    private static final int FTP = 21;

    private final SessionState state;
    private final EventLoop loop;
    private final PasswordCheck passwords;
    private final Stores stores;
    private final SourcePenalties penalties;

    EmbeddedVisitor(SessionState state, EventLoop loop, PasswordCheck passwords, Stores stores, SourcePenalties penalties) {
        this.state = state;
        this.loop = loop;
        this.passwords = passwords;
        this.stores = stores;
        this.penalties = penalties;
    }

    @Override
    public String name() {
        return state.userName() + " from " + state.log().from();
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remote() {
        return state.remote();
    }

    @Override
    public InetSocketAddress local() {
        return new InetSocketAddress(state.local().getAddress(), FTP);
    }

    @Override
    public Optional<Account> signedOn() {
        return state.settings().get(Directives.FTP_EMBEDDED_LOGIN) == FtpEmbeddedLogin.SSO
                ? state.user().map(user -> new Files(user, state.settings()))
                : Optional.empty();
    }

    /** By the same rules as an SSH login of that user by password, from the same address. */
    @Override
    public Optional<Account> authenticate(String name, String password) {
        // The SSH connection is there already, and may open as many control connections as it likes to guess on.
        Optional<String> penalty = penalties.refusal(state.remote().getAddress());
        if (penalty.isPresent()) {
            state.log().info("ftp login of " + name + " from " + state.log().from() + " refused: " + penalty.get());
            return Optional.empty();
        }
        Optional<VirtualUser> user;
        try {
            user = state.setup().users().find(name);
        } catch (IOException e) {
            state.log().error("the user of an FTP login cannot be looked up, it is refused");
            return Optional.empty();
        }
        Optional<Settings> settings = user.map(state::settingsOf);
        boolean may = settings.isPresent()
                && settings.get().get(Directives.PASSWORD_AUTHENTICATION)
                && Login.obstacle(state, settings.get(), user.get()).isEmpty();
        PasswordCheck.Outcome outcome = passwords
                .check(() -> state.setup().users().credential(name, may ? user : Optional.empty()), password.toCharArray(), () -> true)
                .toCompletableFuture()
                .join();
        if (outcome == PasswordCheck.Outcome.REFUSED) {
            failed(name, user.isEmpty());
        } else if (outcome == PasswordCheck.Outcome.OVERLOADED) {
            state.log().error("password not compared: too many at one time");
        }
        return outcome == PasswordCheck.Outcome.ACCEPTED ? user.map(known -> new Files(known, settings.get())) : Optional.empty();
    }

    private void failed(String name, boolean invalid) {
        state.log().failed("ftp", name, invalid, "", true);
        penalties.penalise(state.remote().getAddress(), invalid ? Cause.INVALIDUSER : Cause.AUTHFAIL);
    }

    @Override
    public Duration dataTimeout() {
        return state.settings().get(Directives.FTP_DATA_TIMEOUT);
    }

    @Override
    public Duration idleTimeout() {
        return state.settings().get(Directives.FTP_EMBEDDED_IDLE_TIMEOUT);
    }

    /** A user, and what holds for one who comes this way. */
    private final class Files implements Account {
        private final VirtualUser user;
        private final Settings settings;

        Files(VirtualUser user, Settings settings) {
            this.user = user;
            this.settings = settings;
        }

        @Override
        public String name() {
            return user.name();
        }

        @Override
        public LoginLimits limits() {
            return new LoginLimits(
                    settings.get(Directives.FTP_EMBEDDED_MAX_LOGINS),
                    settings.get(Directives.FTP_EMBEDDED_MAX_LOGINS_PER_USER),
                    settings.get(Directives.FTP_EMBEDDED_MAX_LOGINS_PER_ADDRESS));
        }

        @Override
        public Store open() throws IOException {
            return stores.open(Policies.store(settings, user));
        }
    }
}
