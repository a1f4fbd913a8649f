package io.sshdftp.dist.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void medianAndRangeInAnyOrder() {
        assertEquals(new Spread(3, 1, 9), Spread.of(List.of(9.0, 1.0, 3.0)));
        assertEquals(new Spread(2.5, 1, 9), Spread.of(List.of(9.0, 1.0, 3.0, 2.0)));
        assertEquals(new Spread(7, 7, 7), Spread.of(List.of(7.0)));
    }

    @Test
    void quantilesBetweenValues() {
        List<Double> values = List.of(10.0, 20.0, 30.0, 40.0, 50.0);
        assertEquals(10, Spread.quantile(values, 0));
        assertEquals(48, Spread.quantile(values, 0.95), 1e-9);
        assertEquals(50, Spread.quantile(values, 1));
    }

    @Test
    void noValuesHaveNoMedian() {
        assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
    }

    @Test
    void theRangeIsLeftOutWhereRoundingLeavesNone() {
        assertEquals("1.26 (1.20-1.31)", new Spread(1.255, 1.2, 1.31).text(2));
        assertEquals("700", new Spread(700.1, 699.8, 700.3).text(0));
    }
}
