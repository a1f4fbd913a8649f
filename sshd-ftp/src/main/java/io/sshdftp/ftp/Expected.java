package io.sshdftp.ftp;

/** One place in the order of replies that the client is owed: a server's reply to come, or one of ours that waits for its turn. */
sealed interface Expected {
    /** The reply to a command of the client's, passed on. */
    final class Forwarded implements Expected {
        final Command command;
        final Rule rule;
        /** For a transfer; else null. */
        Exchange exchange;

        boolean sawPreliminary;
        /** The client has been answered by us: what the server still says to it is dropped. */
        boolean answered;

        Forwarded(Command command, Rule rule) {
            this.command = command;
            this.rule = rule;
        }
    }

    /** The reply to a command of our own; goes to the set-up under way. */
    record Own(String verb) implements Expected {}

    /** A reply of ours, complete with CRLF. */
    record Local(byte[] wire) implements Expected {}
}
