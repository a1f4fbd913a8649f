package io.sshdftp.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A line of an authorized_keys file, split: {@code [options] type base64 [comment]}. The options are not parsed yet, and the key is its
 * blob (RFC 4253 section 6.6), so that lines with keys of kinds that we do not know cost nothing and disturb nothing.
 */
record KeyLine(String options, String type, byte[] blob) {
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9@._-]{0,63}");

    /**
     * Splits {@code line}.
     *
     * @return empty for a comment and a blank line
     * @throws IllegalArgumentException when there is no key in it
     */
    static Optional<KeyLine> parse(String line) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        Optional<KeyLine> bare = key("", text);
        if (bare.isPresent()) {
            return bare;
        }
        int end = endOfOptions(text);
        return Optional.of(key(text.substring(0, end), text.substring(end).strip())
                .orElseThrow(() -> new IllegalArgumentException("there is no \"type base64\" of a public key in it, or it is cut short")));
    }

    /** As {@link #parse}, of a line that may have no options; empty where there is no key in it. */
    static Optional<KeyLine> bare(String line) {
        return key("", line.strip());
    }

    /** The first white space outside double quotes. */
    private static int endOfOptions(String text) {
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ' ' || c == '\t')) {
                return i;
            }
        }
        return text.length();
    }

    private static Optional<KeyLine> key(String options, String text) {
        String[] words = text.split("[ \t]+", 3);
        if (words.length < 2 || !TYPE.matcher(words[0]).matches()) {
            return Optional.empty();
        }
        byte[] blob;
        try {
            blob = Base64.getDecoder().decode(words[1]);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return isKey(words[0], blob) ? Optional.of(new KeyLine(options, words[0], blob)) : Optional.empty();
    }

    /** A blob is a run of SSH strings, the first of which is the type; that of a certificate only begins so. */
    private static boolean isKey(String type, byte[] blob) {
        ByteBuffer rest = ByteBuffer.wrap(blob);
        for (int field = 0; rest.hasRemaining(); field++) {
            if (rest.remaining() < 4) {
                return false;
            }
            int length = rest.getInt();
            if (length < 0 || length > rest.remaining()) {
                return false;
            }
            byte[] value = new byte[length];
            rest.get(value);
            if (field == 0 && !type.equals(new String(value, StandardCharsets.US_ASCII))) {
                return false;
            }
            if (field == 0 && type.contains("-cert-v01@")) {
                // There are numbers in it as well.
                return rest.hasRemaining();
            }
        }
        return blob.length > 4 + type.length();
    }
}
