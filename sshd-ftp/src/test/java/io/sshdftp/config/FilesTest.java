package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The directives about users' files, and Subsystem. */
class FilesTest {
    @TempDir
    private Path directory;

    private Settings load(String text) throws Exception {
        return Loading.load(directory, text).global();
    }

    private String error(String text) {
        List<String> messages = assertThrows(ConfigException.class, () -> Loading.load(directory, text)).messages();
        assertEquals(1, messages.size(), messages.toString());
        return messages.get(0);
    }

    @Test
    void theRootHasTokens() throws Exception {
        assertEquals(Path.of("/home/x"), load("").get(Directives.FTP_EMBEDDED_ROOT).of("alice", Path.of("/home/x")));
        assertEquals(Path.of("/srv/alice/%u"), load("FtpEmbeddedRoot /srv/%u/%%u").get(Directives.FTP_EMBEDDED_ROOT).of("alice", Path.of("/x")));
        assertEquals(Path.of("/x%u/alice"), load("FtpEmbeddedRoot %h/%u").get(Directives.FTP_EMBEDDED_ROOT).of("alice", Path.of("/x%u")));
        for (String bad : List.of("srv", "/srv/%x", "/srv/%h", "/srv/../etc", "%u", "/a%")) {
            assertTrue(error("FtpEmbeddedRoot " + bad).contains(bad), bad);
        }
    }

    @ParameterizedTest
    @CsvSource({"none, -1", "1, 1", "10K, 10240", "2m, 2097152", "3G, 3221225472", "1T, 1099511627776"})
    void sizesHaveUnits(String text, long bytes) throws Exception {
        OptionalLong expected = bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
        assertEquals(new FtpQuota(expected, OptionalLong.empty()), load("FtpEmbeddedQuota " + text).get(Directives.FTP_EMBEDDED_QUOTA));
        assertEquals(new FtpRateLimit(expected, expected), load("FtpEmbeddedRateLimit " + text).get(Directives.FTP_EMBEDDED_RATE_LIMIT));
        assertEquals(new FtpRateLimit(expected, OptionalLong.of(5)),
                load("FtpEmbeddedRateLimit " + text + " 5").get(Directives.FTP_EMBEDDED_RATE_LIMIT));
    }

    @ParameterizedTest
    @CsvSource({"FtpEmbeddedQuota, 0", "FtpEmbeddedQuota, x", "FtpEmbeddedQuota, 10X", "FtpEmbeddedQuota, 9999999999T", "FtpEmbeddedQuota, 1 0",
        "FtpEmbeddedQuota, 1 2K", "FtpEmbeddedQuota, 1 2 3", "FtpEmbeddedRateLimit, -1", "FtpEmbeddedRateLimit, 1 2 3", "FtpEmbeddedUmask, 8",
        "FtpEmbeddedUmask, 01777", "FtpEmbeddedUmask, rwx", "FtpEmbeddedUploads, whole", "FtpEmbeddedAccess, /=x", "FtpEmbeddedAccess, up=r",
        "FtpEmbeddedAccess, /=rl /up/=w", "FtpEmbeddedAccess, /=rl /../x=w", "FtpEmbeddedAccess, /=rl //x=w", "FtpEmbeddedAccess, /=",
        "FtpEmbeddedAccess, /", "FtpEmbeddedAccess, /=r /=w", "FtpEmbeddedAccess, /=r /a/./b=w"})
    void whatIsWrongSaysWhatIsExpected(String keyword, String value) {
        String error = error(keyword + " " + value);
        assertTrue(error.startsWith(directory + "/sshd_config line 1: " + keyword + ": ") || error.contains(" line 1: " + keyword + ": "), error);
        assertTrue(error.contains("expected") || error.contains("twice"), error);
    }

    @Test
    void rightsNeedTheRoot() throws Exception {
        assertTrue(error("FtpEmbeddedAccess /up=rw").contains("no rights for /; add e.g. /=rl"));
        FtpAccess access = load("FtpEmbeddedAccess /=rl /up=wd /no=none /a=b=r").get(Directives.FTP_EMBEDDED_ACCESS);
        assertEquals(List.of("/=rl", "/a=b=r", "/no=none", "/up=wd"), access.words());
        assertEquals(new FtpAccess.Rights(false, true, true, false), access.rules().get("/up"));
    }

    @Test
    void theUmaskIsOctal() throws Exception {
        assertEquals(022, load("").get(Directives.FTP_EMBEDDED_UMASK));
        assertEquals(077, load("FtpEmbeddedUmask 0077").get(Directives.FTP_EMBEDDED_UMASK));
        assertEquals(FtpUploads.DIRECT, load("FtpEmbeddedUploads direct").get(Directives.FTP_EMBEDDED_UPLOADS));
        assertEquals(FtpUploads.ATOMIC, FtpUploads.parse("atomic"));
    }

    /** With its examples, too. */
    @Test
    void theApplianceIsGood() throws Exception {
        String text = Files.readString(Path.of("..", "conf", "appliance.conf"));
        ServerConfig appliance = Loading.load(directory, text);
        assertEquals(List.of(), appliance.warnings());
        assertTrue(appliance.global().get(Directives.SUBSYSTEM).sftp() && appliance.global().get(Directives.FTP_EMBEDDED));
        ServerConfig examples = Loading.load(directory, text.replaceAll("(?m)^#(   Match| {7}\\S|Ftp)", "$1"));
        assertEquals(List.of(), examples.warnings());
        Settings sender = examples.forConnection(ConnectionFacts.unknown().withUser("x", List.of("senders")));
        assertEquals(List.of("/=rwl"), sender.get(Directives.FTP_EMBEDDED_ACCESS).words());
        assertEquals(OptionalLong.of(10L << 30), examples.global().get(Directives.FTP_EMBEDDED_QUOTA).bytes());
    }

    @Test
    void sftpIsThereWhenTheFileSaysSo() throws Exception {
        assertFalse(load("").get(Directives.SUBSYSTEM).sftp());
        assertTrue(load("Subsystem sftp internal-sftp").get(Directives.SUBSYSTEM).sftp());
        assertTrue(load("Subsystem sftp /bin/x\nSubsystem sftp internal-sftp").get(Directives.SUBSYSTEM).sftp());
        ServerConfig foreign = Loading.load(directory, "Subsystem sftp /usr/lib/openssh/sftp-server\nSubsystem x internal-sftp");
        assertFalse(foreign.global().get(Directives.SUBSYSTEM).sftp());
        assertEquals(2, foreign.warnings().size());
        assertTrue(foreign.warnings().get(0).contains("write: Subsystem sftp internal-sftp"), foreign.warnings().toString());
        ServerConfig logging = Loading.load(directory, "Subsystem sftp internal-sftp -f AUTH -l VERBOSE");
        assertTrue(logging.global().get(Directives.SUBSYSTEM).sftp());
        assertEquals(2, logging.warnings().size());
        assertTrue(error("Subsystem sftp internal-sftp -R").contains("FtpEmbeddedAccess /=rl"));
        assertTrue(error("Subsystem sftp internal-sftp -f").contains("takes no -f"));
        assertTrue(error("Subsystem sftp").contains("no command"));
    }
}
