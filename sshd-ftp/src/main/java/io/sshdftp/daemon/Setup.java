package io.sshdftp.daemon;

import io.sshdftp.auth.AuthorizedKeys;
import io.sshdftp.auth.HostCertificates;
import io.sshdftp.auth.HostKeys;
import io.sshdftp.auth.RevokedKeys;
import io.sshdftp.auth.TrustedAuthorities;
import io.sshdftp.auth.UserSource;
import io.sshdftp.auth.UsersFileException;
import io.sshdftp.auth.VirtualUsers;
import io.sshdftp.config.Directive;
import io.sshdftp.config.Directives;
import io.sshdftp.config.Forwarding;
import io.sshdftp.config.FtpServerTls;
import io.sshdftp.config.LogLevel;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.config.Settings;
import io.sshdftp.config.SourceAddress;
import io.sshdftp.ftp.CommandPolicy;
import io.sshdftp.leg.ForeignAddress;
import io.sshdftp.leg.TlsTrust;
import io.sshdftp.record.LogFiles;
import io.sshdftp.sql.UserTable;
import io.sshdftp.sql.UserTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.common.keyprovider.HostKeyCertificateProvider;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/**
 * A configuration with all that it names read and found good: what a connection works with from its first byte to its last. A connection
 * keeps the one that held when it began. Immutable, but for the users, who follow their file or table.
 *
 * @param tlsTrust for each value of {@code FtpServerTlsTrust} that a connection may need
 * @param revoked for each value of {@code RevokedKeys}
 * @param warnings what is accepted with a reservation, a line each
 */
