package io.sshdftp.forward;

/** Host strings as clients send them: they end in log lines and in messages, so nothing but printable text gets that far. */
final class ForwardingHost {
    /** RFC 1035 section 2.3.4. */
    static final int MAX_LENGTH = 255;

    private ForwardingHost() {}

    /** True for 1 to 255 printable ASCII characters without a space, which every name and address is. */
    static boolean isValid(String host) {
        return !host.isEmpty() && host.length() <= MAX_LENGTH && host.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** What may be shown of a string that only informs. */
    static String printable(String text) {
        StringBuilder result = new StringBuilder();
        text.chars().limit(MAX_LENGTH).forEach(c -> result.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return result.toString();
    }

    /** True for what fits a TCP port field. */
    static boolean isPort(long port) {
        return port >= 0 && port <= 65535;
    }
}
