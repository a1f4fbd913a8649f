package io.sshdftp.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * FTP clients that begin a download and read a little of it, as a process of its own. Arguments: the first control port, the first data
 * port, how many of each, how many sessions at each, the file. A data port belongs to the control port of the same number.
 */
final class StoppedReaders {
    private static final int LIMIT_MILLIS = 60_000;

    private StoppedReaders() {}

    public static void main(String[] args) throws Exception {
        int control = Integer.parseInt(args[0]);
        int data = Integer.parseInt(args[1]);
        int ports = Integer.parseInt(args[2]);
        int each = Integer.parseInt(args[3]);
        List<Socket> open = new ArrayList<>();
        for (int session = 0; session < each; session++) {
            for (int port = 0; port < ports; port++) {
                begin(control + port, data + port, args[4], open);
            }
        }
        System.out.println("all " + ports * each + " have begun");
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void begin(int controlPort, int dataPort, String file, List<Socket> open) throws IOException {
        Socket control = new Socket("127.0.0.1", controlPort);
        control.setSoTimeout(LIMIT_MILLIS);
        open.add(control);
        BufferedReader replies = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.UTF_8));
        expect(replies, "220");
        ask(control, replies, "USER demo", "331");
        ask(control, replies, "PASS x", "230");
        ask(control, replies, "TYPE I", "200");
        String reply = ask(control, replies, "EPSV", "229");
        Matcher port = Pattern.compile("\\|\\|\\|(\\d+)\\|").matcher(reply);
        if (!port.find() || !port.group(1).equals("30020")) {
            throw new IOException("not the forwarded port: " + reply);
        }
        Socket data = new Socket();
        data.setReceiveBufferSize(4096);
        data.connect(new java.net.InetSocketAddress("127.0.0.1", dataPort), LIMIT_MILLIS);
        data.setSoTimeout(LIMIT_MILLIS);
        open.add(data);
        ask(control, replies, "RETR " + file, "150");
        data.getInputStream().readNBytes(1000);
    }

    private static String ask(Socket control, BufferedReader replies, String command, String code) throws IOException {
        control.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        return expect(replies, code);
    }

    private static String expect(BufferedReader replies, String code) throws IOException {
        String line = replies.readLine();
        while (line != null && !line.matches("\\d{3} .*")) {
            line = replies.readLine();
        }
        if (line == null || !line.startsWith(code)) {
            throw new IOException("expected " + code + ", got " + line);
        }
        return line;
    }
}
