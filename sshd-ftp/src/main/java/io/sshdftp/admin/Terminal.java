package io.sshdftp.admin;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Who sits there: asks for passwords, and reads standard input. */
final class Terminal {
    private static final int MAX_PASSWORD = 1024;

    private final InputStream in;
    private final Optional<Console> console;
    private final boolean shows;

    /** Of this process. */
    static Terminal ofProcess() {
        Console console = System.console();
        boolean usable = console != null && isTerminal(console);
        return new Terminal(System.in, usable ? Optional.of(console) : Optional.empty(), !usable && isInputTerminal());
    }

    /** @param shows whether what is typed on {@code in} is seen */
    Terminal(InputStream in, Optional<Console> console, boolean shows) {
        this.in = in;
        this.console = console;
        this.shows = shows;
    }

    /** Java has a console only where standard output is a terminal, too. */
    private static boolean isInputTerminal() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString().matches("/dev/(pts/\\d+|tty.*|console)");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** From Java 22 on there is a console where there is no terminal; before that, having one says it all. */
    private static boolean isTerminal(Console console) {
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /**
     * Asks for a new password, twice and without showing it; or reads a line of standard input where that is no terminal.
     *
     * @return in UTF-8; to be wiped by the caller
     */
    byte[] newPassword(String user) throws IOException, CommandException {
        if (shows) {
            throw new CommandException("the password would be seen when you type it, because standard output is no terminal; run the command"
                    + " without a pipe behind it, or give the password by standard input");
        }
        if (console.isEmpty()) {
            byte[] line = line();
            requireGood(line);
            return line;
        }
        char[] first = ask("New password for " + user + ": ");
        char[] second = ask("Once more: ");
        try {
            if (!Arrays.equals(first, second)) {
                throw new CommandException("the two passwords are not the same; nothing was changed");
            }
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(first));
            byte[] password = new byte[encoded.remaining()];
            encoded.get(password);
            Arrays.fill(encoded.array(), (byte) 0);
            requireGood(password);
            return password;
        } catch (CharacterCodingException e) {
            throw new CommandException("the password is no Unicode text");
        } finally {
            Arrays.fill(first, '\0');
            Arrays.fill(second, '\0');
        }
    }

    private char[] ask(String prompt) throws CommandException {
        char[] answer = console.orElseThrow().readPassword("%s", prompt);
        if (answer == null) {
            throw new CommandException("no password was given; nothing was changed");
        }
        return answer;
    }

    private static void requireGood(byte[] password) throws CommandException {
        if (password.length == 0) {
            throw new CommandException("the password is empty, with which nobody can log in; nothing was changed");
        }
        for (byte b : password) {
            if (b == 0) {
                throw new CommandException("the password has a NUL in it, with which nobody can log in; nothing was changed");
            }
        }
        if (password.length > MAX_PASSWORD) {
            throw new CommandException("the password has more than " + MAX_PASSWORD + " bytes, with which nobody can log in; nothing was changed");
        }
    }

    /** Byte by byte: what follows may be meant for somebody else. */
    private byte[] line() throws IOException {
        byte[] line = new byte[MAX_PASSWORD + 1];
        int length = 0;
        for (int b = in.read(); b >= 0 && b != '\n' && length < line.length; b = in.read()) {
            line[length++] = (byte) b;
        }
        if (length > 0 && length < line.length && line[length - 1] == '\r') {
            length--;
        }
        byte[] result = Arrays.copyOf(line, length);
        Arrays.fill(line, (byte) 0);
        return result;
    }

    /** All of standard input, as text of at most {@code limit} bytes. */
    String input(int limit) throws IOException, CommandException {
        byte[] bytes = in.readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw new CommandException("standard input has more than " + limit + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
