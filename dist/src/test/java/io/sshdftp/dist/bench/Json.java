package io.sshdftp.dist.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Every single value, for other programs. */
final class Json {
    private Json() {}

    /** An object with the machine and an array of rows, each with its rounds in their order. */
    static String of(String machine, List<Outcome> outcomes) {
        return "{\n  \"machine\": " + string(machine) + ",\n  \"rows\": [\n"
                + outcomes.stream().map(Json::row).collect(Collectors.joining(",\n")) + "\n  ]\n}\n";
    }

    private static String row(Outcome outcome) {
        return "    {\"id\": " + string(outcome.scenario().id())
                + ", \"table\": " + string(outcome.scenario().group().heading())
                + ", \"title\": " + string(outcome.scenario().title())
                + outcome.failure().map(failure -> ", \"failure\": " + string(failure)).orElse("")
                + ", \"rounds\": ["
                + outcome.rounds().stream()
                        .map(round -> "\n      {\"sshd-ftp\": " + values(round.ours()) + ", \"sshd\": " + values(round.openSsh()) + "}")
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private static String values(Map<Metric, Double> values) {
        return values.entrySet().stream()
                .map(entry -> string(entry.getKey().name()) + ": " + String.format(Locale.ROOT, "%.4f", entry.getValue()))
                .sorted()
                .collect(Collectors.joining(", ", "{", "}"));
    }

    static String string(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                default -> json.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        return json.append('"').toString();
    }
}
