package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the dump prints loads again and dumps to the same text, with the same values. */
class DumpTest {
    /** Good arguments of every directive, in all forms that it has; none of them clash. */
    private static final Map<Directive<?>, List<String>> SAMPLES = new HashMap<>();

    static {
        sample(Directives.PORT, "22", "2222", "65535");
        sample(Directives.ADDRESS_FAMILY, "any", "ANY");
        sample(Directives.LISTEN_ADDRESS, "127.0.0.1", "[::1]:2022", "::", "gateway.example:22", "0.0.0.0:2", "fe80::1%eth0");
        sample(Directives.MAX_STARTUPS, "10", "10:30:100", "1:100:1");
        sample(Directives.PER_SOURCE_MAX_STARTUPS, "none", "3");
        sample(Directives.PER_SOURCE_NET_BLOCK_SIZE, "32", "24:64", "0:0");
        sample(Directives.PER_SOURCE_PENALTIES, "yes", "NO", "crash:1m", "authfail:0 noauth:2s grace-exceeded:20 refuseconnection:1h",
                "min:0 max:1d max-sources4:1 max-sources6:70000 overflow:deny-all overflow6:permissive invaliduser:7");
        sample(Directives.PER_SOURCE_PENALTY_EXEMPT_LIST, "none", "192.0.2.0/24,2001:db8::1", "10.*,!10.1.2.3");
        sample(Directives.LOGIN_GRACE_TIME, "0", "1h30m", "90");
        sample(Directives.CLIENT_ALIVE_INTERVAL, "0", "15", "2W");
        sample(Directives.CLIENT_ALIVE_COUNT_MAX, "0", "3", "999999999");
        sample(Directives.VERSION_ADDENDUM, "none", "Debian-2", "\"two words\"", "two words", "\"a # \\\\ 'b\"");
        sample(Directives.REKEY_LIMIT, "default", "default none", "1G 1h", "512K", "16 30", "0 0", "100M none");
        sample(Directives.HOST_KEY, "/etc/key", "\"/etc/with blank\"", "rel/%h/key", "'#hash'", "a=b", "\"=c\"");
        sample(Directives.AUTHENTICATION_METHODS, "any", "publickey,password", "publickey,publickey password", "publickey hostbased,password");
        sample(Directives.REQUIRED_RSA_SIZE, "1024", "3072");
        sample(Directives.HOST_CERTIFICATE, "/etc/key-cert.pub", "\"/etc/with blank\"");
        for (Directive<?> d : List.of(Directives.KEX_ALGORITHMS)) {
            sample(d, "+diffie-hellman-group14-sha256", "-sntrup*", "^ecdh*", "curve25519-sha256");
        }
        for (Directive<?> d : List.of(Directives.HOST_KEY_ALGORITHMS, Directives.PUBKEY_ACCEPTED_ALGORITHMS)) {
            sample(d, "+ssh-rsa", "-ecdsa*", "^rsa-sha2-512", "ssh-ed25519,rsa-sha2-256");
        }
        sample(Directives.CIPHERS, "+aes*-cbc", "-chacha*", "^aes256-ctr", "aes128-ctr");
        sample(Directives.MACS, "+hmac-md5", "-*sha1*", "^hmac-sha2-512", "hmac-sha2-256,umac-64@openssh.com");
        sample(Directives.CA_SIGNATURE_ALGORITHMS, "+ssh-rsa", "-ecdsa*", "ssh-ed25519,rsa-sha2-256");
        for (Directive<?> d : List.of(Directives.VIRTUAL_USERS, Directives.TRUSTED_USER_CA_KEYS, Directives.REVOKED_KEYS,
                Directives.AUTHORIZED_PRINCIPALS_FILE, Directives.BANNER, Directives.PID_FILE,
                Directives.FTP_TRANSFER_LOG, Directives.FTP_AUDIT_LOG)) {
            sample(d, "none", "/etc/x", "\"with blank\"", "NONE");
        }
        sample(Directives.AUTHORIZED_KEYS_FILE, "none", ".ssh/authorized_keys", "%h/a /etc/keys/%u \"b c\"");
        for (Directive<?> d : List.of(Directives.ALLOW_USERS, Directives.DENY_USERS)) {
            sample(d, "alice", "bob@10.0.0.0/8 carol@*.example,!x.example", "\"with blank\"", "DOM\\user", "a@b@::1");
        }
        for (Directive<?> d : List.of(Directives.ALLOW_GROUPS, Directives.DENY_GROUPS)) {
            sample(d, "staff", "ftp-* \"domain users\"", "a?");
        }
        for (Directive<?> d : List.of(Directives.MAX_AUTH_TRIES, Directives.MAX_SESSIONS)) {
            sample(d, "0", "6", "100");
        }
        sample(Directives.ALLOW_TCP_FORWARDING, "yes", "all", "no", "local", "remote", "LOCAL");
        sample(Directives.PERMIT_OPEN, "any", "none", "ftp:21", "[2001:db8::1]:21 *:990 h:* *:*");
        sample(Directives.PERMIT_LISTEN, "any", "none", "8080", "localhost:* [::1]:1 *");
        sample(Directives.GATEWAY_PORTS, "yes", "no", "clientspecified");
        sample(Directives.TRANSPORT, "loop", "nio2");
        sample(Directives.FTP_FORWARDING, "yes", "no", "local", "remote");
        sample(Directives.FTP_CONTROL_PORTS, "21", "none", "21,2121", "21 990-991");
        sample(Directives.FTP_PASSIVE_PORTS, "30020-30029", "30020-30029,30100", "server", "none", "30020 30021");
        sample(Directives.FTP_PASSIVE_ADDRESS, "auto", "192.0.2.1", "AUTO");
        sample(Directives.FTP_ACTIVE_PORTS, "30030-30039", "none", "40000");
        sample(Directives.FTP_REVERSE_SOCKS_PORT, "1080", "none", "1081");
        sample(Directives.FTP_SERVER_DATA_MODE, "same", "passive", "active");
        sample(Directives.FTP_SERVER_LISTEN_PORTS, "0", "50000-50099", "50000,50002");
        sample(Directives.FTP_SERVER_PROXY_PROTOCOL, "no", "v1", "v2", "v1 data", "v2 data");
        sample(Directives.FTP_SOURCE_ADDRESS, "auto", "client", "192.0.2.1", "2001:DB8::0:1", "127.0.0.2");
        sample(Directives.FTP_FOREIGN_ADDRESS, "no", "yes", "192.0.2.0/24", "10.0.0.0/8,2001:db8::/32 192.0.2.1", "0.0.0.0/0",
                "0.0.0.0/0 ::/0");
        // "passthrough" goes with FtpServerTls no only.
        sample(Directives.FTP_AUTH_TLS, "refuse", "REFUSE");
        sample(Directives.FTP_SERVER_TLS, "no", "prefer", "Require");
        sample(Directives.FTP_SERVER_TLS_TRUST, "system", "SYSTEM", "/etc/ssl/ca.pem", "\"with blank\"");
        for (Directive<?> d : List.of(Directives.FTP_DATA_TIMEOUT, Directives.FTP_GREETING_TIMEOUT, Directives.FTP_EMBEDDED_IDLE_TIMEOUT)) {
            sample(d, "1", "2m", "1h");
        }
        for (Directive<?> d : List.of(Directives.FTP_MAX_CONTROL_CHANNELS, Directives.FTP_MAX_PENDING_DATA)) {
            sample(d, "1", "32", "65535");
        }
        for (Directive<?> d : List.of(Directives.FTP_ALLOW_COMMANDS, Directives.FTP_DENY_COMMANDS)) {
            sample(d, "none", "RETR LIST", "dele,rmd,\"site chmod\" x*", "\"SITE *\" SITE", "NONE");
        }
        sample(Directives.SUBSYSTEM, "sftp internal-sftp", "\"sftp\" internal-sftp");
        sample(Directives.FTP_EMBEDDED_ROOT, "%h", "/srv/ftp/%u", "\"/srv/with blank/%%\"", "%h/files");
        sample(Directives.FTP_EMBEDDED_ACCESS, "/=rwdl", "/=none /up=w", "/=rl \"/with blank=rw\" /a=b=d");
        sample(Directives.FTP_EMBEDDED_QUOTA, "none", "10G", "1 2", "none 100", "1T none");
        sample(Directives.FTP_EMBEDDED_RATE_LIMIT, "none", "500K", "1 2M", "NONE 3");
        sample(Directives.FTP_EMBEDDED_UMASK, "022", "0", "0777", "77");
        sample(Directives.FTP_EMBEDDED_UPLOADS, "atomic", "DIRECT");
        sample(Directives.FTP_EMBEDDED_HOSTS, "localhost", "localhost ftp.example", "FTP.example", "192.0.2.1 2001:db8::1");
        sample(Directives.FTP_EMBEDDED_LOGIN, "sso", "password", "SSO");
        for (Directive<?> d : List.of(Directives.FTP_EMBEDDED_MAX_LOGINS, Directives.FTP_EMBEDDED_MAX_LOGINS_PER_USER,
                Directives.FTP_EMBEDDED_MAX_LOGINS_PER_ADDRESS)) {
            sample(d, "1", "200", "1000");
        }
        sample(Directives.METRICS_LISTEN, "none", "127.0.0.1:9022", "[::1]:9022", "metrics.example:80");
        sample(Directives.SYSLOG_FACILITY, "AUTH", "local7", "DAEMON", "AuthPriv");
        sample(Directives.LOG_LEVEL, "QUIET", "debug", "DEBUG1", "DEBUG3", "verbose");
        for (Directive<?> d : List.of(Directives.TCP_KEEP_ALIVE, Directives.USE_DNS, Directives.PUBKEY_AUTHENTICATION,
                Directives.PASSWORD_AUTHENTICATION, Directives.STRICT_MODES, Directives.DISABLE_FORWARDING, Directives.FTP_GREETING_HINT,
                Directives.FTP_EMBEDDED, Directives.FTP_EMBEDDED_AS_ROOT, Directives.FTP_READ_ONLY, Directives.REFUSE_CONNECTION)) {
            sample(d, "yes", "no", "true", "FALSE");
        }
    }

