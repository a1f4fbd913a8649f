package io.sshdftp.config;

/** What is wrong with a value, in words that an administrator can act on; the reader adds the file, the line and the keyword. */
final class BadValue extends Exception {
    BadValue(String message) {
        super(message, null, false, false);
    }
}
