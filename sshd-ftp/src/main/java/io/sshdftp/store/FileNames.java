package io.sshdftp.store;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * File names as text, see {@link StorePath}, and as the bytes that the disk has. Java would take the bytes for text of the locale's encoding,
 * and lose those that are none; only its {@code file:} URIs carry them as they are.
 */
final class FileNames {
    /** The private characters for single bytes begin behind this one. */
    private static final char ESCAPE = '\uF700';

    private static final char LAST_ESCAPE = ESCAPE + 0xff;

    /** Whether {@link Path#toString} of a name is the text that its bytes are in UTF-8, where it has no replacement character. */
    private static final boolean UNICODE_LOCALE = isUnicode(System.getProperty("sun.jnu.encoding", ""));

    private FileNames() {}

    private static boolean isUnicode(String encoding) {
        return encoding.equalsIgnoreCase("UTF-8");
    }

    /**
     * Refuses what no file may be called.
     *
     * @param path for the message
     */
    static void check(String name, String path) throws BadPathException {
        if (name.chars().anyMatch(FileNames::isControl)) {
            throw new BadPathException(path, "a name has a control character in it");
        }
        if (Temporary.is(name)) {
            throw new BadPathException(path, "names of this form are kept for unfinished uploads");
        }
        byte[] bytes = bytes(name, path);
        if (bytes.length > StorePath.MAX_NAME_BYTES) {
            throw new BadPathException(path, "a name is longer than " + StorePath.MAX_NAME_BYTES + " bytes");
        }
        // What stands for a byte that needs no escape would be a second text for one name, and a way round the rules for the first.
        if (name.chars().anyMatch(FileNames::isEscape) && !text(bytes).equals(name)) {
            throw new BadPathException(path, "a name has a private character (U+F700 to U+F7FF) in it that stands for no byte");
        }
    }

    /** The text of the bytes of a name. */
    static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer decoded = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            int start = in.position();
            CoderResult result = decoder.decode(in, decoded, true);
            // Characters that the escapes use, or that would break a line, are given as their bytes.
            append(text, decoded.flip(), bytes, start);
            decoded.clear();
            for (int i = 0; result.isError() && i < result.length(); i++) {
                text.append((char) (ESCAPE + (in.get() & 0xff)));
            }
            decoder.reset();
        }
        return text.toString();
    }

    private static void append(StringBuilder text, CharBuffer good, byte[] bytes, int start) {
        int at = start;
        while (good.hasRemaining()) {
            char c = good.get();
            int length = c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
            if (isControl(c) || isEscape(c)) {
                for (int i = 0; i < length; i++) {
                    text.append((char) (ESCAPE + (bytes[at + i] & 0xff)));
                }
            } else {
                text.append(c);
            }
            at += length;
        }
    }

    /** The text of what a client sent as the bytes of a path: what is UTF-8 as it is, the other bytes escaped. */
    static String sent(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer decoded = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            CoderResult result = decoder.decode(in, decoded, true);
            text.append(decoded.flip());
            decoded.clear();
            for (int i = 0; result.isError() && i < result.length(); i++) {
                text.append((char) (ESCAPE + (in.get() & 0xff)));
            }
            decoder.reset();
        }
        return text.toString();
    }

    /** The bytes of a text with names in it, to be sent. Control characters stay escaped: they could end a line, or steer a terminal. */
    static byte[] toBeSent(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || isEscape(text.charAt(i)) && (text.charAt(i) & 0xff) >= 0x80) {
                bytes.writeBytes(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
                if (i < text.length()) {
                    bytes.write(text.charAt(i));
                }
                start = i + 1;
            }
        }
        return bytes.toByteArray();
    }

    /** The text of a name that a directory was read to hold. */
    static String text(Path name) {
        String text = name.toString();
        boolean exact = UNICODE_LOCALE
                ? text.chars().noneMatch(c -> c == '\uFFFD' || isControl(c) || isEscape(c))
                : text.chars().allMatch(c -> c < 0x7f && !isControl(c));
        if (exact) {
            return text;
        }
        // Percent signs and the bytes of the name; a slash behind it when there happens to be such a directory where the daemon runs.
        String raw = name.toUri().getRawPath();
        raw = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
        return text(unescaped(raw.substring(raw.lastIndexOf('/') + 1)));
    }

    /** The name for the disk of a text that {@link #check} has passed. */
    static Path path(String name) {
        boolean exact = UNICODE_LOCALE ? name.chars().noneMatch(FileNames::isEscape) : name.chars().allMatch(c -> c < 0x7f);
        if (exact) {
            return Path.of(name);
        }
        StringBuilder uri = new StringBuilder("file:///");
        try {
            for (byte b : bytes(name, name)) {
                uri.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        } catch (BadPathException e) {
            throw new IllegalArgumentException("not checked", e);
        }
        return Path.of(URI.create(uri.toString())).getFileName();
    }

    /** Length of a name or path on the disk. */
    static int length(String text) throws BadPathException {
        return bytes(text, text).length;
    }

    private static byte[] bytes(String text, String path) throws BadPathException {
        ByteBuffer out = ByteBuffer.allocate(3 * text.length());
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || isEscape(text.charAt(i))) {
                try {
                    out.put(encoder.encode(CharBuffer.wrap(text, start, i)));
                } catch (CharacterCodingException e) {
                    throw new BadPathException(path, "the name is no Unicode text");
                }
                if (i < text.length()) {
                    out.put((byte) text.charAt(i));
                }
                start = i + 1;
            }
        }
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    private static byte[] unescaped(String uri) {
        ByteBuffer out = ByteBuffer.allocate(uri.length());
        for (int i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) == '%') {
                out.put((byte) Integer.parseInt(uri.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.put((byte) uri.charAt(i));
            }
        }
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    private static boolean isControl(int c) {
        return c < ' ' || c == 0x7f;
    }

    private static boolean isEscape(int c) {
        return c > ESCAPE && c <= LAST_ESCAPE;
    }
}
