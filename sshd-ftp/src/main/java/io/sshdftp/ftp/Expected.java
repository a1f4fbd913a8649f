package io.sshdftp.ftp;

/** One place in the order of replies that the client is owed: a server's reply to come, or one of ours that waits for its turn. */
sealed interface Expected {
    /** The client has had its answer already, and what the server still says here is dropped: nothing waits behind this place. */
    boolean isAnswered();

    /** The reply to a command of the client's, passed on. */
    final class Forwarded implements Expected {
        final Command command;
        final Rule rule;
        /** For a transfer; else null. */
        Exchange exchange;

        boolean sawPreliminary;
        boolean answered;

        Forwarded(Command command, Rule rule) {
            this.command = command;
            this.rule = rule;
        }

        @Override
        public boolean isAnswered() {
            return answered;
        }
    }

    /** The reply to a command of our own, for the set-up of an exchange. */
    final class Own implements Expected {
        final String verb;
        final Exchange exchange;
        /** When the server's silence is taken for a refusal; set once everything before has been answered. */
        long deadline = Exchange.NEVER;

        boolean answered;

        Own(String verb, Exchange exchange) {
            this.verb = verb;
            this.exchange = exchange;
        }

        @Override
        public boolean isAnswered() {
            return answered;
        }
    }

    /** A reply of ours, complete with CRLF. */
    record Local(byte[] wire) implements Expected {
        @Override
        public boolean isAnswered() {
            return false;
        }
    }
}
