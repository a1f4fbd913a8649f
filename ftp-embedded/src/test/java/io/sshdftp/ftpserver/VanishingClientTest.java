package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go away in the middle of whatever they do, many at a time: nothing of them stays, and no half file. */
@Timeout(180)
class VanishingClientTest {
    private static final long SEED = 20261121;
    private static final int CLIENTS = 8;
    private static final int ROUNDS = 40;

    @TempDir
    Path root;

    @Test
    void nothingOfThemStays() throws Exception {
        byte[] content = TransferTest.random(2_000_000);
        Files.write(root.resolve("f"), content);
        for (int i = 0; i < 300; i++) {
            Files.createFile(root.resolve("entry" + i));
        }
        try (FtpHost host = new FtpHost(root)) {
            MemoryFtpServer server = (MemoryFtpServer) host.server;
            Talk.loggedIn(host, "warm").ask("QUIT", 221);
            Waiting.until(() -> server.sessions() == 0);
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            try {
                List<Future<?>> running = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    Random random = new Random(SEED + client);
                    String user = "user" + client;
                    running.add(clients.submit(() -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            vanish(host, user, random, content);
                        }
                        return null;
                    }));
                }
                for (Future<?> each : running) {
                    each.get(150, TimeUnit.SECONDS);
                }
            } finally {
                clients.shutdownNow();
            }
            Waiting.until(() -> server.sessions() == 0 && server.logins() == 0);
            Waiting.until(() -> openFiles() == 0);
            try (Stream<Path> files = Files.list(root)) {
                for (Path file : (Iterable<Path>) files.filter(path -> !path.getFileName().toString().startsWith("entry"))::iterator) {
                    assertEquals(content.length, Files.size(file), "seed " + SEED + ": " + file);
                }
            }
            Talk after = Talk.loggedIn(host, "user0");
            assertEquals(content.length, after.fetch("RETR f").length);
        }
    }

    /** Files of the root that this process has open. */
    private long openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(this::isOfRoot).count();
        }
    }

    private boolean isOfRoot(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(root.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    private static void vanish(FtpHost host, String user, Random random, byte[] content) throws Exception {
        Talk talk = Talk.begin(host, user);
        try {
            if (random.nextInt(10) > 0) {
                talk.ask("USER " + user, 331);
                talk.ask("PASS x", 230);
                talk.ask("TYPE I", 200);
                step(talk, random, content);
            }
        } catch (IOException e) {
            // Gone while it was waiting for something.
        }
        switch (random.nextInt(4)) {
            case 0 -> talk.send("QUIT");
            case 1 -> talk.control.shutdownOutput();
            case 2 -> talk.raw("RETR");
            default -> talk.raw("NOOP\r\nABOR\r\nSTOR g\r\nRETR f\r\n");
        }
        talk.control.reset();
    }

    private static void step(Talk talk, Random random, byte[] content) throws IOException {
        if (random.nextInt(6) == 0) {
            talk.ask("EPSV", 229);
            talk.send(random.nextBoolean() ? "RETR f" : "STOR g");
            return;
        }
        MemorySocket data = talk.data();
        switch (random.nextInt(6)) {
            case 0 -> talk.send("RETR f");
            case 1 -> {
                talk.ask("RETR f", 150);
                data.getInputStream().readNBytes(random.nextInt(content.length / 2));
            }
            case 2 -> talk.ask("MLSD", 150);
            case 3 -> {
                talk.ask("STOR g", 150);
                data.getOutputStream().write(content, 0, random.nextInt(content.length - 1));
            }
            case 4 -> {
                talk.ask("STOR g" + random.nextInt(3), 150);
                data.getOutputStream().write(content);
                data.close();
            }
            default -> {
                talk.send("HASH f");
                talk.send("LIST");
            }
        }
        if (random.nextInt(3) == 0) {
            data.reset();
        }
    }
}
