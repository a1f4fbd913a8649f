package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A control connection that a test types into. */
final class Talk {
    private static final Pattern PORT = Pattern.compile("\\|\\|\\|(\\d+)\\|");

    final FtpHost.Visitor visitor;
    final MemorySocket control;
    private final BufferedReader replies;

    private Talk(FtpHost.Visitor visitor) throws IOException {
        this.visitor = visitor;
        this.control = visitor.socket();
        this.replies = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.UTF_8));
        expect(220);
    }

    /** One that has read the greeting. */
    static Talk begin(FtpHost host, String user) throws Exception {
        return new Talk(host.visitor(user));
    }

    static Talk of(FtpHost.Visitor visitor) throws IOException {
        return new Talk(visitor);
    }

    /** One that is logged in, with TYPE I. */
    static Talk loggedIn(FtpHost host, String user) throws Exception {
        Talk talk = begin(host, user);
        talk.ask("USER " + user, 331);
        talk.ask("PASS x", 230);
        talk.ask("TYPE I", 200);
        return talk;
    }

    void send(String line) throws IOException {
        raw(line + "\r\n");
    }

    void raw(String text) throws IOException {
        raw(text.getBytes(StandardCharsets.UTF_8));
    }

    void raw(byte[] bytes) throws IOException {
        control.getOutputStream().write(bytes);
    }

    /** The lines of the next reply, which must have this code. */
    List<String> expect(int code) throws IOException {
        List<String> lines = reply();
        assertEquals(code, Integer.parseInt(lines.get(0).substring(0, 3)), lines.toString());
        return lines;
    }

    /** The code of the next reply, whatever it is. */
    int anyReply() throws IOException {
        return Integer.parseInt(reply().get(0).substring(0, 3));
    }

    private List<String> reply() throws IOException {
        List<String> lines = new ArrayList<>();
        String line = replies.readLine();
        if (line == null) {
            throw new IOException("the control connection has ended");
        }
        lines.add(line);
        String end = line.substring(0, 3) + " ";
        while (!lines.get(lines.size() - 1).startsWith(end)) {
            lines.add(replies.readLine());
        }
        return lines;
    }

    List<String> ask(String line, int code) throws IOException {
        send(line);
        return expect(code);
    }

    /** The end of the control connection, after what it still says. */
    void expectEnd() throws IOException {
        String line = replies.readLine();
        if (line != null) {
            throw new AssertionError("still there: " + line);
        }
    }

    /** A data connection, by EPSV. */
    MemorySocket data() throws IOException {
        String reply = ask("EPSV", 229).get(0);
        Matcher matcher = PORT.matcher(reply);
        if (!matcher.find()) {
            throw new AssertionError(reply);
        }
        MemorySocket socket = new MemorySocket(visitor);
        socket.connect(new InetSocketAddress(FtpHost.LOCAL.getAddress(), Integer.parseInt(matcher.group(1))));
        return socket;
    }

    /** What a command sends over a new data connection; to its 226. */
    byte[] fetch(String command) throws IOException {
        MemorySocket data = data();
        ask(command, 150);
        byte[] all = readAll(data);
        expect(226);
        data.close();
        return all;
    }

    String fetchText(String command) throws IOException {
        return new String(fetch(command), StandardCharsets.UTF_8);
    }

    /** Sends data with a command; to its 226. */
    void store(String command, byte[] content) throws IOException {
        MemorySocket data = data();
        ask(command, 150);
        data.getOutputStream().write(content);
        data.close();
        expect(226);
    }

    static byte[] readAll(MemorySocket data) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = data.getInputStream();
        byte[] buffer = new byte[65_536];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            all.write(buffer, 0, count);
        }
        return all.toByteArray();
    }
}
