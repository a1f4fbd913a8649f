package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.config.PatternList.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternListTest {
    private static InetAddress address(String text) {
        return Addresses.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "alice,alice,true", "alice,al*,true", "alice,*,true", "'',*,true", "'','',true", "alice,a?ice,true", "alice,alic,false",
        "alice,alice?,false",
        "alice,Alice,false", "aXbXc,a*b*c,true", "aXbXcd,a*b*c,false", "abcabc,*abc,true", "a,**,true", "'',?,false",
    })
    void wildcards(String text, String pattern, boolean matches) {
        assertEquals(matches, Wildcard.matches(text, pattern));
    }

    @Test
    void aPatternOfManyStarsEndsInTime() {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertFalse(Wildcard.matches("a".repeat(2000), "*a".repeat(500) + "b")));
    }

    @ParameterizedTest
    @CsvSource({
        "bob,'alice,b*',MATCH", "bob,'!bob,*',NEGATED", "bob,'*,!bob',NEGATED", "eve,'!bob,*',MATCH", "eve,!bob,NO_MATCH",
        "eve,bob,NO_MATCH",
    })
    void negation(String text, String list, Verdict verdict) throws BadValue {
        assertEquals(verdict, PatternList.hosts(list).text(text));
    }

    @Test
    void hostsWithoutCaseAndAddressesByBlock() throws BadValue {
        assertEquals(Verdict.MATCH, PatternList.hosts("*.Example").host("FTP.example"));
        PatternList list = PatternList.hosts("10.0.0.0/8,!10.1.0.0/16,192.168.*,2001:db8::/32");
        assertEquals(Verdict.MATCH, list.address(address("10.2.3.4")));
        assertEquals(Verdict.NEGATED, list.address(address("10.1.3.4")));
        assertEquals(Verdict.MATCH, list.address(address("192.168.3.4")));
        assertEquals(Verdict.MATCH, list.address(address("2001:db8::7")));
        assertEquals(Verdict.NO_MATCH, list.address(address("172.16.0.1")));
    }

    @Test
    void badLists() {
        for (String bad : List.of("", "a,,b", "!", "a,!", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/x", "host/8")) {
            assertThrows(BadValue.class, () -> PatternList.hosts(bad), bad);
        }
    }

    @Test
    void aSlashInANameIsNoBlock() throws BadValue {
        assertEquals(Verdict.MATCH, PatternList.names("SSH-2.0-client/1.*").text("SSH-2.0-client/1.2"));
        assertEquals(Verdict.MATCH, PatternList.names("10.0.0.1/8").text("10.0.0.1/8"));
    }

    @Test
    void users() throws BadValue {
        UserPatterns users = UserPatterns.parse(List.of("alice", "b*@10.0.0.0/8", "carol@*.example,!bad.example", "DOM\\dave",
                "eve@corp@10.*"));
        InetAddress ten = address("10.1.2.3");
        InetAddress other = address("192.0.2.1");
        assertTrue(users.matches("alice", "x", other));
        assertTrue(users.matches("bob", "x", ten));
        assertFalse(users.matches("bob", "x", other));
        assertTrue(users.matches("carol", "a.example", other));
        assertFalse(users.matches("carol", "bad.example", other));
        assertFalse(users.matches("carol", "a.test", other));
        assertTrue(users.matches("DOM\\dave", "x", other));
        assertTrue(users.matches("eve@corp", "10.1.2.3", ten));
        assertFalse(users.matches("mallory", "x", ten));
        assertFalse(UserPatterns.EMPTY.matches("alice", "x", ten));
        assertTrue(UserPatterns.EMPTY.isEmpty());
        assertFalse(users.isEmpty());
        assertEquals(users, UserPatterns.parse(users.words()));
        assertEquals(users.hashCode(), UserPatterns.parse(users.words()).hashCode());
        assertFalse(users.equals(UserPatterns.EMPTY));
        assertTrue(users.toString().startsWith("alice b*@10.0.0.0/8"));
        assertFalse(UserPatterns.parse(List.of("bob@!10.0.0.0/8,*")).matches("bob", "h", ten));
        for (String bad : List.of("", "@host", "bob@", "bob@10.0.0.1/8")) {
            assertThrows(BadValue.class, () -> UserPatterns.parse(List.of(bad)), bad);
        }
    }

    @Test
    void groups() {
        GroupPatterns groups = new GroupPatterns(List.of("ftp-*", "staff"));
        assertTrue(groups.matches(List.of("x", "ftp-users")));
        assertFalse(groups.matches(List.of("x")));
        assertFalse(groups.matches(List.of()));
        assertFalse(groups.isEmpty());
        assertTrue(GroupPatterns.EMPTY.isEmpty());
    }
}
