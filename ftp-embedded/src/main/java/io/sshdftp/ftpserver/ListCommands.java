package io.sshdftp.ftpserver;

import io.sshdftp.ftpserver.data.Blocks;
import io.sshdftp.ftpserver.data.DataPipe;
import io.sshdftp.store.FileStat;
import io.sshdftp.store.Listing;
import io.sshdftp.store.Store;
import io.sshdftp.store.StorePath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.impl.FtpIoSession;

/**
 * Directories over data connections, LIST, NLST and MLSD (RFC 959, 4.1.3; RFC 3659, 7), and over the control connection, STAT.
 *
 * <p>BOUND: {@value #SORTED} entries are held and sorted; those of a larger directory come as the disk has them.
 */
final class ListCommands {
    private static final int SORTED = 1000;
    /** Entries that STAT lists; its reply is made in memory. */
    private static final int STAT_ENTRIES = 1000;

    private static final String CRLF = "\r\n";

    private ListCommands() {}

    /**
     * What is to be listed.
     *
     * @param pattern of the names in {@code directory}; empty for all of them, hidden ones only if {@code all}
     * @param single a file, or a directory that is asked for itself, that is the only entry
     */
    private record Target(StorePath directory, Optional<String> pattern, boolean all, Optional<Listing.Entry> single) {
        boolean shows(String name) {
            return pattern.map(wanted -> Glob.matches(wanted, name)).orElse(all || !name.startsWith("."));
        }
    }

    /** Takes entries, one after the other. */
    private interface Sink {
        void accept(Listing.Entry entry) throws IOException;
    }

    static FtpReply list(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        Instant now = Instant.now();
        return transfer(session, pi, argument, entry -> ListLine.of(entry.name(), entry.stat(), now));
    }

    static FtpReply names(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        String asked = Options.of(argument).path();
        // Names come with the directory that was asked for, so that they can be sent back in RETR.
        String directory = asked.contains("/") && Glob.isPattern(asked) ? asked.substring(0, asked.lastIndexOf('/') + 1) : "";
        return transfer(session, pi, argument, entry -> directory + entry.name());
    }

    private static FtpReply transfer(FtpIoSession session, ServerPi pi, String argument, Function<Listing.Entry, String> line)
            throws IOException {
        pi.takeRange();
        try {
            Target target = target(pi, Options.of(argument));
            if (target.single().isPresent()) {
                return send(session, () -> {}, output -> output.write(line.apply(target.single().get())));
            }
            Listing listing = pi.login().store().list(target.directory());
            return send(session, listing, output -> sorted(listing, target, entry -> output.write(line.apply(entry))));
        } catch (NoSuchFileException e) {
            return missing(e);
        }
    }

    /** RFC 959 knows no 550 for these commands. */
    private static FtpReply missing(NoSuchFileException e) {
        return Reply.of(450, e.getFile() + ": no such file or directory");
    }

    static FtpReply machineList(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        pi.takeRange();
        Store store = pi.login().store();
        StorePath directory = FileCommands.path(pi, argument);
        if (!store.stat(directory).isDirectory()) {
            return Reply.of(501, directory + ": not a directory; MLST is for files");
        }
        Listing listing = store.list(directory);
        return send(session, listing, output -> {
            for (Optional<Listing.Entry> next = listing.next(); next.isPresent(); next = listing.next()) {
                Listing.Entry entry = next.get();
                output.write(pi.facts.of(store, directory.resolve(entry.name()), entry.stat()) + " " + entry.name());
            }
        });
    }

    /** STAT: of the session, or of files as LIST has them (RFC 959, 4.1.3). */
    static FtpReply status(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        if (argument.isEmpty()) {
            return pi.status();
        }
        Target target;
        List<Listing.Entry> entries = new ArrayList<>();
        try {
            target = target(pi, Options.of(argument));
            if (target.single().isPresent()) {
                entries.add(target.single().get());
            } else {
                try (Listing listing = pi.login().store().list(target.directory())) {
                    sorted(listing, target, entry -> {
                        if (entries.size() < STAT_ENTRIES) {
                            entries.add(entry);
                        }
                    });
                }
            }
        } catch (NoSuchFileException e) {
            return missing(e);
        }
        Instant now = Instant.now();
        List<String> lines = entries.stream().map(entry -> ListLine.of(entry.name(), entry.stat(), now)).toList();
        String end = entries.size() < STAT_ENTRIES ? "End" : "No more than " + STAT_ENTRIES + " are shown here; LIST shows all";
        return Reply.lines(target.single().isPresent() ? 213 : 212, "Status", lines, end);
    }

    /** Options as of {@code ls}, of which only {@code a}, {@code A} and {@code d} mean anything here, and a path. */
    private record Options(boolean all, boolean itself, String path) {
        static Options of(String argument) {
            String rest = argument;
            String letters = "";
            while (rest.startsWith("-")) {
                int blank = rest.indexOf(' ');
                letters += blank < 0 ? rest : rest.substring(0, blank);
                rest = blank < 0 ? "" : rest.substring(blank + 1);
            }
            return new Options(letters.contains("a") || letters.contains("A"), letters.contains("d"), rest);
        }
    }

    private static Target target(ServerPi pi, Options options) throws IOException {
        Store store = pi.login().store();
        StorePath path = FileCommands.path(pi, options.path());
        FileStat stat;
        try {
            stat = store.stat(path);
        } catch (NoSuchFileException e) {
            if (!Glob.isPattern(path.name()) || Glob.isPattern(path.parent().toString())) {
                throw e;
            }
            return new Target(path.parent(), Optional.of(path.name()), true, Optional.empty());
        }
        boolean itself = !stat.isDirectory() || options.itself();
        String name = options.path().isEmpty() ? "." : options.path();
        return new Target(
                path, Optional.empty(), options.all(), itself ? Optional.of(new Listing.Entry(name, stat)) : Optional.empty());
    }

    private static void sorted(Listing listing, Target target, Sink sink) throws IOException {
        List<Listing.Entry> held = new ArrayList<>();
        Optional<Listing.Entry> next = listing.next();
        for (; next.isPresent() && held.size() < SORTED; next = listing.next()) {
            if (target.shows(next.get().name())) {
                held.add(next.get());
            }
        }
        held.sort(Comparator.comparing(Listing.Entry::name));
        for (Listing.Entry entry : held) {
            sink.accept(entry);
        }
        for (; next.isPresent(); next = listing.next()) {
            if (target.shows(next.get().name())) {
                sink.accept(next.get());
            }
        }
    }

    /** What writes the lines. */
    private interface Lines {
        void write(Output output) throws IOException;
    }

    private static FtpReply send(FtpIoSession session, Closeable source, Lines lines) {
        return Transfer.run(session, source, "Here comes the directory", "Directory sent", pipe -> {
            Output output = new Output(session, pipe);
            lines.write(output);
            output.flush();
        });
    }

    /** Lines, gathered in blocks. */
    private static final class Output {
        private final Copy copy;
        private ByteBuffer block = Blocks.take();

        Output(FtpIoSession session, DataPipe pipe) {
            copy = new Copy(session, pipe);
        }

        void write(String line) throws IOException {
            byte[] bytes = (line + CRLF).getBytes(StandardCharsets.UTF_8);
            if (bytes.length > block.remaining()) {
                flush();
                block = Blocks.take();
            }
            block.put(bytes);
        }

        void flush() throws IOException {
            copy.put(block);
        }
    }
}