record Setup(
        ServerConfig config,
        KeyPairProvider hostKeys,
        HostKeyCertificateProvider hostCertificates,
        Algorithms algorithms,
        UserSource users,
        Map<Optional<String>, TlsTrust> tlsTrust,
        Map<String, RevokedKeys> revoked,
        List<String> warnings) {

    /**
     * Reads host keys, users and certificates.
     *
     * @param tables that users may be in
     * @throws StartException with everything that keeps a daemon from starting with this configuration, short of listening
     */
    static Setup load(ServerConfig config, UserTables tables) throws StartException {
        List<String> warnings = new ArrayList<>(config.warnings());
        KeyPairProvider hostKeys = hostKeys(config, warnings);
        Algorithms algorithms = Algorithms.of(config.global(), hostKeys);
        UserSource users = users(config, tables);
        try {
            new AuthorizedKeys(config.global().get(Directives.AUTHORIZED_KEYS_FILE), true);
            for (Optional<String> principals : config.values(Directives.AUTHORIZED_PRINCIPALS_FILE)) {
                new TrustedAuthorities("", principals, true);
            }
        } catch (IllegalArgumentException e) {
            throw new StartException(List.of(e.getMessage()));
        }
        LogLevel level = config.global().get(Directives.LOG_LEVEL);
        if (Arrays.stream(LogLevel.values()).anyMatch(other -> other != level && config.mayBe(Directives.LOG_LEVEL, other))) {
            warnings.add("LogLevel inside Match is not honoured: there is one log for all connections, at LogLevel " + level);
        }
        checkLogs(config);
        if (config.mayBe(Directives.FTP_SOURCE_ADDRESS, SourceAddress.CLIENT)) {
            try {
                ForeignAddress.check();
            } catch (IOException e) {
                throw new StartException(List.of("FtpSourceAddress client: " + e.getMessage()));
            }
        }
        Stream.of(Directives.FTP_ALLOW_COMMANDS, Directives.FTP_DENY_COMMANDS)
                .flatMap(directive -> config.values(directive).stream()
                        .flatMap(commands -> commands.patterns().stream())
                        .filter(verb -> verb.matches("[A-Z0-9]+") && !CommandPolicy.isKnown(verb))
                        .map(verb -> directive + ": no FTP server is known to have a command " + verb))
                .forEach(warnings::add);
        if (config.mayBe(Directives.FTP_EMBEDDED, true) && !config.mayBe(Directives.FTP_FORWARDING, Forwarding.YES)
                && !config.mayBe(Directives.FTP_FORWARDING, Forwarding.LOCAL)) {
            warnings.add("FtpEmbedded yes has no effect while FtpForwarding is neither yes nor local");
        }
        HostKeyCertificateProvider hostCertificates = hostCertificates(config, hostKeys, warnings);
        Map<String, RevokedKeys> revoked = revoked(config, warnings);
        return new Setup(config, hostKeys, hostCertificates, algorithms, users, tlsTrust(config), revoked, List.copyOf(warnings));
    }

    private static Map<String, RevokedKeys> revoked(ServerConfig config, List<String> warnings) {
        Map<String, RevokedKeys> revoked = new HashMap<>();
        for (Optional<String> file : config.values(Directives.REVOKED_KEYS)) {
            file.ifPresent(name -> revoked.put(name, new RevokedKeys(name)));
        }
        revoked.values().forEach(keys -> keys.unreadable().ifPresent(warnings::add));
        return Map.copyOf(revoked);
    }

    private static void checkLogs(ServerConfig config) throws StartException {
        for (Directive<Optional<String>> directive : List.of(Directives.FTP_TRANSFER_LOG, Directives.FTP_AUDIT_LOG)) {
            for (Optional<String> file : config.values(directive)) {
                if (file.isPresent()) {
                    try {
                        LogFiles.check(path(directive.keyword(), file.get()));
                    } catch (IOException e) {
                        throw new StartException(List.of(directive + " " + file.get() + ": " + e.getMessage()));
                    }
                }
            }
        }
    }

    /**
     * A path of the configuration.
     *
     * @throws StartException when it is none on this system, or in this locale
     */
    static Path path(String directive, String file) throws StartException {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new StartException(List.of(directive + " " + file + ": not a file name here (" + e.getReason()
                    + "); for names beyond US-ASCII start with LC_ALL=C.UTF-8"));
        }
    }

    private static KeyPairProvider hostKeys(ServerConfig config, List<String> warnings) throws StartException {
        Settings global = config.global();
        List<Path> files = new ArrayList<>();
        for (String file : global.get(Directives.HOST_KEY)) {
            Path path = path("HostKey", file);
            // As sshd: of the defaults, those that are not there are not meant.
            if (global.isSet(Directives.HOST_KEY) || Files.exists(path)) {
                files.add(path);
            }
        }
        HostKeys.Loaded loaded = HostKeys.load(files);
        if (loaded.keys().isEmpty()) {
            List<String> messages = new ArrayList<>(loaded.problems());
            messages.add("sshd: no hostkeys available -- exiting. Make one with: ssh-keygen -t ed25519 -N '' -f FILE, and add: HostKey FILE");
            throw new StartException(messages);
        }
        warnings.addAll(loaded.problems());
        return loaded.provider();
    }

    private static HostKeyCertificateProvider hostCertificates(ServerConfig config, KeyPairProvider hostKeys, List<String> warnings)
            throws StartException {
        List<Path> files = new ArrayList<>();
        for (String file : config.global().get(Directives.HOST_CERTIFICATE)) {
            files.add(path("HostCertificate", file));
        }
        HostCertificates.Loaded loaded = HostCertificates.load(files, hostKeys);
        warnings.addAll(loaded.problems());
        return loaded.provider();
    }

    private static Map<Optional<String>, TlsTrust> tlsTrust(ServerConfig config) throws StartException {
        boolean wanted = config.mayBe(Directives.FTP_SERVER_TLS, FtpServerTls.PREFER)
                || config.mayBe(Directives.FTP_SERVER_TLS, FtpServerTls.REQUIRE);
        Map<Optional<String>, TlsTrust> trust = new HashMap<>();
        for (Optional<String> value : config.values(Directives.FTP_SERVER_TLS_TRUST)) {
            // The system's are many: they are read when they are needed. A file is named because somebody wants it.
            if (wanted || value.isPresent()) {
                trust.put(value, tlsTrust(value));
            }
        }
        return Map.copyOf(trust);
    }

    private static TlsTrust tlsTrust(Optional<String> file) throws StartException {
        String name = "FtpServerTlsTrust " + file.orElse("system") + ": ";
        try {
            return file.isPresent() ? TlsTrust.of(Files.readAllBytes(path("FtpServerTlsTrust", file.get()))) : TlsTrust.system();
        } catch (IOException e) {
            throw new StartException(List.of(name + "cannot be read (" + e + "); name a file of CA certificates, or system"));
        } catch (GeneralSecurityException e) {
            throw new StartException(List.of(name + e.getMessage() + "; expected CA certificates in PEM (-----BEGIN CERTIFICATE-----)"
                    + (file.isPresent() ? ", or system for those of the Java runtime" : "; name a file of such")));
        }
    }

    private static UserSource users(ServerConfig config, UserTables tables) throws StartException {
        Optional<String> file = config.global().get(Directives.VIRTUAL_USERS);
        if (file.isEmpty()) {
            throw new StartException(List.of("no users: add VirtualUsers FILE to the configuration, and a user to it with: "
                    + "sshd-ftp users add NAME"));
        }
        if (UserTable.isUrl(file.get())) {
            try {
                return tables.at(file.get());
            } catch (IllegalArgumentException e) {
                throw new StartException(List.of("VirtualUsers: " + e.getMessage()));
            }
        }
        try {
            return VirtualUsers.load(path("VirtualUsers", file.get()), config.global().get(Directives.STRICT_MODES));
        } catch (UsersFileException e) {
            throw new StartException(e.problems());
        }
    }
}
