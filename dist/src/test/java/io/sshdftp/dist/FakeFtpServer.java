package io.sshdftp.dist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An FTP server that does what a script says, faults included, as a process of its own so that it can run on one of the
 * {@link Hosts}. Its standard output is a record of all that it saw. Arguments: address, port, script file.
 *
 * <p>A script is a list of sections, each the word {@code on} and a verb (or {@code connect}), with steps below it; {@code on RETR 2}
 * is for the second RETR of a connection and later ones. Verbs without a section are answered as an obliging server would. Steps:
 *
 * <pre>
 * say TEXT         a line to the client; $PASV and $EPSV stand for the port of a new data listener, $PORT for the port in two
 *                  numbers of one that listens at every address of the host
 * raw TEXT         the same without a line end; \r \n \0 \xHH
 * flood N C        N times the character C
 * noise N          N bytes of every value
 * accept           the data connection at the listener
 * dial             the data connection to the client's last PORT or EPRT
 * data             either of them, whichever the client asked for
 * send N           N bytes on the data connection
 * receive          from the data connection until it ends; records how many bytes, and whether by EOF or by reset
 * receive N        N bytes from the data connection
 * stall            nothing, until the client's control connection ends
 * pause MS         nothing for some time
 * close-data       an orderly end
 * reset-data       RST on the data connection
 * close            an orderly end of the control connection
 * reset            RST on the control connection
 * exit             the end of the whole process
 * </pre>
 */
final class FakeFtpServer {
    private static final Map<String, List<String>> OBLIGING = sections(List.of(
            "on connect", "say 220 ready",
            "on USER", "say 331 password?",
            "on PASS", "say 230 welcome",
            "on PWD", "say 257 \"/\"",
            "on CWD", "say 250 done",
            "on TYPE", "say 200 done",
            "on SYST", "say 215 UNIX Type: L8",
            "on FEAT", "say 211-Features:", "say  SIZE", "say  REST STREAM", "say 211 End",
            "on NOOP", "say 200 done",
            "on PASV", "say 227 Entering Passive Mode ($PASV)",
            "on EPSV", "say 229 Entering Extended Passive Mode (|||$EPSV|)",
            "on PORT", "say 200 PORT done",
            "on EPRT", "say 200 EPRT done",
            "on LIST", "say 150 coming", "data", "send 1000", "close-data", "say 226 done",
            "on NLST", "say 150 coming", "data", "send 1000", "close-data", "say 226 done",
            "on RETR", "say 150 coming", "data", "send 1000000", "close-data", "say 226 done",
            "on STOR", "say 150 go on", "data", "receive", "close-data", "say 226 done",
            "on ABOR", "say 226 nothing to abort",
            "on QUIT", "say 221 bye", "close"));

    private final Map<String, List<String>> script;
    private final Socket control;
    private final OutputStream out;
    private final Map<String, Integer> seen = new HashMap<>();
    private ServerSocket listener;
    private InetSocketAddress announced;
    private Socket data;

    private FakeFtpServer(Map<String, List<String>> script, Socket control) throws IOException {
        this.script = script;
        this.control = control;
        this.out = control.getOutputStream();
    }

