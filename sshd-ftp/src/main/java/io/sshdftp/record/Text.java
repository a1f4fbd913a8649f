package io.sshdftp.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What an FTP client or server wrote, in an encoding that nobody knows. */
final class Text {
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
}
