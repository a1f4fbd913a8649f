package io.sshdftp.dist.bench;

import io.sshdftp.dist.Proc;
import io.sshdftp.dist.Vsftpd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Many small downloads by one curl, one after the other over one control connection or several at a time. */
final class SmallFiles implements Scenario {
    /** How many files the table speaks of. */
    static final int COUNT = 300;

    static final int SIZE = 1_000;

    private static final Group GROUP = new Group(
            COUNT + " small FTP downloads, " + SIZE + " bytes each",
            "The cipher is the ssh client's default. With ssh -N, sshd leaves Nagle's algorithm on, and each step of a transfer waits for a"
                    + " delayed acknowledgement; so fewer files are measured through it where the row says so, and the time for " + COUNT
                    + " is the login and the first file plus " + (COUNT - 1) + " times the mean of the others.",
            List.of(Metric.PER_FILE, Metric.ALL_FILES));

    private final int parallel;
    private final int throughOpenSsh;

    /**
     * @param parallel how many at a time
     * @param throughOpenSsh how many files are measured through sshd
     */
    SmallFiles(int parallel, int throughOpenSsh) {
        this.parallel = parallel;
        this.throughOpenSsh = throughOpenSsh;
    }

    @Override
    public String id() {
        return "small-files-" + parallel;
    }

    @Override
    public Group group() {
        return GROUP;
    }

    @Override
    public String title() {
        return (parallel == 1 ? "one after the other" : parallel + " at a time")
                + (throughOpenSsh == COUNT ? "" : " (sshd: " + throughOpenSsh + " files)");
    }

    @Override
    public void prepare(ServerUnderTest server) {
        if (server.kind == ServerUnderTest.Kind.OURS) {
            measure(server);
        }
    }

    @Override
    public Map<Metric, Double> measure(ServerUnderTest server) {
        int count = server.kind == ServerUnderTest.Kind.OURS ? COUNT : throughOpenSsh;
        try (Vsftpd vsftpd = server.lab.vsftpd(parallel);
                Link link = Link.open(server, Catalogue.CHACHA, server.ftp(parallel))) {
            Path folder = Files.createTempDirectory(server.lab.hosts.open, "small-");
            String offered = server.lab.offer(vsftpd, SIZE);
            List<String> transfers = IntStream.range(0, count).mapToObj(i -> CurlBatch.get(offered, folder.resolve("f" + i))).toList();
            Proc.Spec curl = new CurlBatch(server, vsftpd).spec(parallel, transfers, "%{time_total}\\n");
            long start = System.nanoTime();
            Proc.Result result = curl.run(Lab.LIMIT);
            double wall = (System.nanoTime() - start) / 1e9;
            link.assertUp();
            if (result.exit() != 0) {
                throw new AssertionError(result + "\n" + vsftpd.tail());
            }
            for (int i = 0; i < count; i++) {
                server.lab.content.check(folder.resolve("f" + i), SIZE);
            }
            Proc.spec("rm", "-rf", "--", folder.toString()).runWell(Lab.LIMIT);
            List<Double> seconds = result.out().lines().map(Double::valueOf).toList();
            return parallel == 1 ? sequence(seconds) : Map.of(Metric.PER_FILE, wall / count * 1e3, Metric.ALL_FILES, wall / count * COUNT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first time has the login in it. */
    private static Map<Metric, Double> sequence(List<Double> seconds) {
        double mean = seconds.stream().skip(1).mapToDouble(Double::doubleValue).average().orElseThrow();
        return Map.of(Metric.PER_FILE, mean * 1e3, Metric.ALL_FILES, seconds.get(0) + (COUNT - 1) * mean);
    }
}
