package io.sshdftp.dist.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The result as tables in Markdown, whose columns are also straight where nothing renders them. */
final class Table {
    private static final int LONGEST_FAILURE = 200;

    private Table() {}

    /** A heading and a table for each group of rows, in the order in which they come. */
    static String of(List<Outcome> outcomes) {
        Map<Group, List<Outcome>> groups = new LinkedHashMap<>();
        outcomes.forEach(outcome -> groups.computeIfAbsent(outcome.scenario().group(), group -> new ArrayList<>()).add(outcome));
        List<String> tables = new ArrayList<>();
        groups.forEach((group, rows) ->
                tables.add("### " + group.heading() + "\n\n" + group.note() + "\n\n" + table(rows, group.metrics())));
        return String.join("\n", tables);
    }

    private static String table(List<Outcome> rows, List<Metric> metrics) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(head(metrics));
        rows.forEach(row -> cells.add(row(row, metrics)));
        return aligned(cells);
    }

    private static List<String> head(List<Metric> metrics) {
        List<String> head = new ArrayList<>(List.of(""));
        for (Metric metric : metrics) {
            head.add(metric.name() + ": " + ServerUnderTest.Kind.OURS.title);
            head.add(ServerUnderTest.Kind.OPENSSH.title);
            if (metric.compared()) {
                head.add("ratio");
            }
        }
        return head;
    }

    private static List<String> row(Outcome outcome, List<Metric> metrics) {
        List<String> row = new ArrayList<>(List.of(outcome.scenario().title()));
        if (outcome.failure().isPresent()) {
            row.add("FAILED: " + cell(outcome.failure().get()));
            return row;
        }
        for (Metric metric : metrics) {
            row.add(cell(outcome.ours(metric), metric.digits()));
            row.add(cell(outcome.openSsh(metric), metric.digits()));
            if (metric.compared()) {
                row.add(cell(outcome.ratio(metric), 2));
            }
        }
        return row;
    }

    private static String cell(Optional<Spread> spread, int digits) {
        return spread.map(some -> some.text(digits)).orElse("-");
    }

    /** The first line, without what would end the cell. */
    private static String cell(String failure) {
        String line = failure.lines().findFirst().orElse("").replace("|", "\\|");
        return line.length() > LONGEST_FAILURE ? line.substring(0, LONGEST_FAILURE) + "..." : line;
    }

    static String aligned(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                // A failure stands in the first cell of figures and may be long.
                if (row.size() == columns) {
                    widths[i] = Math.max(widths[i], row.get(i).length());
                }
            }
            widths[0] = Math.max(widths[0], row.get(0).length());
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            line(text, rows.get(r), widths);
            if (r == 0) {
                text.append('|');
                for (int width : widths) {
                    text.append("-".repeat(width + 2)).append('|');
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> row, int[] widths) {
        text.append('|');
        for (int i = 0; i < widths.length; i++) {
            String cell = i < row.size() ? row.get(i) : "";
            text.append(' ').append(cell).append(" ".repeat(Math.max(0, widths[i] - cell.length()))).append(" |");
        }
        text.append('\n');
    }
}
