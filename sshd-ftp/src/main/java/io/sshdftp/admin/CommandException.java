package io.sshdftp.admin;

/** A command cannot be carried out; the message is for whoever gave it. */
final class CommandException extends Exception {
    CommandException(String message) {
        super(message);
    }
}
