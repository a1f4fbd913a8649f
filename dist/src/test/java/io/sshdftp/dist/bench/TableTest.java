package io.sshdftp.dist.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final Metric SPEED = new Metric("MB/s", 0, true);
    private static final Metric SIZE = new Metric("MB", 1, false);
    private static final Group GROUP = new Group("Heading", "What it means.", List.of(SPEED, SIZE));

    private record Row(String id, Group group) implements Scenario {
        @Override
        public String title() {
            return "row " + id;
        }

        @Override
        public Map<Metric, Double> measure(ServerUnderTest server) {
            throw new UnsupportedOperationException();
        }
    }

    private static Outcome outcome(Group group, double[]... rounds) {
        Outcome outcome = new Outcome(new Row("a", group));
        for (double[] round : rounds) {
            outcome.add(new Outcome.Round(Map.of(SPEED, round[0], SIZE, 1.0), Map.of(SPEED, round[1], SIZE, 2.0)));
        }
        return outcome;
    }

    /** The ratio of the medians would be 2. */
    @Test
    void theRatioIsTakenWithinARound() {
        Outcome outcome = outcome(GROUP, new double[] {100, 100}, new double[] {200, 50}, new double[] {300, 300});
        assertEquals(Optional.of(new Spread(1, 1, 4)), outcome.ratio(SPEED));
    }

    /** The kernel counts processor time in hundredths of a second. */
    @Test
    void thereIsNoRatioToNothing() {
        Outcome outcome = outcome(GROUP, new double[] {1, 0});
        assertEquals(Optional.empty(), outcome.ratio(SPEED));
        assertTrue(Table.of(List.of(outcome)).contains("| 0            | -     |"), () -> Table.of(List.of(outcome)));
    }

    @Test
    void columnsAreStraight() {
        String table = Table.of(List.of(outcome(GROUP, new double[] {100, 50}, new double[] {200, 50})));
        assertEquals(
                """
                ### Heading

                What it means.

                |       | MB/s: sshd-ftp | OpenSSH sshd | ratio            | MB: sshd-ftp | OpenSSH sshd |
                |-------|----------------|--------------|------------------|--------------|--------------|
                | row a | 150 (100-200)  | 50           | 3.00 (2.00-4.00) | 1.0          | 2.0          |
                """,
                table);
    }

    @Test
    void aRowThatFailedSaysSoInOneLine() {
        Outcome failed = new Outcome(new Row("b", GROUP));
        failed.fail("round 2, sshd-ftp: a|b\nmore");
        String table = Table.of(List.of(outcome(GROUP, new double[] {1, 1}), failed));
        assertTrue(table.contains("| row b | FAILED: round 2, sshd-ftp: a\\|b |"), table);
        assertEquals(8, table.lines().count(), table);
    }

    @Test
    void eachGroupIsATable() {
        Group other = new Group("Other", "", List.of(SPEED));
        String text = Table.of(List.of(
                outcome(GROUP, new double[] {1, 1}), outcome(other, new double[] {1, 1}), outcome(GROUP, new double[] {2, 2})));
        assertEquals(List.of("### Heading", "### Other"), text.lines().filter(line -> line.startsWith("#")).toList());
    }
}
