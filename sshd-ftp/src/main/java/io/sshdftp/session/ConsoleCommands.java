package io.sshdftp.session;

import java.util.ArrayList;
import java.util.List;

/** The commands of the console. No I/O. */
final class ConsoleCommands {
    static final int OK = 0;
    static final int USAGE = 2;
    /** What a shell exits with when there is no such command. */
    static final int NOT_FOUND = 127;

    private static final String KNOWN = "help, forwards, transfers, exit";
    private static final int MAX_LINES = 1000;
    private static final int MAX_WIDTH = 1024;
    private static final int MAX_SHOWN = 64;

    private final ConsoleView view;

    ConsoleCommands(ConsoleView view) {
        this.view = view;
    }

    /**
     * What a command says.
     *
     * @param out lines for standard output
     * @param err lines for standard error
     * @param status exit status, 0 to 255
     * @param exit true when the console is to end
     */
    record Answer(List<String> out, List<String> err, int status, boolean exit) {
        static Answer of(List<String> out) {
            return new Answer(out, List.of(), OK, false);
        }

        static Answer error(int status, String... lines) {
            return new Answer(List.of(), List.of(lines), status, false);
        }
    }

    /**
     * Runs one line.
     *
     * @param status what the line before it ended with; a blank line keeps it
     */
    Answer run(String line, int status) {
        String[] words = line.strip().split("\\s+");
        if (words[0].isEmpty()) {
            return new Answer(List.of(), List.of(), status, false);
        }
        String name = Text.printable(words[0], MAX_SHOWN);
        boolean known = List.of("help", "?", "forwards", "transfers", "exit").contains(words[0]);
        if (known && words.length > 1) {
            return Answer.error(USAGE, "sshd-ftp: " + name + " takes no arguments");
        }
        return switch (words[0]) {
            case "help", "?" -> Answer.of(view.recipes().lines());
            case "forwards" -> list(view.forwards(), "No forwards are in use on this connection.");
            case "transfers" -> list(view.transfers(), "No FTP transfer is under way on this connection.");
            case "exit" -> new Answer(List.of(), List.of(), OK, true);
            // What the three send when their user expects a server with files.
            case "scp", "rsync", "/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server" -> Answer.error(
                    NOT_FOUND,
                    "sshd-ftp: no " + name + " here: this gateway has no files, it forwards FTP",
                    "sshd-ftp: how to use it: " + view.recipes().sshCommand("help"));
            default -> Answer.error(
                    NOT_FOUND,
                    "sshd-ftp: " + name + ": no such command; there are " + KNOWN,
                    "sshd-ftp: how to use this gateway: " + view.recipes().sshCommand("help"));
        };
    }

    Answer tooLong() {
        return Answer.error(USAGE, "sshd-ftp: a line of more than " + ConsoleFactory.MAX_LINE_BYTES + " bytes was dropped");
    }

    private static Answer list(List<String> lines, String none) {
        if (lines.isEmpty()) {
            return Answer.of(List.of(none));
        }
        List<String> shown = new ArrayList<>();
        for (String line : lines.subList(0, Math.min(lines.size(), MAX_LINES))) {
            shown.add(Text.printable(line, MAX_WIDTH));
        }
        if (lines.size() > MAX_LINES) {
            shown.add("... and " + (lines.size() - MAX_LINES) + " more");
        }
        return Answer.of(shown);
    }
}