    @TempDir
    Path directory;

    private static void sample(Directive<?> directive, String... arguments) {
        SAMPLES.put(directive, List.of(arguments));
    }

    @Test
    void everyDirectiveHasSamples() {
        assertEquals(List.of(), Directives.all().stream().filter(row -> !SAMPLES.containsKey(row)).toList());
    }

    @Test
    void theDefaultsAreAFixedPoint() throws IOException, ConfigException {
        String dump = assertFixedPoint("", "defaults");
        assertTrue(dump.startsWith("port 22\naddressfamily any\nlistenaddress 0.0.0.0:22\nlistenaddress [::]:22\n"), dump);
    }

    @Test
    void everyValueOfEveryDirectiveIsAFixedPoint() throws IOException, ConfigException {
        for (Directive<?> directive : Directives.all()) {
            for (String arguments : SAMPLES.get(directive)) {
                assertFixedPoint(directive.keyword() + " " + arguments + "\n", arguments);
                assertFixedPoint(directive.keyword().toUpperCase(Locale.ROOT) + "=" + arguments + "\r\n", arguments);
            }
        }
    }

    @Test
    void randomConfigurationsAreFixedPoints() throws IOException, ConfigException {
        long seed = Long.getLong("config.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            List<String> lines = new ArrayList<>();
            for (int count = random.nextInt(60); count > 0; count--) {
                Directive<?> directive = Directives.all().get(random.nextInt(Directives.all().size()));
                List<String> samples = SAMPLES.get(directive);
                lines.add(directive.keyword() + " " + samples.get(random.nextInt(samples.size())));
            }
            assertFixedPoint(String.join("\n", lines), "-Dconfig.seed=" + seed);
        }
    }

