package io.sshdftp.config;

/** Where a line stands. {@code line} counts from 1, 0 for the file as a whole; an override's line is its place on the command line. */
record Where(String file, int line) {
    static final String COMMAND_LINE = "command-line";

    boolean isCommandLine() {
        return file.equals(COMMAND_LINE);
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + " line " + line;
    }
}
