package io.sshdftp.daemon;

import io.sshdftp.admin.UsersCommand;
import io.sshdftp.config.ConfigException;
import io.sshdftp.config.Directives;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.config.Settings;
import io.sshdftp.record.SshdLog;
import io.sshdftp.sql.UserTables;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** The program {@code sshd-ftp}: reads the command line and the configuration, then serves. */
public final class Main {
    /** As sshd: whatever keeps it from starting. */
    private static final int FAILURE = 1;

    /** The command that is no letter. */
    private static final String USERS = "users";

    private Main() {}

    public static void main(String[] arguments) {
        int status = run(arguments, System.out, System.err);
        System.out.flush();
        Logging.end();
        System.exit(status);
    }

    /** Everything short of the end of the process; returns its exit status. */
    static int run(String[] arguments, PrintStream out, PrintStream err) {
        Logging.beforeConfiguration();
        if (arguments.length > 0 && arguments[0].equals(USERS)) {
            return UsersCommand.run(List.of(arguments).subList(1, arguments.length), out, err);
        }
        try (UserTables tables = new UserTables()) {
            Options options = Options.parse(arguments);
            if (options.mode() == Options.Mode.VERSION) {
                err.println(Version.TEXT + ", Java " + Runtime.version());
                return 0;
            }
            ServerConfig config = ServerConfig.load(options.configFile(), options.overrides());
            switch (options.mode()) {
                case PRINT_UNCHECKED -> print(config, options, out);
                case PRINT -> {
                    Setup.load(config, tables);
                    print(config, options, out);
                }
                case TEST -> Setup.load(config, tables).warnings().forEach(err::println);
                default -> serve(config, options, tables);
            }
            return 0;
        } catch (UsageException e) {
            err.println(e.getMessage());
        } catch (ConfigException e) {
            e.messages().forEach(err::println);
        } catch (StartException e) {
            e.messages().forEach(err::println);
        }
        return FAILURE;
    }

    private static void print(ServerConfig config, Options options, PrintStream out) {
        Settings settings = options.connection().map(config::forConnection).orElse(config.global());
        out.print(config.dump(settings));
    }

    private static void serve(ServerConfig config, Options options, UserTables tables) throws StartException {
        if (options.inetd()) {
            throw new StartException(List.of("-i (one connection on standard input) is not offered; let the daemon listen: Port, ListenAddress"));
        }
        boolean detach = !options.foreground();
        if (detach && !Detachment.isPossible()) {
            throw new StartException(List.of("a Java program cannot go into the background by itself: start it with bin/sshd-ftp, or add -D"));
        }
        Setup setup = Setup.load(config, tables);
        log(config, options);
        setup.warnings().forEach(SshdLog.LOG::warn);
        Daemon daemon;
        try {
            daemon = Daemon.start(setup);
        } catch (StartException e) {
            if (!options.logToStderr()) {
                e.messages().forEach(SshdLog.LOG::error);
            }
            throw e;
        }
        ServiceNotice notice = new ServiceNotice(System.getenv("NOTIFY_SOCKET"));
        signals(daemon, options, tables, notice);
        if (options.debug() == 0) {
            config.global().get(Directives.PID_FILE).ifPresent(file -> writePidFile(file, daemon));
        }
        notice.ready();
        if (detach) {
            Detachment.detach(options.logToStderr());
        }
        daemon.await(options.debug() > 0);
    }

    private static void log(ServerConfig config, Options options) throws StartException {
        Settings global = config.global();
        Logging.configure(
                global.get(Directives.LOG_LEVEL), global.get(Directives.SYSLOG_FACILITY), options.logToStderr(), options.logFile());
    }

    /** SIGTERM and SIGINT end the daemon, with status 0 as sshd; SIGHUP reads the configuration again. */
    private static void signals(Daemon daemon, Options options, UserTables tables, ServiceNotice notice) {
        for (Map.Entry<String, Integer> signal : Map.of("TERM", 15, "INT", 2).entrySet()) {
            Signals.handle(signal.getKey(), () -> {
                SshdLog.LOG.info("Received signal {}; terminating.", signal.getValue());
                notice.stopping();
                daemon.close();
            });
        }
        boolean hangup = Signals.handle("HUP", () -> {
            SshdLog.LOG.info("Received SIGHUP; reading the configuration again.");
            notice.reloading();
            daemon.reload(() -> {
                ServerConfig config = ServerConfig.load(options.configFile(), options.overrides());
                Setup setup = Setup.load(config, tables);
                log(config, options);
                return setup;
            });
            notice.ready();
        });
        if (!hangup) {
            SshdLog.LOG.warn("this Java runtime lets no program take signals: SIGHUP ends the daemon instead of reading its configuration again");
        }
        // However else the JVM ends.
        Runtime.getRuntime().addShutdownHook(new Thread(daemon::close, "terminate"));
    }

    /** As sshd: a file that cannot be written is an error in the log, and no reason to stop. */
    private static void writePidFile(String file, Daemon daemon) {
        try {
            daemon.writePidFile(Setup.path("PidFile", file));
        } catch (IOException | StartException e) {
            SshdLog.LOG.error("Couldn't create pid file \"{}\": {}", file, e instanceof StartException ? e.getMessage() : e.toString());
        }
    }
}
