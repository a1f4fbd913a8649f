package io.sshdftp.ftpserver;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.filter.codec.ProtocolDecoderAdapter;
import org.apache.mina.filter.codec.ProtocolDecoderOutput;

/**
 * Makes {@link Request}s of a control connection's bytes: lines of UTF-8 (RFC 2640) that end in LF, a CR before it. Telnet's signals before
 * ABOR (RFC 959, 4.1.3) are left out.
 *
 * <p>BOUND: a line of {@value #MAX_LINE} bytes; a longer one is skipped, and answered once.
 */
final class RequestDecoder extends ProtocolDecoderAdapter {
    /** A path of PATH_MAX bytes, and room for what surrounds it. */
    static final int MAX_LINE = 16 * 1024;

    private static final int LOWEST_TELNET_COMMAND = 0xF0;

    private byte[] line = new byte[256];
    private int length;
    /** Bytes of a line too long that were not kept. */
    private int skipped;

    @Override
    public void decode(IoSession session, IoBuffer in, ProtocolDecoderOutput out) {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                out.write(request());
                length = 0;
                skipped = 0;
            } else if (length == MAX_LINE) {
                skipped++;
            } else {
                if (length == line.length) {
                    line = Arrays.copyOf(line, Math.min(MAX_LINE, length * 2));
                }
                line[length++] = b;
            }
        }
    }

    private Request request() {
        int size = length + skipped + 1;
        if (skipped > 0) {
            return Request.faulty("The command line is longer than " + MAX_LINE + " bytes", size);
        }
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        int start = 0;
        while (start < end && (line[start] & 0xFF) >= LOWEST_TELNET_COMMAND) {
            start++;
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, start, end - start)).toString();
            return text.isBlank() ? Request.faulty("No command", size) : Request.parse(text, size);
        } catch (CharacterCodingException e) {
            return Request.faulty("The command is no UTF-8; set the FTP client to UTF-8", size);
        }
    }
}
