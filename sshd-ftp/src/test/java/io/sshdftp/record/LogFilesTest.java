package io.sshdftp.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
class LogFilesTest {
    @TempDir
    private Path folder;

    private final LogFiles files = new LogFiles();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LogFiles.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(log);
    }

    @AfterEach
    void close() {
        files.close();
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private List<String> messages() {
        return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(5);
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).equals(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void linesInTheirOrderForTheOwnersEyes() throws Exception {
        Path file = folder.resolve("log");
        IntStream.range(0, 1000).forEach(i -> files.line(file, "line " + i));
        files.line(folder.resolve("other"), "\u00fc");
        files.close();
        assertEquals(IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList(), Files.readAllLines(file));
        assertEquals("\u00fc\n", Files.readString(folder.resolve("other")));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(0, files.lost());
    }

    @Test
    void aFileThatIsMovedAwayIsMadeAnew() throws Exception {
        Path file = folder.resolve("log");
        files.line(file, "one");
        await(() -> holds(file, "one\n"));
        Files.move(file, folder.resolve("log.1"));
        files.line(file, "two");
        await(() -> holds(file, "two\n"));
        // As copytruncate does.
        Files.write(file, new byte[0]);
        files.line(file, "three");
        await(() -> holds(file, "three\n"));
        assertEquals("one\n", Files.readString(folder.resolve("log.1")));
    }

    /** One line in the log when it begins, and one when it ends, with how many were lost. */
    @Test
    void whatCannotBeWrittenIsCounted() throws Exception {
        Path file = folder.resolve("away/log");
        files.line(file, "one");
        await(() -> files.lost() == 1);
        files.line(file, "two");
        await(() -> files.lost() == 2);
        Files.createDirectory(folder.resolve("away"));
        files.line(file, "three");
        await(() -> holds(file, "three\n"));
        await(() -> messages().size() == 2);
        assertTrue(messages().get(0).contains("cannot be written, and records are lost until it can"), messages().toString());
        assertTrue(messages().get(1).endsWith("can be written again; 2 records are lost"), messages().toString());
    }

    @Test
    void aFullDiskIsSaidAsWell() throws Exception {
        Path full = Path.of("/dev/full");
        files.line(full, "one");
        await(() -> messages().size() == 1);
        assertEquals(1, files.lost());
        assertTrue(messages().get(0).contains("No space left on device"), messages().toString());
    }

    @Test
    void nobodyWaitsAndWhatIsTooMuchIsCounted() throws Exception {
        Path file = folder.resolve("log");
        int sent = 20 * LogFiles.QUEUE;
        IntStream.range(0, sent).forEach(i -> files.line(file, "line " + i));
        files.close();
        assertEquals(sent, Files.readAllLines(file).size() + files.lost());
        assertEquals(files.lost() > 0, messages().stream().anyMatch(message -> message.contains("more came than could be written")));
    }

    /** The pipe that nobody reads is a disk that hangs: also the lines that are on their way to it count. */
    @Test
    void longLinesThatCannotBeWrittenAreFew() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        String line = "x".repeat((1 << 14) - 1);
        int room = LogFiles.BYTES >> 14;
        files.line(pipe, line);
        IntStream.range(0, room).forEach(i -> files.line(pipe, line));
        assertEquals(1, files.lost());
        try (FileChannel reader = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            readFully(reader, LogFiles.BYTES);
            // What is written makes room.
            await(() -> {
                long before = files.lost();
                files.line(pipe, line);
                return files.lost() == before;
            });
            readFully(reader, 1 << 14);
        }
    }

    private static void readFully(FileChannel from, int bytes) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(bytes);
        while (into.hasRemaining()) {
            from.read(into);
        }
    }

    @Test
    void aFileThatCannotBeIsSaidBefore() throws Exception {
        LogFiles.check(folder.resolve("new"));
        Files.createFile(folder.resolve("old"));
        LogFiles.check(folder.resolve("old"));
        String missing = assertThrows(IOException.class, () -> LogFiles.check(folder.resolve("away/log"))).getMessage();
        assertEquals("there is no directory " + folder.resolve("away") + "; make it, for the user that the daemon runs as: install -d -m 0750 "
                + folder.resolve("away"), missing);
        assertTrue(assertThrows(IOException.class, () -> LogFiles.check(folder)).getMessage().contains("no regular file"));
    }
}
