package io.sshdftp.dist.bench;

import io.sshdftp.dist.FtpServer;
import io.sshdftp.dist.Proc;
import io.sshdftp.dist.Vsftpd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** curl and an FTP server, with a control connection for each stream; EPSV, which is what curl begins with. */
final class FtpBulk extends Bulk {
    /** Where downloads of a measurement go: storing them costs, too. */
    private static final Path NOWHERE = Path.of("/dev/null");

    private final Kind kind;
    private final boolean scaling;

    /** Where the FTP server is, and what the figures are for. */
    enum Kind {
        /** On a host of its own; a row of {@link #TRANSFERS}. */
        BEHIND("ftp"),
        /** As before; a point of {@link #SCALING}. */
        SCALING("parallel"),
        /** Our daemon's own, in its process; for sshd, vsftpd on the same host, whose cost counts as the server's, too. */
        HERE("embedded");

        private final String name;

        Kind(String name) {
            this.name = name;
        }
    }

    FtpBulk(Direction direction, String cipher, int streams, long size, Kind kind) {
        super(direction, cipher, streams, size);
        this.kind = kind;
        this.scaling = kind == Kind.SCALING;
    }

    @Override
    String name() {
        return kind.name;
    }

    @Override
    public Group group() {
        return scaling ? SCALING : super.group();
    }

    @Override
    public OptionalInt amount() {
        return scaling ? OptionalInt.of(streams) : OptionalInt.empty();
    }

    @Override
    public String title() {
        String title = (scaling ? "" : "FTP " + direction + ", " + cipherName() + ", ") + streams + (streams == 1 ? " stream" : " streams");
        return title + (kind == Kind.HERE ? ", server on the gateway" : "");
    }

    /** Downloads are kept here and compared. */
    @Override
    public void prepare(ServerUnderTest server) {
        if (scaling && streams > 1) {
            // What differs from the first point is nothing that must be warm.
            return;
        }
        if (direction == Direction.UP) {
            super.prepare(server);
            return;
        }
        long bytes = warmUp();
        IntFunction<Path> kept = stream -> server.lab.hosts.open.resolve("downloaded-" + stream);
        transfer(server, bytes, kept);
        for (int i = 0; i < streams; i++) {
            checkAndDelete(server, kept.apply(i), bytes);
        }
    }

    @Override
    Run transfer(ServerUnderTest server, long bytes) {
        return transfer(server, bytes, stream -> NOWHERE);
    }

    private Run transfer(ServerUnderTest server, long bytes, IntFunction<Path> target) {
        try (FtpServer ftp = kind == Kind.HERE ? server.lab.onGateway(server.kind) : server.lab.vsftpd(streams);
                Link link = Link.open(server, cipher, kind == Kind.HERE ? server.ftpOnGateway() : server.ftp(streams))) {
            List<ProcessTree> processes = kind == Kind.HERE && ftp instanceof Vsftpd
                    ? List.of(server.processes(), new ProcessTree(ftp.proc().pid()))
                    : List.of(server.processes());
            String offered = server.lab.offer(ftp, bytes);
            Proc.Spec curl = new CurlBatch(server, ftp).spec(
                    streams,
                    IntStream.range(0, streams)
                            .mapToObj(i -> direction == Direction.DOWN
                                    ? CurlBatch.get(offered, target.apply(i))
                                    : CurlBatch.put(server.lab.content.file(bytes), FtpServer.FOLDER + "/" + uploaded(i)))
                            .toList(),
                    direction == Direction.DOWN ? "%{size_download}\\n" : "%{size_upload}\\n");
            processes.forEach(ProcessTree::forgetPeak);
            double cpu = processes.stream().mapToDouble(ProcessTree::cpuSeconds).sum();
            long start = System.nanoTime();
            Proc.Result result = curl.run(Lab.LIMIT);
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = processes.stream().mapToDouble(ProcessTree::cpuSeconds).sum() - cpu;
            double peak = processes.stream().mapToDouble(ProcessTree::peakRss).sum();
            link.assertUp();
            Map<String, Long> sizes = result.out().lines().collect(Collectors.groupingBy(line -> line, Collectors.counting()));
            if (result.exit() != 0 || !sizes.equals(Map.of(Long.toString(bytes), (long) streams))) {
                throw new AssertionError(streams + " times " + bytes + " bytes: " + result + "\n" + ftp.tail());
            }
            if (direction == Direction.UP) {
                for (int i = 0; i < streams; i++) {
                    checkAndDelete(server, ftp.folder().resolve(uploaded(i)), bytes);
                }
            }
            return new Run(seconds, cpu, peak);
        }
    }

    private static void checkAndDelete(ServerUnderTest server, Path file, long bytes) {
        server.lab.content.check(file, bytes);
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String uploaded(int stream) {
        return "uploaded-" + stream;
    }
}
