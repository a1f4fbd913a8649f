package io.sshdftp.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorePathTest {
    @ParameterizedTest
    @CsvSource({
        "/, /", "'', /home", ".., /", "../.., /", "../../etc/passwd, /etc/passwd", "/../../etc, /etc", "/.., /", "a, /home/a",
        "a/, /home/a", "//a///b//, /a/b", "/./a/./b/., /a/b", "/a/../b, /b", "a/../../../b, /b", "..., /home/...", "/a/..b, /a/..b",
    })
    void pathsAreResolvedAsInAChangedRoot(String text, String expected) throws Exception {
        assertEquals(expected, StorePath.ROOT.resolve("home").resolve(text).toString());
    }

    @Test
    void namesOfUnfinishedUploadsCannotBeGiven() {
        String name = Temporary.name();
        assertTrue(Temporary.is(name));
        assertThrows(BadPathException.class, () -> StorePath.ROOT.resolve("/x/" + name));
        assertThrows(BadPathException.class, () -> StorePath.ROOT.resolve(name + "/x"));
        assertFalse(Temporary.is(name + "x"));
        assertFalse(Temporary.is(name.toUpperCase()));
        assertFalse(Temporary.is(".sshd-ftp-.part"));
    }

    @Test
    void rightsGoByWholeNames() throws Exception {
        Rights read = new Rights(true, false, false, true);
        Access access = new Access(Map.of(StorePath.ROOT, read, path("/up"), Rights.ALL, path("/up/no"), Rights.NONE));
        assertEquals(read, access.at(StorePath.ROOT));
        assertEquals(Rights.ALL, access.at(path("/up")));
        assertEquals(Rights.ALL, access.at(path("/up/a/b")));
        assertEquals(read, access.at(path("/upload2")));
        assertEquals(read, access.at(path("/Up")));
        assertEquals(read, access.at(path("/up2/../x")));
        assertEquals(Rights.NONE, access.at(path("/up/no/x")));
        assertEquals(Rights.ALL, access.at(path("/up/none")));
        assertTrue(access.rulesBelow(StorePath.ROOT));
        assertTrue(access.rulesBelow(path("/up")));
        assertFalse(access.rulesBelow(path("/up/no")));
        assertFalse(access.visible(path("/up/no")));
        assertTrue(access.visible(path("/x")));
    }

    @Test
    void theWayToWhatIsAllowedIsVisible() throws Exception {
        Access access = new Access(Map.of(StorePath.ROOT, Rights.NONE, path("/a/b"), Rights.ALL));
        assertTrue(access.visible(StorePath.ROOT));
        assertTrue(access.visible(path("/a")));
        assertTrue(access.visible(path("/a/b/c")));
        assertFalse(access.visible(path("/b")));
        assertThrows(IllegalArgumentException.class, () -> new Access(Map.of(path("/a"), Rights.ALL)));
    }

    private static StorePath path(String text) throws BadPathException {
        return StorePath.ROOT.resolve(text);
    }
}
