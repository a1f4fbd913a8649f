package io.sshdftp.config;

import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How the value of a directive is written.
 *
 * @param expected what a good value looks like, to follow "expected"
 * @param maxWords how many arguments a line may have; at least one is always needed
 * @param parser makes the value of one line's arguments
 * @param formatter the lines, each a list of arguments, that parse back to the value; empty for a list with nothing in it
 * @param join what a second line of the directive adds to the first; empty where the first line wins
 */
record ValueType<T>(
        String expected,
        int maxWords,
        Parser<T> parser,
        Function<T, List<List<String>>> formatter,
        Optional<BinaryOperator<T>> join) {

    /** Makes a value of one line's arguments. */
    interface Parser<T> {
        /** @param warnings takes what was accepted with a reservation */
        T parse(List<String> words, Consumer<String> warnings) throws BadValue;
    }

    /** Makes a value of a single argument. */
    interface WordParser<T> {
        T parse(String word) throws BadValue;
    }

    T parse(List<String> words, Consumer<String> warnings) throws BadValue {
        if (words.isEmpty()) {
            throw new BadValue("missing argument; expected " + expected);
        }
        if (words.size() > maxWords) {
            throw new BadValue("extra arguments at the end of the line: \"" + String.join(" ", words.subList(maxWords, words.size()))
                    + "\"; expected " + expected);
        }
        return parser.parse(words, warnings);
    }

    /** One argument; the first line wins. */
    static <T> ValueType<T> word(String expected, WordParser<T> parser, Function<T, String> formatter) {
        return new ValueType<>(
                expected,
                1,
                (words, warnings) -> parser.parse(words.get(0)),
                value -> List.of(List.of(formatter.apply(value))),
                Optional.empty());
    }

    /** Any number of arguments on one line; the first line wins. */
    static <T> ValueType<T> line(String expected, Parser<T> parser, Function<T, List<String>> formatter) {
        return new ValueType<>(expected, Integer.MAX_VALUE, parser, value -> List.of(formatter.apply(value)), Optional.empty());
    }
}
