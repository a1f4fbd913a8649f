package io.sshdftp.store;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/** File names as text, see {@link StorePath}. */
final class FileNames {
    /** Where the private characters for single bytes begin. */
    private static final char ESCAPE = '\uF700';

    private FileNames() {}

    /**
     * @param path for the message
     * @throws BadPathException when no file may be called {@code name}
     */
    static void check(String name, String path) throws BadPathException {
        if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new BadPathException(path, "a name has a control character in it");
        }
        int length = length(name);
        if (length > StorePath.MAX_NAME_BYTES) {
            throw new BadPathException(path, "a name is longer than " + StorePath.MAX_NAME_BYTES + " bytes");
        }
    }

    /** Length in UTF-8, with a byte for each escaped one. */
    static int length(String text) throws BadPathException {
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        try {
            ByteBuffer bytes = encoder.encode(CharBuffer.wrap(text));
            int escaped = (int) text.chars().filter(c -> c > ESCAPE && c <= ESCAPE + 0xff).count();
            return bytes.remaining() - 2 * escaped;
        } catch (CharacterCodingException e) {
            throw new BadPathException(text, "the name is no Unicode text");
        }
    }
}