    @Test
    void theSettingsOfAConnectionAreAFixedPointToo() throws IOException, ConfigException {
        ServerConfig config = Loading.load(directory, "AllowUsers a\nMatch User bob\nAllowUsers b\nAllowUsers c\nPermitOpen ftp:21\n");
        String dump = config.dump(config.forConnection(ConnectionFacts.unknown().withUser("bob", List.of())));
        assertTrue(dump.contains("\nallowusers b\nallowusers c\n") && dump.contains("\npermitopen ftp:21\n"), dump);
        ServerConfig again = Loading.load(directory, dump);
        assertEquals(dump, again.dump(again.global()));
    }

    private String assertFixedPoint(String text, String message) throws IOException, ConfigException {
        ServerConfig config = Loading.load(directory, text);
        String dump = config.dump(config.global());
        ServerConfig again = Loading.load(directory, dump);
        assertEquals(dump, again.dump(again.global()), () -> message + "\n" + text);
        assertEquals(List.of(), again.warnings(), () -> message + "\n" + text);
        for (Directive<?> directive : Directives.all()) {
            if (directive != Directives.LISTEN_ADDRESS) {
                assertEquals(config.global().get(directive), again.global().get(directive), () -> message + "\n" + text);
            }
        }
        assertEquals(config.listenAddresses(), again.listenAddresses(), () -> message + "\n" + text);
        return dump;
    }
}
