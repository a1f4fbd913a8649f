package io.sshdftp.sftp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command that an scp client runs at the server: {@code scp [-vqprd] -t TARGET} or {@code scp [-vqprd] -f SOURCE...}. The client means
 * the words for a shell. Of a shell's language quotes, backslashes and a {@code ~} in front are understood; everything else, {@code $} and
 * {@code ;} too, is part of a name.
 *
 * @param sink {@code -t}: files come to here
 * @param recursive {@code -r}
 * @param times {@code -p}: times and modes are kept
 * @param directory {@code -d}: the target must be a directory
 * @param paths one target, or the sources
 */
record ScpCommandLine(boolean sink, boolean recursive, boolean times, boolean directory, List<Word> paths) {
    /** Longest command, in characters; what a shell would take is more, and no use. */
    private static final int MAX_LENGTH = 64 * 1024;

    /**
     * A path.
     *
     * @param text without quotes
     * @param plain for each character of the text: it was not quoted, so that {@code *}, {@code ?} and {@code [} stand for others
     */
    record Word(String text, List<Boolean> plain) {
        static Word quoted(String text) {
            return new Word(text, text.chars().mapToObj(c -> false).toList());
        }
    }

    /** Reads a command; empty when it is not scp, or not one that a client runs. */
    static Optional<ScpCommandLine> parse(String command) {
        // A replacement character: MINA has read a byte that is no UTF-8, and nobody knows which file was meant.
        if (command.length() > MAX_LENGTH || command.indexOf('\uFFFD') >= 0) {
            return Optional.empty();
        }
        Optional<List<Word>> split = split(command);
        if (split.isEmpty() || split.get().isEmpty()) {
            return Optional.empty();
        }
        List<Word> words = split.get();
        String program = words.get(0).text();
        if (!program.equals("scp") && !program.endsWith("/scp")) {
            return Optional.empty();
        }
        StringBuilder letters = new StringBuilder();
        int at = 1;
        for (; at < words.size() && words.get(at).text().startsWith("-") && words.get(at).text().length() > 1; at++) {
            String word = words.get(at).text();
            if (word.equals("--")) {
                at++;
                break;
            }
            letters.append(word, 1, word.length());
        }
        boolean to = letters.indexOf("t") >= 0;
        boolean from = letters.indexOf("f") >= 0;
        List<Word> paths = words.subList(at, words.size()).stream().map(ScpCommandLine::home).toList();
        if (to == from || letters.chars().anyMatch(c -> "tfrpdvq".indexOf(c) < 0) || paths.isEmpty() || to && paths.size() > 1) {
            return Optional.empty();
        }
        return Optional.of(new ScpCommandLine(
                to, letters.indexOf("r") >= 0, letters.indexOf("p") >= 0, letters.indexOf("d") >= 0, paths));
    }

    /** A user's home is the root. */
    private static Word home(Word word) {
        String text = word.text();
        if ((text.equals("~") || text.startsWith("~/")) && word.plain().get(0)) {
            return text.length() < 3
                    ? Word.quoted("/")
                    : new Word(text.substring(1), word.plain().subList(1, text.length()));
        }
        return word;
    }

    /** Empty when a quote is left open. */
    private static Optional<List<Word>> split(String command) {
        List<Word> words = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        List<Boolean> plain = new ArrayList<>();
        boolean any = false;
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
                if (any) {
                    words.add(new Word(text.toString(), List.copyOf(plain)));
                    text.setLength(0);
                    plain.clear();
                    any = false;
                }
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
                any = true;
            } else if (c == quote) {
                quote = 0;
            } else {
                boolean escaped = c == '\\' && quote != '\'' && i + 1 < command.length() && escapes(quote, command.charAt(i + 1));
                if (escaped) {
                    c = command.charAt(++i);
                }
                text.append(c);
                plain.add(quote == 0 && !escaped);
                any = true;
            }
        }
        if (quote != 0) {
            return Optional.empty();
        }
        if (any) {
            words.add(new Word(text.toString(), List.copyOf(plain)));
        }
        return Optional.of(words);
    }

    /** Inside double quotes a backslash is one, but before these. */
    private static boolean escapes(char quote, char next) {
        return quote == 0 || "\"\\$`".indexOf(next) >= 0;
    }
}