    public static void main(String[] args) throws IOException {
        Map<String, List<String>> script = new HashMap<>(OBLIGING);
        script.putAll(sections(Files.readAllLines(Path.of(args[2]))));
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getByName(args[0]), Integer.parseInt(args[1])));
            record("listening");
            while (true) {
                Socket control = server.accept();
                Thread thread = new Thread(() -> serve(script, control));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    /** Starts the server on the FTP host, at one of its addresses, and returns once it listens. */
    static Proc start(Hosts hosts, String address, String... script) {
        Path file = FtpServer.write(hosts.open.resolve("script-" + System.nanoTime()), String.join("\n", script) + "\n");
        Proc proc = JavaTool.spec(hosts.ftp, FakeFtpServer.class, address, Integer.toString(FtpServer.PORT), file.toString()).start();
        proc.awaitLog("listening", FtpServer.LIMIT);
        return proc;
    }

    private static void serve(Map<String, List<String>> script, Socket control) {
        try (control) {
            record("connect from " + control.getRemoteSocketAddress());
            new FakeFtpServer(script, control).run();
            record("control ended");
        } catch (IOException e) {
            record("control ended: " + e.getMessage());
        }
    }

    private void run() throws IOException {
        perform("connect");
        InputStream in = control.getInputStream();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && !control.isClosed(); b = in.read()) {
            if (b != '\n') {
                line.write(b);
                continue;
            }
            String text = line.toString(StandardCharsets.ISO_8859_1).replaceFirst("\r$", "");
            line.reset();
            record("command " + JavaTool.visible(text));
            String verb = text.replaceAll("[^A-Za-z ]", "").trim().split(" ")[0].toUpperCase(Locale.ROOT);
            if (verb.equals("PORT") || verb.equals("EPRT")) {
                announced = JavaTool.announced(text);
            }
            perform(verb);
            if (control.isClosed()) {
                return;
            }
        }
    }

    private void perform(String verb) throws IOException {
        int count = seen.merge(verb, 1, Integer::sum);
        List<String> steps = script.get(verb);
        for (int i = 2; i <= count; i++) {
            steps = script.getOrDefault(verb + " " + i, steps);
        }
        if (steps == null) {
            steps = List.of("say 502 not here");
        }
        for (String step : steps) {
            String[] words = step.split(" ", 2);
            try {
                perform(words[0], words.length > 1 ? words[1] : "");
            } catch (IOException e) {
                record(step + " failed: " + e.getMessage());
                if (control.isClosed()) {
                    return;
                }
            }
        }
    }

    private void perform(String step, String argument) throws IOException {
        switch (step) {
            case "say" -> write(expand(argument) + "\r\n");
            case "raw" -> write(JavaTool.unescaped(expand(argument)));
            case "flood" -> {
                String[] words = argument.split(" ");
                JavaTool.repeat(out, Long.parseLong(words[0]), words[1].charAt(0));
            }
            case "noise" -> JavaTool.noise(out, Integer.parseInt(argument));
            case "accept" -> accept();
            case "dial" -> dial();
            case "data" -> {
                if (announced != null) {
                    dial();
                } else {
                    accept();
                }
            }
            case "send" -> JavaTool.repeat(data().getOutputStream(), Long.parseLong(argument), 'd');
            case "receive" -> receive(argument.isEmpty() ? Long.MAX_VALUE : Long.parseLong(argument));
            case "stall" -> stall();
            case "pause" -> pause(Long.parseLong(argument));
            case "close-data" -> data().close();
            case "reset-data" -> JavaTool.reset(data());
            case "close" -> control.close();
            case "reset" -> JavaTool.reset(control);
            case "exit" -> Runtime.getRuntime().halt(0);
            default -> throw new IllegalArgumentException("no such step: " + step);
        }
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private String expand(String text) throws IOException {
        if (!text.contains("$PASV") && !text.contains("$EPSV") && !text.contains("$PORT")) {
            return text;
        }
        if (listener != null) {
            listener.close();
        }
        announced = null;
        listener = new ServerSocket(0, 5, text.contains("$PORT") ? null : control.getLocalAddress());
        listener.setSoTimeout(20_000);
        int port = listener.getLocalPort();
        String host = control.getLocalAddress().getHostAddress().replace('.', ',');
        String numbers = (port >> 8) + "," + (port & 255);
        return text.replace("$PASV", host + "," + numbers).replace("$PORT", numbers).replace("$EPSV", Integer.toString(port));
    }

    private void accept() throws IOException {
        if (listener == null) {
            throw new IOException("there was no PASV");
        }
        data = listener.accept();
        record("data from " + data.getRemoteSocketAddress() + " at " + data.getLocalAddress().getHostAddress());
    }

    private void dial() throws IOException {
        if (announced == null) {
            throw new IOException("there was no PORT");
        }
        data = new Socket();
        data.connect(announced, 20_000);
        record("data to " + data.getRemoteSocketAddress());
    }

    private Socket data() throws IOException {
        if (data == null) {
            throw new IOException("no data connection");
        }
        return data;
    }

    private void receive(long limit) throws IOException {
        long received = 0;
        byte[] block = new byte[1 << 16];
        String end = "limit";
        try {
            InputStream in = data().getInputStream();
            while (received < limit) {
                int n = in.read(block, 0, (int) Math.min(block.length, limit - received));
                if (n < 0) {
                    end = "EOF";
                    break;
                }
                received += n;
            }
        } catch (java.net.SocketException e) {
            end = "reset";
        }
        record("received " + received + " bytes, then " + end);
    }

    private void stall() throws IOException {
        InputStream in = control.getInputStream();
        byte[] block = new byte[1024];
        int n = in.read(block);
        while (n >= 0) {
            record("while stalled " + JavaTool.visible(new String(block, 0, n, StandardCharsets.ISO_8859_1)));
            n = in.read(block);
        }
        control.close();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static synchronized void record(String what) {
        System.out.println(what);
        System.out.flush();
    }

    private static Map<String, List<String>> sections(List<String> lines) {
        Map<String, List<String>> sections = new HashMap<>();
        List<String> current = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("on ")) {
                current = new ArrayList<>();
                sections.put(line.substring(3).trim(), current);
            } else if (!line.isBlank()) {
                current.add(line);
            }
        }
        return sections;
    }
}
