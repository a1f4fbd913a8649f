package io.sshdftp.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads overrides and files into a flat list of entries, in the order in which they count; gathers errors and warnings on the way. */
final class ConfigReader {
    /** Deeper is a file that includes itself. */
    static final int MAX_DEPTH = 16;

    /** A file of directives has a few hundred lines; more is some other file. */
    static final int MAX_BYTES = 1 << 20;

    /** What one configuration may be made of. */
    static final int MAX_FILES = 256;

    /** A value and the Match lines under which it stands, outermost first; none for a global one. */
    record Entry(List<MatchRule> conditions, Directive<?> directive, Object value, Where where) {}

    final List<Entry> entries = new ArrayList<>();
    final List<String> errors = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();

    private final Path includeDirectory;
    /** The conditions around each Include that is being read, the innermost last. */
    private final List<List<MatchRule>> outer = new ArrayList<>();

    private List<MatchRule> conditions = List.of();
    private int files;

    /** @param includeDirectory where a relative Include starts */
    ConfigReader(Path includeDirectory) {
        this.includeDirectory = includeDirectory;
    }

    void override(String text, int number) {
        line(text, new Where(Where.COMMAND_LINE, number), 0);
    }

    /** @param depth how many Includes led here */
    void file(Path file, int depth) {
        Where whole = new Where(file.toString(), 0);
        if (++files > MAX_FILES) {
            error(whole, "more than " + MAX_FILES + " files; is Include naming the wrong directory?");
            return;
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            error(whole, "no such file; name the configuration with -f FILE");
            return;
        } catch (IOException e) {
            error(whole, "cannot be read: " + (Files.isDirectory(file) ? "it is a directory" : e.toString()));
            return;
        }
        if (bytes.length > MAX_BYTES) {
            error(whole, "longer than " + MAX_BYTES + " bytes; this is no sshd_config");
            return;
        }
        List<MatchRule> around = conditions;
        int number = 0;
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            decode(bytes, start, end, new Where(file.toString(), ++number), depth);
            start = end + 1;
        }
        // A Match ends with the file that holds it.
        conditions = around;
    }

    private void decode(byte[] bytes, int start, int end, Where where, int depth) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, end - start)).toString();
        } catch (CharacterCodingException e) {
            error(where, "not UTF-8; save the file as UTF-8");
            return;
        }
        if (text.indexOf('\0') >= 0) {
            error(where, "a NUL byte; this is no text file, or one in UTF-16: save it as UTF-8");
            return;
        }
        // The mark that some editors of Windows put first.
        line(where.line() == 1 && text.startsWith("\ufeff") ? text.substring(1) : text, where, depth);
    }

    private void line(String text, Where where, int depth) {
        String keyword = "";
        try {
            Words words = Words.split(text);
            keyword = words.keyword();
            if (!words.isBlank()) {
                directive(words, where, depth);
            }
        } catch (BadValue e) {
            error(where, (keyword.isEmpty() ? "" : keyword + ": ") + e.getMessage());
        }
    }

    private void directive(Words words, Where where, int depth) throws BadValue {
        String keyword = words.keyword();
        if (keyword.equalsIgnoreCase("Match")) {
            match(words.arguments(), where, depth);
        } else if (keyword.equalsIgnoreCase("Include")) {
            include(words.arguments(), where, depth);
        } else if (Directives.find(keyword).isPresent()) {
            Directive<?> directive = Directives.find(keyword).get();
            Object value = directive.type().parse(words.arguments(), warning -> warning(where, keyword, warning));
            checkScope(directive.scope(), directive.keyword());
            entries.add(new Entry(conditions, directive, value, where));
        } else if (ForeignKeyword.find(keyword).isPresent()) {
            foreign(ForeignKeyword.find(keyword).get(), words.arguments(), where);
        } else {
            error(where, "Bad configuration option: " + keyword + suggestion(keyword));
        }
    }

    private void foreign(ForeignKeyword row, List<String> arguments, Where where) throws BadValue {
        if (arguments.isEmpty()) {
            throw new BadValue("missing argument");
        }
        checkScope(row.scope(), row.keyword());
        if (row.isHarmless(arguments)) {
            return;
        }
        String text = "\"" + String.join(" ", arguments) + "\" is not supported: " + row.remedy();
        if (row.fatal()) {
            throw new BadValue(text);
        }
        warning(where, row.keyword(), text);
    }

    private void match(List<String> arguments, Where where, int depth) throws BadValue {
        if (where.isCommandLine()) {
            throw new BadValue("cannot be given on the command line; write it to a file");
        }
        // A Match ends the one before it in the same file, but not the one around the Include that led here.
        List<MatchRule> around = depth == 0 ? List.of() : outer.get(outer.size() - 1);
        MatchRule rule = MatchRule.NEVER;
        try {
            rule = MatchRule.parse(arguments);
        } finally {
            List<MatchRule> all = new ArrayList<>(around);
            all.add(rule);
            conditions = List.copyOf(all);
        }
    }

    private void include(List<String> arguments, Where where, int depth) throws BadValue {
        if (arguments.isEmpty()) {
            throw new BadValue("missing argument; expected file names, which may hold * and ?");
        }
        if (depth >= MAX_DEPTH) {
            throw new BadValue("more than " + MAX_DEPTH + " files deep; does a file include itself?");
        }
        for (String argument : arguments) {
            if (argument.isEmpty()) {
                throw new BadValue("the argument is empty");
            }
            List<Path> found = IncludePath.expand(argument, includeDirectory);
            if (found.isEmpty() && !IncludePath.isPattern(argument)) {
                warning(where, "Include", "there is no file " + includeDirectory.resolve(argument));
            }
            outer.add(conditions);
            for (Path file : found) {
                file(file, depth + 1);
            }
            outer.remove(outer.size() - 1);
        }
    }

    private void checkScope(Scope scope, String keyword) throws BadValue {
        if (scope == Scope.GLOBAL && !conditions.isEmpty()) {
            throw new BadValue("not allowed inside a Match block; move the line above the first Match");
        }
        if (scope == Scope.MATCH && conditions.stream().anyMatch(MatchRule::asksFtpHost)) {
            throw new BadValue("not allowed inside a Match block with FtpHost, for it holds for an SSH connection, whatever FTP server it"
                    + " leads to; move the line to a Match block without FtpHost");
        }
    }

    private static String suggestion(String keyword) {
        List<String> known = new ArrayList<>(ForeignKeyword.names());
        Directives.all().forEach(row -> known.add(row.keyword()));
        known.addAll(List.of("Match", "Include"));
        return Spelling.nearest(keyword, known).map(name -> " (did you mean " + name + "?)").orElse("");
    }

    private void warning(Where where, String keyword, String text) {
        warnings.add(where + ": " + keyword + ": " + text);
    }

    private void error(Where where, String text) {
        errors.add(where + ": " + text);
    }
}
