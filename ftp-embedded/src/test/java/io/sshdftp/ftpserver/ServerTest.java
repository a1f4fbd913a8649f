package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.embedded.EmbeddedServer;
import io.sshdftp.ftpserver.data.DataPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.mina.core.session.DummySession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ServerTest {
    @TempDir
    Path root;

    @Test
    void theDaemonFindsIt() throws Exception {
        EmbeddedServer.Provider provider = ServiceLoader.load(EmbeddedServer.Provider.class).findFirst().orElseThrow();
        try (EmbeddedServer server = provider.start()) {
            assertTrue(server instanceof MemoryFtpServer);
        }
    }

    /** FtpServer's name for the attribute is private to it. Were it another one, data connections would be sockets. */
    @Test
    void ftpServerTakesOurDataConnections() throws Exception {
        try (FtpHost host = new FtpHost(root)) {
            DataPorts ports = new DataPorts(host.loop, FtpHost.LOCAL, FtpHost.LOCAL, Duration.ofSeconds(1), Duration.ofSeconds(1));
            MemoryDataConnections ours = new MemoryDataConnections(ports);
            DummySession session = new DummySession();
            session.setAttribute(MemoryDataConnections.ATTRIBUTE, ours);
            assertSame(ours, new FtpIoSession(session, null).getDataConnection());
        }
    }

    @Test
    void theEndOfTheServerEndsEverything() throws Exception {
        Files.write(root.resolve("f"), TransferTest.random(5_000_000));
        FtpHost host = new FtpHost(root);
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("RETR f", 150);
        host.server.close();
        host.server.close();
        assertThrows(IOException.class, () -> Talk.readAll(data));
        assertThrows(ExecutionException.class, () -> host.visitor("bob"));
        host.close();
        Waiting.until(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName().matches("ftp-\\d+")));
    }

    /** Each of them holds a thread and buffers; nobody else is to notice. */
    @Test
    void clientsThatStandStillHoldUpNobody() throws Exception {
        int many = 200;
        Files.write(root.resolve("f"), TransferTest.random(5_000_000));
        try (FtpHost host = new FtpHost(root)) {
            List<Talk> stopped = new ArrayList<>();
            List<MemorySocket> data = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                Talk talk = Talk.loggedIn(host, "user" + i);
                data.add(talk.data());
                talk.ask("RETR f", 150);
                stopped.add(talk);
            }
            Talk other = Talk.loggedIn(host, "alice");
            assertEquals(5_000_000, other.fetch("RETR f").length);
            other.store("STOR g", new byte[100_000]);
            for (int i = 0; i < many; i++) {
                if (i % 2 == 0) {
                    assertEquals(5_000_000, Talk.readAll(data.get(i)).length);
                    stopped.get(i).expect(226);
                } else {
                    stopped.get(i).send("ABOR");
                    stopped.get(i).expect(426);
                    stopped.get(i).expect(226);
                }
            }
        }
    }

    /** Nobody counts those who have not logged in, so none of them may hold a thread. */
    @Test
    void aStrangerWhoDoesNotReadIsSentAway() throws Exception {
        try (FtpHost host = new FtpHost(root)) {
            Talk talk = Talk.begin(host, "alice");
            MemoryFtpServer server = (MemoryFtpServer) host.server;
            talk.raw("HELP\r\n".repeat(2000));
            Waiting.until(() -> server.sessions() == 0);
            Talk reader = Talk.loggedIn(host, "alice");
            reader.raw("HELP\r\n".repeat(2000));
            for (int i = 0; i < 2000; i++) {
                reader.expect(214);
            }
        }
    }

    /** Commands that nobody carries out yet count as what the connection has queued, so that its source can be stopped. */
    @Test
    void commandsThatWaitAreCounted() throws Exception {
        Files.write(root.resolve("f"), TransferTest.random(5_000_000));
        try (FtpHost host = new FtpHost(root)) {
            Talk talk = Talk.loggedIn(host, "alice");
            MemorySocket data = talk.data();
            talk.ask("RETR f", 150);
            String noops = "NOOP\r\n".repeat(1000);
            talk.raw(noops);
            assertTrue(talk.control.queued() >= noops.length(), "" + talk.control.queued());
            assertEquals(5_000_000, Talk.readAll(data).length);
            talk.expect(226);
            for (int i = 0; i < 1000; i++) {
                talk.expect(200);
            }
            Waiting.until(() -> talk.control.queued() == 0);
        }
    }

    /** A client that ends its side has what it sent carried out, and then the session ends. */
    @Test
    void commandsBeforeTheEndAreCarriedOut() throws Exception {
        try (FtpHost host = new FtpHost(root)) {
            Talk talk = Talk.loggedIn(host, "alice");
            talk.raw("MKD a\r\nMKD b\r\n");
            talk.control.shutdownOutput();
            talk.expect(257);
            talk.expect(257);
            talk.expectEnd();
        }
    }

    @Test
    void nothingStaysBehind() throws Exception {
        try (FtpHost host = new FtpHost(root)) {
            for (int i = 0; i < 50; i++) {
                Talk talk = Talk.loggedIn(host, "alice");
                talk.store("STOR f", new byte[1000]);
                if (i % 2 == 0) {
                    talk.ask("QUIT", 221);
                } else {
                    talk.control.reset();
                }
            }
            MemoryFtpServer server = (MemoryFtpServer) host.server;
            Waiting.until(() -> server.sessions() == 0 && server.logins() == 0);
        }
    }
}
