package io.sshdftp.dist.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * An FTP client that looks at the clock, as a process of its own. It logs in at 127.0.0.1 and downloads one file again and again, each time
 * in a new data connection, which it closes before it reads the last reply, as most clients do. Arguments: port, user, password, file, its
 * bytes and their CRC-32C, how many downloads. It prints for each of them the milliseconds from EPSV to the first byte, and to the end of
 * both the data and the reply 226.
 */
final class FtpProbe {
    private static final Pattern EXTENDED = Pattern.compile("^229 .*\\(\\|\\|\\|(\\d+)\\|\\)");
    private static final Pattern LAST = Pattern.compile("\\d{3} ");
    /** Its own classes are loaded and compiled in these, which are not reported. */
    private static final int WARM_UP = 8;
    /** Milliseconds for a connection or a single answer. */
    private static final int LIMIT = 30_000;

    private static final int BLOCK = 1 << 16;

    private final BufferedReader replies;
    private final OutputStream commands;
    private final long bytes;
    private final long crc;

    private FtpProbe(Socket control, long bytes, long crc) throws IOException {
        this.replies = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.ISO_8859_1));
        this.commands = control.getOutputStream();
        this.bytes = bytes;
        this.crc = crc;
    }

    public static void main(String[] args) throws IOException {
        int count = Integer.parseInt(args[6]);
        List<String> report = new ArrayList<>();
        try (Socket control = connect(Integer.parseInt(args[0]))) {
            FtpProbe probe = new FtpProbe(control, Long.parseLong(args[4]), Long.parseLong(args[5]));
            probe.expect("220");
            probe.send("USER " + args[1]);
            probe.expect("331");
            probe.send("PASS " + args[2]);
            probe.expect("230");
            probe.send("TYPE I");
            probe.expect("200");
            for (int i = -WARM_UP; i < count; i++) {
                String line = probe.download(args[3]);
                if (i >= 0) {
                    report.add(line);
                }
            }
        }
        report.forEach(System.out::println);
    }

    private String download(String file) throws IOException {
        long start = System.nanoTime();
        send("EPSV");
        Matcher port = EXTENDED.matcher(expect("229"));
        if (!port.find()) {
            throw new IOException("a 229 without a port");
        }
        double firstMillis;
        long received = 0;
        CRC32C seen = new CRC32C();
        try (Socket data = connect(Integer.parseInt(port.group(1)))) {
            send("RETR " + file);
            InputStream in = data.getInputStream();
            byte[] block = new byte[BLOCK];
            int n = in.read(block);
            firstMillis = (System.nanoTime() - start) / 1e6;
            for (; n >= 0; n = in.read(block)) {
                seen.update(block, 0, n);
                received += n;
            }
        }
        expect("150");
        expect("226");
        double wholeMillis = (System.nanoTime() - start) / 1e6;
        if (received != bytes || seen.getValue() != crc) {
            throw new IOException(received + " bytes with CRC-32C " + seen.getValue() + " in place of " + bytes + " with " + crc);
        }
        return firstMillis + " " + wholeMillis;
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port), LIMIT);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(LIMIT);
        return socket;
    }

    private void send(String command) throws IOException {
        commands.write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads a whole reply, RFC 959 section 4.2; returns its last line. */
    private String expect(String code) throws IOException {
        String line = replies.readLine();
        while (line != null && !LAST.matcher(line).lookingAt()) {
            line = replies.readLine();
        }
        if (line == null || !line.startsWith(code)) {
            throw new IOException("in place of " + code + ": " + line);
        }
        return line;
    }
}
