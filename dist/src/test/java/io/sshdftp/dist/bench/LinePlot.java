package io.sshdftp.dist.bench;

import java.util.List;
import java.util.Locale;

/**
 * Lines over a logarithmic axis, as SVG without a background, in colours that can be read on a light and on a dark page.
 *
 * @param title above it
 * @param across what the horizontal axis shows, with its unit
 * @param up what the vertical axis shows, with its unit
 * @param lines each with at least one point
 */
record LinePlot(String title, String across, String up, List<Line> lines) {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int LEFT = 64;
    private static final int RIGHT = 24;
    private static final int TOP = 64;
    private static final int BOTTOM = 56;
    private static final List<String> COLOURS = List.of("#2f81f7", "#e0852b", "#3fb950", "#bc6cd9");

    /** A value for one place; the range is drawn behind the median. */
    record Point(double x, Spread y) {}

    /** Points from left to right, and what the legend calls them. */
    record Line(String name, List<Point> points) {}

    /** The whole file. */
    String svg() {
        Axis x = Axis.logarithmic(lines.stream().flatMap(line -> line.points().stream()).map(Point::x).distinct().sorted().toList());
        Axis y = Axis.linear(lines.stream().flatMap(line -> line.points().stream()).mapToDouble(point -> point.y().max()).max().orElse(1));
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT)
                .append("\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n")
                .append("<title>").append(escape(title)).append("</title>\n")
                .append("<style>text{fill:#768390}.grid{stroke:#768390;stroke-opacity:.35}.axis{stroke:#768390}</style>\n");
        text(svg, LEFT, 20, "start", " font-size=\"14\" font-weight=\"bold\"", title);
        axes(svg, x, y);
        for (int i = 0; i < lines.size(); i++) {
            line(svg, lines.get(i), COLOURS.get(i % COLOURS.size()), x, y);
            legend(svg, i, lines.get(i).name());
        }
        return svg.append("</svg>\n").toString();
    }

    private void axes(StringBuilder svg, Axis x, Axis y) {
        for (double tick : y.ticks()) {
            double at = vertical(y, tick);
            rule(svg, tick == 0 ? "axis" : "grid", LEFT, at, WIDTH - RIGHT, at);
            text(svg, LEFT - 8, at + 4, "end", "", label(tick));
        }
        for (double tick : x.ticks()) {
            double at = horizontal(x, tick);
            rule(svg, "axis", at, HEIGHT - BOTTOM, at, HEIGHT - BOTTOM + 5);
            text(svg, at, HEIGHT - BOTTOM + 19, "middle", "", label(tick));
        }
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", "", across);
        double middle = (TOP + HEIGHT - BOTTOM) / 2.0;
        text(svg, 16, middle, "middle", " transform=\"rotate(-90 16 " + number(middle) + ")\"", up);
    }

    private static void line(StringBuilder svg, Line line, String colour, Axis x, Axis y) {
        StringBuilder path = new StringBuilder();
        for (Point point : line.points()) {
            double across = horizontal(x, point.x());
            path.append(path.isEmpty() ? "M" : " L").append(number(across)).append(' ').append(number(vertical(y, point.y().median())));
            svg.append("<path d=\"M").append(number(across)).append(' ').append(number(vertical(y, point.y().min())))
                    .append(" V").append(number(vertical(y, point.y().max())))
                    .append("\" stroke=\"").append(colour).append("\" stroke-width=\"6\" stroke-opacity=\".3\"/>\n");
            svg.append("<circle cx=\"").append(number(across)).append("\" cy=\"").append(number(vertical(y, point.y().median())))
                    .append("\" r=\"3.5\" fill=\"").append(colour).append("\"/>\n");
        }
        svg.append("<path d=\"").append(path).append("\" fill=\"none\" stroke=\"").append(colour).append("\" stroke-width=\"2\"/>\n");
    }

    private static void legend(StringBuilder svg, int number, String name) {
        int at = LEFT + number * 150;
        svg.append("<path d=\"M").append(at).append(" 40 h22\" stroke=\"").append(COLOURS.get(number % COLOURS.size()))
                .append("\" stroke-width=\"3\"/>\n");
        text(svg, at + 28, 44, "start", "", name);
    }

    private static void rule(StringBuilder svg, String style, double x1, double y1, double x2, double y2) {
        svg.append("<path class=\"").append(style).append("\" d=\"M").append(number(x1)).append(' ').append(number(y1))
                .append(" L").append(number(x2)).append(' ').append(number(y2)).append("\"/>\n");
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String attributes, String text) {
        svg.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(y)).append("\" text-anchor=\"").append(anchor)
                .append('"').append(attributes).append('>').append(escape(text)).append("</text>\n");
    }

    private static double horizontal(Axis axis, double value) {
        return LEFT + 16 + axis.place(value, WIDTH - LEFT - RIGHT - 32);
    }

    private static double vertical(Axis axis, double value) {
        return HEIGHT - BOTTOM - axis.place(value, HEIGHT - TOP - BOTTOM);
    }

    /** A tick's value, as short as it can be. */
    static String label(double value) {
        String text = String.format(Locale.ROOT, "%.4f", value).replaceFirst("\\.?0+$", "");
        return value >= 10_000 ? String.format(Locale.ROOT, "%,.0f", value) : text;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
