package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.config.ConfigException;
import io.sshdftp.config.ConnectionFacts;
import io.sshdftp.config.Directives;
import io.sshdftp.config.LogLevel;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @Test
    void nothing() throws UsageException {
        assertEquals(
                new Options(
                        Options.Mode.RUN, Path.of("/etc/ssh/sshd_config"), List.of(), false, 0, false, Optional.empty(), false,
                                Optional.empty()),
                Options.parse());
    }

    @Test
    void clustersAndArguments() throws UsageException {
        Options options = Options.parse("-Detf", "FILE", "-Elog", "-o", "Port=1", "-oMaxSessions 2");
        assertTrue(options.foreground() && options.logToStderr());
        assertEquals(Options.Mode.TEST, options.mode());
        assertEquals(Path.of("FILE"), options.configFile());
        assertEquals(Optional.of(Path.of("log")), options.logFile());
        assertEquals(List.of("Port=1", "MaxSessions 2"), options.overrides());
        assertFalse(options.inetd());
        assertEquals(0, options.debug());
        assertTrue(Options.parse("-i").inetd());
        assertEquals(Path.of("-t"), Options.parse("-f", "-t").configFile());
        assertEquals(Options.Mode.RUN, Options.parse("--").mode());
    }

    @Test
    void lettersThatSetDirectives() throws UsageException, ConfigException {
        Options options = Options.parse("-4", "-p", "2222", "-p2223", "-h", "key a", "-h", "k\"\\b", "-g", "1m", "-q", "-ddd");
        Settings settings = ServerConfig.load(Path.of("none"), options.overrides()).global();
        assertEquals(List.of(2222, 2223), settings.get(Directives.PORT));
        assertEquals(List.of("key a", "k\"\\b"), settings.get(Directives.HOST_KEY));
        assertEquals(Duration.ofMinutes(1), settings.get(Directives.LOGIN_GRACE_TIME));
        assertEquals(LogLevel.QUIET, settings.get(Directives.LOG_LEVEL));
        assertEquals("INET", settings.get(Directives.ADDRESS_FAMILY).name());
        assertEquals(3, options.debug());
        Options debug = Options.parse("-6", "-d", "-d");
        assertTrue(debug.foreground() && debug.logToStderr());
        assertEquals(List.of("AddressFamily inet6", "LogLevel DEBUG2"), debug.overrides());
        assertEquals(3, Options.parse("-ddddd").debug());
    }

    @Test
    void aHostCertificate(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("config"));
        ServerConfig config = ServerConfig.load(file, Options.parse("-c", "cert").overrides());
        assertEquals(List.of("cert"), config.global().get(Directives.HOST_CERTIFICATE));
    }

    @Test
    void oldLettersAreIgnored() throws UsageException {
        assertEquals(Options.parse(), Options.parse("-Q", "-r", "-b", "2048", "-k", "3600", "-u0"));
    }

    @ParameterizedTest
    @CsvSource({"-t,TEST", "-T,PRINT", "-G,PRINT_UNCHECKED", "-V,VERSION", "-tT,PRINT", "-Tt,PRINT", "-TG,PRINT_UNCHECKED", "-Vt,VERSION"})
    void modes(String argument, Options.Mode mode) throws UsageException {
        assertEquals(mode, Options.parse(argument).mode());
    }

    @Test
    void connectionSpecification() throws UsageException {
        Options options = Options.parse("-T", "-C", "user=bob,addr=10.0.0.1", "-C", "lport=22");
        assertEquals(Optional.of(ConnectionFacts.unknown().with("user=bob,addr=10.0.0.1,lport=22")), options.connection());
    }

    @ParameterizedTest
    @CsvSource({
        "-x,unknown option -- x", "-tx,unknown option -- x", "-f,option requires an argument -- f", "-Df,option requires an argument -- f",
        "file,Extra argument file.", "-,Extra argument -.", "-p0,-p: bad port number", "-p65536,-p: bad port number",
        "-px,-p: bad port number",
        "-Cfrob=1,-C: unknown item", "--x,unknown option -- -",
    })
    void mistakes(String argument, String message) {
        UsageException e = assertThrows(UsageException.class, () -> Options.parse(argument));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
        assertTrue(e.getMessage().contains("usage: sshd-ftp ["), e.getMessage());
    }

    @Test
    void emptyAndImpossibleFileNames() {
        assertThrows(UsageException.class, () -> Options.parse("-f", ""));
        assertThrows(UsageException.class, () -> Options.parse("-E", "a\0b"));
        assertThrows(UsageException.class, () -> Options.parse("-t", "--", "x"));
    }
}
