package io.sshdftp.dist.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class LinePlotTest {
    private static final double LENGTH = 300;

    @ParameterizedTest
    @CsvSource({"0.3,0.5", "1,1", "1.01,2", "17,20", "51,100", "0,1"})
    void stepsAreRound(double value, double step) {
        assertEquals(step, Axis.roundStep(value), 1e-9);
    }

    @Test
    void aLinearAxisBeginsAtZeroAndReachesTheLargest() {
        Axis axis = Axis.linear(430);
        assertEquals(List.of(0.0, 100.0, 200.0, 300.0, 400.0, 500.0), axis.ticks());
        assertEquals(0, axis.place(0, LENGTH));
        assertEquals(LENGTH, axis.place(500, LENGTH), 1e-9);
        assertEquals(LENGTH / 2, axis.place(250, LENGTH), 1e-9);
    }

    @Test
    void equalRatiosAreEquallyFarApart() {
        Axis axis = Axis.logarithmic(List.of(1.0, 10.0, 1000.0));
        assertEquals(0, axis.place(1, LENGTH));
        assertEquals(LENGTH / 3, axis.place(10, LENGTH), 1e-9);
        assertEquals(LENGTH, axis.place(1000, LENGTH), 1e-9);
    }

    @Test
    void aSinglePlaceIsInTheMiddle() {
        assertEquals(LENGTH / 2, Axis.logarithmic(List.of(5.0)).place(5, LENGTH));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0.5,0.5", "20,20", "0.25,0.25", "1000,1000"})
    void labelsAreShort(double value, String label) {
        assertEquals(label, LinePlot.label(value));
    }

    @Test
    void theFileIsXmlWithEveryPointAndUnit() throws Exception {
        LinePlot plot = new LinePlot("A <title> & more", "connections", "memory, \"MB\"", List.of(
                new LinePlot.Line("one", List.of(point(1, 10), point(10, 20), point(100, 20))),
                new LinePlot.Line("two", List.of(point(1, 5)))));
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(plot.svg().getBytes(StandardCharsets.UTF_8)));
        List<String> texts = new ArrayList<>();
        NodeList nodes = svg.getElementsByTagName("text");
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        List<String> expected = List.of("A <title> & more", "connections", "memory, \"MB\"", "one", "two", "1", "10", "100", "0", "20");
        assertTrue(texts.containsAll(expected), texts::toString);
        NodeList points = svg.getElementsByTagName("circle");
        assertEquals(4, points.getLength());
        // The same height for the same value, and higher for a larger one: SVG counts downward.
        assertEquals(height(points, 1), height(points, 2));
        assertTrue(height(points, 0) > height(points, 1));
        assertTrue(height(points, 3) > height(points, 0));
    }

    private static LinePlot.Point point(double x, double y) {
        return new LinePlot.Point(x, new Spread(y, y, y));
    }

    private static double height(NodeList points, int number) {
        return Double.parseDouble(((Element) points.item(number)).getAttribute("cy"));
    }
}
