package io.sshdftp.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Without a database; with one it is tested where the daemon as a whole is. */
@Timeout(120)
class UserTableTest {
    @Test
    void onlyPostgresqlIsKnownAndOneUrlIsOneTable() {
        try (UserTables tables = new UserTables()) {
            assertThrows(IllegalArgumentException.class, () -> tables.at("jdbc:h2:mem:x"));
            String url = "jdbc:postgresql://127.0.0.1:1/x";
            assertSame(tables.at(url), tables.at(url));
        }
    }

    @Test
    void aDatabaseThatIsAwayIsToldOnceAndNamesThatNobodyHasAreNotAskedFor() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(UserTable.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (UserTables tables = new UserTables()) {
            UserTable table = tables.at("jdbc:postgresql://127.0.0.1:1/x?user=a&password=hush");
            assertEquals(Optional.empty(), table.find("no/name"));
            assertEquals(Optional.empty(), table.find("x".repeat(100_000)));
            assertEquals(List.of(), log.list);
            assertThrows(IOException.class, () -> table.find("alice"));
            assertThrows(IOException.class, () -> table.find("alice"));
            assertTrue(table.lookup("bob").toCompletableFuture().handle((user, failure) -> failure != null).get(60, TimeUnit.SECONDS));
            assertEquals(1, log.list.size(), log.list.toString());
            String line = log.list.get(0).getFormattedMessage();
            assertTrue(line.startsWith("VirtualUsers jdbc:postgresql://127.0.0.1:1/x: ") && line.endsWith("; logins are refused until it answers"),
                    line);
            assertNotNull(table.decoy("alice"));
            assertSame(table.decoy("alice"), table.decoy("alice"));
        } finally {
            logger.detachAppender(log);
        }
    }

    /** One that takes connections and says nothing holds nobody up for longer than the bound, however many ask. */
    @Test
    void aDatabaseThatHangsHoldsNobodyUpForEver() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")); UserTables tables = new UserTables()) {
            UserTable table = tables.at("jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/x?user=a");
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                all.add(table.lookup("user" + i).toCompletableFuture());
            }
            assertTrue(all.stream().anyMatch(CompletableFuture::isCompletedExceptionally), "more than may wait are refused at once");
            for (CompletableFuture<?> one : all) {
                assertTrue(one.handle((user, failure) -> failure != null).get(60, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void messagesShowNoPassword() {
        assertEquals("jdbc:postgresql://h:5432/d", Schema.shown("jdbc:postgresql://h:5432/d?user=x&password=y"));
        assertEquals("jdbc:postgresql://h/d", Schema.shown("jdbc:postgresql://u:p@h/d"));
    }
}
