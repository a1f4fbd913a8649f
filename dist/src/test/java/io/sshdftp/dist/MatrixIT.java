package io.sshdftp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every ssh client with every FTP client, FTP server and mode, through the packaged daemon: {@link Transfers#all} in each cell. A
 * table of what ran goes to {@code target/matrix.md}.
 *
 * <p>The system properties {@code sshdftp.matrix.only}, a regular expression over the cells' names, {@code
 * sshdftp.matrix.parallel}, how many cells run at the same time, and {@code sshdftp.matrix.full}, with which every cell moves the
 * most, are for work on one of them.
 */
class MatrixIT {
    private static final int PARALLEL = Integer.getInteger("sshdftp.matrix.parallel", 3);
    private static final boolean FULL = Boolean.getBoolean("sshdftp.matrix.full");
    private static final String ONLY = System.getProperty("sshdftp.matrix.only", "");
    private static final int BIG_MEBIBYTES = 100;
    private static final int MEBIBYTES = 8;
    private static final int MANY_FILES = 300;
    private static final int SOME_FILES = 40;

    private static final Map<MatrixCell, String> RESULTS = new ConcurrentHashMap<>();
    private static final Set<MatrixCell> BIG = big();

    private static MatrixWorld.Pool worlds;

    @BeforeAll
    static void up() {
        worlds = new MatrixWorld.Pool(PARALLEL);
    }

    @AfterAll
    static void down() {
        if (worlds != null) {
            worlds.close();
            write(Daemon.dist().resolveSibling("matrix.md"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    @Execution(ExecutionMode.CONCURRENT)
    void works(MatrixCell cell) {
        worlds.with(world -> {
            RESULTS.put(cell, "failed");
            FtpServer server = world.server(cell.server());
            Daemon daemon = world.daemon(cell.leg());
            try (Proc ssh = cell.ssh().start(world.hosts, daemon, cell.forwards())) {
                try {
                    FtpClient client = cell.ftp().on(world.hosts.client, cell.access(server));
                    new Transfers(client, server)
                            .all(FULL || BIG.contains(cell) ? BIG_MEBIBYTES : MEBIBYTES, manyFiles(cell) ? MANY_FILES : SOME_FILES);
                } catch (AssertionError e) {
                    throw new AssertionError(cell + "\n" + e.getMessage() + "\n" + ssh.tail() + "\n" + world.tail(), e);
                }
            }
            RESULTS.put(cell, "ok");
        });
    }

    static Stream<MatrixCell> cells() {
        return MatrixCell.all().stream().filter(cell -> ONLY.isEmpty() || cell.toString().matches(".*(" + ONLY + ").*"));
    }

    /** Every combination of programs moves them in one passive and one active mode; forty files show the rest. */
    private static boolean manyFiles(MatrixCell cell) {
        return FULL || cell.leg() == ServerLeg.SAME && (cell.mode() == DataMode.EPSV || cell.mode() == DataMode.PORT);
    }

    /** The first cell of each pair of an FTP server and a path. */
    private static Set<MatrixCell> big() {
        Set<List<Object>> seen = new HashSet<>();
        return MatrixCell.all().stream()
                .filter(cell -> seen.add(List.of(cell.server(), cell.path())))
                .collect(Collectors.toSet());
    }

    private static void write(Path file) {
        List<DataMode> modes = List.of(DataMode.values());
        List<String> lines = new ArrayList<>();
        lines.add("| ssh client | forwards | FTP client | FTP server | "
                + modes.stream().map(DataMode::name).collect(Collectors.joining(" | ")) + " |");
        lines.add("|---|---|---|---|" + "---|".repeat(modes.size()));
        Set<String> rows = new HashSet<>();
        for (MatrixCell cell : MatrixCell.all()) {
            String head = "| " + cell.ssh().title + " | `" + cell.path().option + "` | " + name(cell.ftp()) + " | " + name(cell.server()) + " | ";
            if (rows.add(head)) {
                lines.add(head + modes.stream().map(mode -> entry(cell, mode)).collect(Collectors.joining(" | ")) + " |");
            }
        }
        lines.add("");
        lines.add("An entry names the values of FtpServerDataMode that ran: `same`, and the one that makes the server leg differ from");
        lines.add("the client's mode. Left out: `-R 1080` with PuTTY and Dropbear, `-D` with Dropbear, SOCKS with lftp (they have none); EPRT of");
        lines.add("lftp with PuTTY and Dropbear (lftp sends it over IPv6 only, and not through loopback; they forward from loopback only).");
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String entry(MatrixCell row, DataMode mode) {
        return Stream.of(ServerLeg.values())
                .map(leg -> new MatrixCell(row.ssh(), row.path(), row.ftp(), row.server(), mode, leg))
                .filter(RESULTS::containsKey)
                .map(cell -> cell.leg().value() + (RESULTS.get(cell).equals("ok") ? "" : " FAILED"))
                .collect(Collectors.joining(", "));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
