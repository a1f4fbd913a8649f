package io.sshdftp.record;

import io.sshdftp.forward.ControlEvents;
import io.sshdftp.ftp.DataFailure;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Writes down one FTP session: its transfers into the transfer log, and what it did into the audit log; counts both.
 *
 * <p>The name of an FTP user is written down when the server has accepted it. One that was refused may be a password, typed in the wrong
 * place, and is not.
 *
 * <p>THREADS: on the loop of its control channel.
 */
final class SessionRecord implements ControlEvents {
    /** Changes, of which the audit log tells one by one; SITE is another. */
    private static final Set<String> CHANGES =
            Set.of("DELE", "RNFR", "RNTO", "MKD", "XMKD", "RMD", "XRMD", "RMDA", "MFMT", "MFCT", "MFF", "SMNT", "COMB");

    /** RFC 959, 4.2. */
    private static final int NOT_LOGGED_IN = 530;

    private final AuditTrail trail;
    private final Counts counts;
    private final Runnable loginRefused;
    private final WorkingDirectory directory = new WorkingDirectory();
    private final Map<Integer, TransferRecord> transfers = new HashMap<>();
    private final long began = System.nanoTime();
    /** As given with USER; not accepted yet. */
    private String claimed = "";
    /** The FTP user whom the server has let in. */
    private String user = "";

    private boolean ascii = true;

    /** @param loginRefused told of each password that the server refuses */
    SessionRecord(AuditTrail trail, Counts counts, Runnable loginRefused) {
        this.trail = trail;
        this.counts = counts;
        this.loginRefused = loginRefused;
        counts.sessionBegan();
        trail.write(trail.event("session_open"));
    }

    @Override
    public void replied(String command, String argument, int code, String path) {
        boolean done = code >= 200 && code < 300;
        switch (command) {
            case "USER", "PASS", "ACCT" -> login(command, argument, code);
            case "REIN" -> {
                if (done) {
                    user = "";
                    ascii = true;
                    directory.reset();
                }
            }
            case "TYPE" -> {
                if (done) {
                    ascii = argument.strip().toUpperCase(Locale.ROOT).startsWith("A");
                }
            }
            case "CWD", "XCWD", "CDUP", "XCUP" -> {
                if (done && code != 257) {
                    directory.changed(command.endsWith("UP") ? ".." : argument);
                }
                if (done && !path.isEmpty()) {
                    directory.named(path);
                }
            }
            case "PWD", "XPWD" -> {
                if (code == 257 && !path.isEmpty()) {
                    directory.named(path);
                }
            }
            default -> {
                if (CHANGES.contains(command) || command.startsWith("SITE")) {
                    change(command, argument, code);
                }
            }
        }
    }

    private void login(String command, String argument, int code) {
        if (command.equals("USER")) {
            // Where it is refused, the one before still holds: a second USER may get 530, and the PASS behind it "230 Already logged in".
            claimed = code >= 400 ? user : argument.strip();
        }
        if (code >= 200 && code < 300) {
            user = claimed;
            directory.reset();
            counts.login(true);
            trail.write(event("login").with("result", "accepted").with("code", code));
        } else if (code >= 400) {
            counts.login(false);
            trail.write(event("login").with("result", "refused").with("code", code));
            // Other codes are of servers that are full, or of commands out of order.
            if (command.equals("PASS") && code == NOT_LOGGED_IN) {
                loginRefused.run();
            }
        }
    }

    private void change(String command, String argument, int code) {
        Json event = event("command").with("command", Text.of(command));
        named(event, command, argument);
        trail.write(event.with("result", code >= 200 && code < 400 ? "done" : "failed").with("code", code));
    }

    private void named(Json event, String command, String argument) {
        if (command.startsWith("SITE") || command.startsWith("MF")) {
            // There is more to it than a name.
            event.withSome("argument", Text.of(argument));
        } else if (!argument.isEmpty()) {
            event.with("path", Text.of(directory.resolve(argument)));
        }
    }

    @Override
    public void refused(String command, String argument, String policy) {
        counts.commandRefused(policy);
        Json event = event("refused").with("command", Text.of(command));
        named(event, command, argument);
        trail.write(event.with("policy", policy));
    }

    @Override
    public void transferBegan(Transfer transfer) {
        // LIST -la is of where the session stands.
        String argument = transfer.argument().strip().startsWith("-") && transfer.verb().endsWith("ST") ? "" : transfer.argument();
        TransferRecord record = new TransferRecord(transfer, Text.of(directory.resolve(argument)), ascii);
        transfers.put(transfer.number(), record);
        counts.began(trail.protocol(), record);
        trail.write(record.describe(event("transfer_begin").with("transfer", trail.id() + "." + transfer.number())));
    }

    @Override
    public void transferNamed(Transfer transfer, String name) {
        TransferRecord record = transfers.get(transfer.number());
        if (record != null) {
            record.path(Text.of(directory.resolve(name)));
        }
    }

    @Override
    public void transferEnded(Transfer transfer, int code, String reason) {
        TransferRecord record = transfers.remove(transfer.number());
        record.ended(code, reason);
        counts.ended(trail.protocol(), record);
        Json event = record.describe(event("transfer_end").with("transfer", trail.id() + "." + transfer.number()))
                .with("bytes", transfer.bytes().getAsLong())
                .with("seconds", record.seconds())
                .with("result", record.isComplete() ? "complete" : "incomplete");
        if (code > 0) {
            event.with("code", code);
        }
        trail.write(event.withSome("reason", Text.of(reason)));
        if (record.isFile()) {
            trail.transfer(new XferlogLine(
                    record.seconds(), trail.host(), transfer.bytes().getAsLong(), record.path(), record.ascii(), record.isUpload(),
                    user.isEmpty() ? trail.user() : Text.of(user), trail.protocol(), record.isComplete()));
        }
    }

    @Override
    public void dataFailed(DataFailure failure) {
        counts.dataFailed(failure);
    }

    @Override
    public void closed(String reason) {
        counts.sessionEnded();
        trail.write(event("session_close").with("seconds", Seconds.since(began)).with("reason", Text.of(reason)));
    }

    private Json event(String name) {
        return trail.event(name).withSome("ftp_user", Text.of(user));
    }
}
