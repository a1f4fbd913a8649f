package io.sshdftp.daemon;

import io.sshdftp.config.ConfigException;
import io.sshdftp.config.Directives;
import io.sshdftp.config.LogLevel;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.config.Settings;
import io.sshdftp.record.SshdLog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The program {@code sshd-ftp}: reads the command line and the configuration, then serves. */
public final class Main {
    /** As sshd: whatever keeps it from starting. */
    private static final int FAILURE = 1;

    private Main() {}

    public static void main(String[] arguments) {
        int status = run(arguments, System.out, System.err);
        System.out.flush();
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Everything short of the end of the process; returns its exit status. */
    static int run(String[] arguments, PrintStream out, PrintStream err) {
        // Until the configuration says more: nothing of the libraries, errors to standard error.
        Logging.configure(LogLevel.ERROR, true, Optional.empty());
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (UsageException e) {
            err.println(e.getMessage());
            return FAILURE;
        }
        if (options.mode() == Options.Mode.VERSION) {
            err.println(Version.TEXT + ", Java " + Runtime.version());
            return 0;
        }
        ServerConfig config;
        try {
            config = ServerConfig.load(options.configFile(), options.overrides());
        } catch (ConfigException e) {
            e.messages().forEach(err::println);
            return FAILURE;
        }
        try {
            return switch (options.mode()) {
                case PRINT_UNCHECKED -> print(config, options, out);
                case PRINT -> {
                    Daemon.check(config);
                    yield print(config, options, out);
                }
                case TEST -> {
                    config.warnings().forEach(err::println);
                    Daemon.check(config);
                    yield 0;
                }
                default -> serve(config, options, err);
            };
        } catch (StartException e) {
            e.messages().forEach(err::println);
            return FAILURE;
        }
    }

    private static int print(ServerConfig config, Options options, PrintStream out) {
        Settings settings = options.connection().map(config::forConnection).orElse(config.global());
        out.print(config.dump(settings));
        return 0;
    }

    private static int serve(ServerConfig config, Options options, PrintStream err) throws StartException {
        if (options.inetd()) {
            throw new StartException(List.of("-i (one connection on standard input) is not offered; let the daemon listen: Port, ListenAddress"));
        }
        if (!options.foreground()) {
            throw new StartException(List.of("the daemon stays in the foreground: add -D, and let a service manager, or \"&\", do the rest"));
        }
        Settings global = config.global();
        Logging.configure(global.get(Directives.LOG_LEVEL), options.logToStderr(), options.logFile());
        config.warnings().forEach(SshdLog.LOG::warn);
        Daemon daemon;
        try {
            daemon = Daemon.start(config);
        } catch (StartException e) {
            if (!options.logToStderr()) {
                e.messages().forEach(SshdLog.LOG::error);
            }
            throw e;
        }
        // SIGTERM and SIGINT: the JVM ends, and runs this on its way out.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            SshdLog.LOG.info("Received signal; terminating.");
            daemon.close();
        }, "terminate"));
        global.get(Directives.PID_FILE).filter(file -> options.debug() == 0).ifPresent(file -> writePidFile(Path.of(file), daemon));
        return daemon.await(options.debug() > 0);
    }

    /** As sshd: a file that cannot be written is an error in the log, and no reason to stop. */
    private static void writePidFile(Path file, Daemon daemon) {
        try {
            daemon.writePidFile(file);
        } catch (IOException e) {
            SshdLog.LOG.error("Couldn't create pid file \"{}\": {}", file, e.getMessage());
        }
    }
}
