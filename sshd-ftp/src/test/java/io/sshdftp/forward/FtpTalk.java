package io.sshdftp.forward;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An FTP client that says what the test wants said. */
final class FtpTalk implements AutoCloseable {
    private static final Pattern HOST_PORT = Pattern.compile("(\\d+),(\\d+),(\\d+),(\\d+),(\\d+),(\\d+)");

    final Socket control;
    private final BufferedReader lines;
    private final Proxy proxy;

    private FtpTalk(Proxy proxy, InetSocketAddress server) throws IOException {
        this.proxy = proxy;
        control = new Socket(proxy);
        // For the default data port: a listener at the port of this connection.
        control.setReuseAddress(true);
        control.bind(new InetSocketAddress("127.0.0.1", 0));
        control.connect(server, 20_000);
        control.setSoTimeout(30_000);
        lines = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    /** Through a port that the ssh client has forwarded, from 127.0.0.1. */
    static FtpTalk to(int port) throws IOException {
        FtpTalk talk = new FtpTalk(Proxy.NO_PROXY, new InetSocketAddress("127.0.0.1", port));
        talk.login();
        return talk;
    }

    /** Through the SOCKS server of the ssh client, for which the host stays a name. */
    static FtpTalk throughSocks(int socks, String host, int port) throws IOException {
        Proxy proxy = new Proxy(Proxy.Type.SOCKS, new InetSocketAddress("127.0.0.1", socks));
        FtpTalk talk = new FtpTalk(proxy, InetSocketAddress.createUnresolved(host, port));
        talk.login();
        return talk;
    }

    private void login() throws IOException {
        expect("220");
        command("USER u", "331");
        command("PASS p", "230");
    }

    void say(String command) throws IOException {
        control.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The next reply, which must begin so; continued lines are skipped. */
    String expect(String code) throws IOException {
        String line = lines.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = lines.readLine();
        }
        if (line == null || !line.startsWith(code)) {
            throw new AssertionError("expected " + code + ", not: " + line);
        }
        return line;
    }

    String command(String command, String code) throws IOException {
        say(command);
        return expect(code);
    }

    /** PASV or EPSV; the port that was named. */
    int passive(String verb) throws IOException {
        if (verb.equals("EPSV")) {
            String reply = command(verb, "229");
            return Integer.parseInt(reply.replaceAll(".*\\|(\\d+)\\|.*", "$1"));
        }
        Matcher matcher = HOST_PORT.matcher(command(verb, "227"));
        if (!matcher.find()) {
            throw new AssertionError("no address");
        }
        return Integer.parseInt(matcher.group(5)) * 256 + Integer.parseInt(matcher.group(6));
    }

    /** Connects as it did for the control connection. */
    Socket connect(String host, int port) throws IOException {
        Socket socket = new Socket(proxy);
        InetSocketAddress target =
                proxy == Proxy.NO_PROXY ? new InetSocketAddress(host, port) : InetSocketAddress.createUnresolved(host, port);
        socket.connect(target, 20_000);
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** Says PORT or EPRT for the listener. */
    void active(String verb, ServerSocket listener) throws IOException {
        int port = listener.getLocalPort();
        command(
                verb.equals("EPRT") ? "EPRT |1|127.0.0.1|" + port + "|" : "PORT 127,0,0,1," + port / 256 + "," + port % 256,
                "200");
    }

    /** One where {@link #listener} could listen, and nobody does. */
    static int freePort() throws IOException {
        try (ServerSocket any = listener(0)) {
            return any.getLocalPort();
        }
    }

    static ServerSocket listener(int port) throws IOException {
        ServerSocket listener = new ServerSocket(port, 5, InetAddress.getByName("127.0.0.1"));
        listener.setSoTimeout(30_000);
        return listener;
    }

    static byte[] read(Socket data) throws IOException {
        data.setSoTimeout(30_000);
        try (data) {
            return data.getInputStream().readAllBytes();
        }
    }

    static void write(Socket data, byte[] content) throws IOException {
        try (data) {
            data.getOutputStream().write(content);
        }
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}
