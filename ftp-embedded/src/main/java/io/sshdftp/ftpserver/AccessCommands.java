package io.sshdftp.ftpserver;

import io.sshdftp.embedded.Account;
import io.sshdftp.store.Store;
import java.io.IOException;
import java.util.Optional;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.impl.FtpIoSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who the client is: RFC 959, 4.1.1, and RFC 7151. */
final class AccessCommands {
    private static final Logger LOG = LoggerFactory.getLogger(AccessCommands.class);
    /** Failed logins that end a control connection. */
    private static final int MAX_FAILURES = 3;

    private final Logins logins;

    AccessCommands(Logins logins) {
        this.logins = logins;
    }

    FtpReply user(FtpIoSession session, ServerPi pi, String name) {
        Optional<String> signedOn = pi.client.signedOn().map(Account::name);
        if (pi.isLoggedIn() && !pi.login().name().equals(name)) {
            return Reply.of(530, "Logged in as " + pi.login().name() + "; REIN ends that, and another USER may follow");
        }
        if (signedOn.isPresent() && !signedOn.get().equals(name)) {
            // No secret was guessed: that is a client's setting gone wrong, and nothing to be punished.
            return refused(pi, "You are " + signedOn.get() + ", by your SSH login: log in under that name, with any password");
        }
        pi.userName = Optional.of(name);
        return Reply.of(331, signedOn.isPresent() ? "You are known by your SSH login; any password" : "Password of " + name);
    }

    FtpReply pass(FtpIoSession session, ServerPi pi, String password) {
        if (pi.isLoggedIn()) {
            pi.userName = Optional.empty();
            return Reply.of(230, "Logged in already");
        }
        if (pi.userName.isEmpty()) {
            return Reply.of(503, "USER first");
        }
        String name = pi.userName.get();
        pi.userName = Optional.empty();
        Optional<Account> account = pi.client.signedOn().isPresent() ? pi.client.signedOn() : pi.client.authenticate(name, password);
        if (account.isEmpty()) {
            return refused(pi, "Login incorrect");
        }
        return enter(pi, account.get());
    }

    private static FtpReply refused(ServerPi pi, String reason) {
        pi.failedLogins++;
        if (pi.failedLogins >= MAX_FAILURES) {
            pi.leaving = true;
            return Reply.of(421, reason + "; too many failed logins");
        }
        return Reply.of(530, reason);
    }

    private FtpReply enter(ServerPi pi, Account account) {
        Logins.Entry entry = logins.enter(account.name(), pi.client.remote().getAddress(), account.limits());
        if (entry instanceof Logins.Full full) {
            LOG.info("{}: FTP login of {} refused: {}", pi.client.name(), account.name(), full.reason());
            pi.leaving = true;
            return Reply.of(421, full.reason());
        }
        Logins.Place place = (Logins.Place) entry;
        Store store;
        try {
            store = account.open();
        } catch (IOException | RuntimeException e) {
            place.leave();
            LOG.error("{}: the files of {} cannot be served: {}", pi.client.name(), account.name(), e.toString());
            pi.leaving = true;
            return Reply.of(421, "Your files cannot be served now; the server's log says why");
        }
        pi.loggedIn(new Login(account.name(), store, place));
        LOG.info("{}: FTP login of {}", pi.client.name(), account.name());
        return Reply.of(230, "Logged in as " + account.name());
    }

    FtpReply account(FtpIoSession session, ServerPi pi, String argument) {
        return Reply.of(202, "No account is needed");
    }

    FtpReply reinitialize(FtpIoSession session, ServerPi pi, String argument) {
        pi.reset();
        return Reply.of(220, "Ready for another USER");
    }

    FtpReply quit(FtpIoSession session, ServerPi pi, String argument) {
        pi.leaving = true;
        return Reply.of(221, "Goodbye");
    }

    /** RFC 7151: there is one host here, whatever name the client has reached it by. */
    FtpReply host(FtpIoSession session, ServerPi pi, String argument) {
        return pi.isLoggedIn() || pi.userName.isPresent()
                ? Reply.of(503, "HOST comes before USER")
                : Reply.of(220, "Ready for USER");
    }

    FtpReply clientName(FtpIoSession session, ServerPi pi, String argument) {
        LOG.debug("{}: FTP client {}", pi.client.name(), argument);
        return Reply.of(200, "Noted");
    }
}
