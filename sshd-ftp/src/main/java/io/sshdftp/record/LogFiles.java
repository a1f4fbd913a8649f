package io.sshdftp.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of records. Whoever has a line never waits: one thread writes for all files.
 *
 * <p>ROTATION: a file is opened by its name, to append, for each batch of lines, and closed behind it. So the next line after a rename goes
 * to a new file, without a signal, and copytruncate works as well. (Logback's file appender keeps its file open, and drops lines of INFO
 * without a word when its queue fills.)
 *
 * <p>LOSS: lines that find the queue full, or a file that cannot be written (a full disk), are lost; they are counted, and the log of the
 * daemon says when it begins, and how many they were when it ends.
 *
 * <p>BOUNDS: {@value #QUEUE} lines and {@value #BYTES} bytes wait, those included that are being written: a disk may hang. THREADS: any.
 */
public final class LogFiles implements AutoCloseable {
    static final int QUEUE = 8192;
    static final int BYTES = 8 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);
    private static final FileAttribute<?> MODE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));
    private static final long END_LIMIT_MILLIS = 5000;

    /** @param bytes with the end of the line */
    private record Line(Path file, byte[] bytes) {}

    /** Wakes the thread. */
    private static final Line END = new Line(Path.of(""), new byte[0]);

    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(QUEUE);
    /** Bytes of the lines that are not written yet. */
    private final AtomicLong waiting = new AtomicLong();
    private final LongAdder overflow = new LongAdder();
    private final LongAdder lostInAll = new LongAdder();
    private final Thread writer = new Thread(this::write, "records");
    private volatile boolean closing;

    /** Lost since the file could be written the last time; the writer's. */
    private final Map<Path, Long> lost = new HashMap<>();
    /** Files whose last line may be cut short; the writer's. */
    private final Set<Path> torn = new HashSet<>();

    private boolean overflowing;

    public LogFiles() {
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Looks whether a file can be written, and makes it.
     *
     * @throws IOException says what is wrong, and what to do about it
     */
    public static void check(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("there is no directory " + folder + "; make it, for the user that the daemon runs as: install -d -m 0750 " + folder);
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("it is no regular file; name another one");
        }
        if (Files.exists(file) ? !Files.isWritable(file) : !Files.isWritable(folder)) {
            throw new IOException("the user that the daemon runs as may not write it; change the owner of it or of " + folder);
        }
    }

    /** @param text without an end of line, and with none inside */
    void line(Path file, String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        if (waiting.addAndGet(bytes.length) > BYTES || !queue.offer(new Line(file, bytes))) {
            waiting.addAndGet(-bytes.length);
            overflow.increment();
            lostInAll.increment();
        }
    }

    /** Lines that are in no file, since the daemon began. */
    public long lost() {
        return lostInAll.sum();
    }

    private void write() {
        List<Line> batch = new ArrayList<>();
        while (!closing || !queue.isEmpty()) {
            try {
                Line first = queue.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch);
                }
            } catch (InterruptedException e) {
                LOG.debug("interrupted", e);
            }
            tellOverflow();
            Map<Path, ByteArrayOutputStream> texts = new LinkedHashMap<>();
            Map<Path, Integer> counts = new HashMap<>();
            batch.remove(END);
            for (Line line : batch) {
                texts.computeIfAbsent(line.file(), this::begin).writeBytes(line.bytes());
                counts.merge(line.file(), 1, Integer::sum);
            }
            texts.forEach((file, text) -> write(file, ByteBuffer.wrap(text.toByteArray()), counts.get(file)));
            waiting.addAndGet(-batch.stream().mapToLong(line -> line.bytes().length).sum());
            batch.clear();
        }
    }

    private void tellOverflow() {
        long missed = overflow.sumThenReset();
        if (missed > 0 && !overflowing) {
            LOG.error("more records than can be written at once: the first of them are lost");
        }
        if (missed > 0) {
            LOG.error("{} records are lost: more came than could be written", missed);
        }
        overflowing = missed > 0;
    }

    private ByteArrayOutputStream begin(Path file) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        if (torn.contains(file)) {
            text.write('\n');
        }
        return text;
    }

    private void write(Path file, ByteBuffer bytes, int count) {
        int all = bytes.remaining();
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), MODE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException | RuntimeException e) {
            if (bytes.remaining() < all) {
                torn.add(file);
            }
            lostInAll.add(count);
            if (lost.merge(file, (long) count, Long::sum) == count) {
                LOG.error("{} cannot be written, and records are lost until it can: {}", file, e.toString());
            }
            return;
        }
        torn.remove(file);
        Long missed = lost.remove(file);
        if (missed != null) {
            LOG.error("{} can be written again; {} records are lost", file, missed);
        }
    }

    /** Writes what waits; takes no more than some seconds. Lines that come later are not written. */
    @Override
    public void close() {
        closing = true;
        // Where there is no room for it the thread is awake.
        queue.offer(END);
        try {
            writer.join(END_LIMIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
