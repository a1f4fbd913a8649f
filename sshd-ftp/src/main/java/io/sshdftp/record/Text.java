package io.sshdftp.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What an FTP client or server wrote, in an encoding that nobody knows. */
final class Text {
    /** Characters of a value in the logs; no path of Linux is longer. */
    static final int MAX = 4096;

    private Text() {}

    /** @param bytes each a character; taken for UTF-8, or where they are none for ISO 8859-1 */
    static String of(String bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return bytes;
        }
    }

    /** As much of a value as goes into a log; behind what is cut stands how much that was. */
    static String cut(String value) {
        if (value.length() <= MAX) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(MAX - 1)) ? MAX - 1 : MAX;
        return value.substring(0, end) + "...[" + (value.length() - end) + " characters cut]";
    }
}
