package io.sshdftp.dist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An FTP client that says exactly what a script says, as a process of its own so that it can run on one of the {@link Hosts}. Its
 * standard output is the transcript; the exit status is 0 when every expectation was met. Arguments: host, port, script file.
 *
 * <pre>
 * line TEXT           the text and CRLF
 * raw TEXT            the text alone; \r \n \0 \xHH
 * flood N C           N times the character C
 * noise N             N bytes of every value
 * expect REGEX        the next reply, all its lines joined by \n, matches somewhere
 * expect-end          the control connection ends, in whatever way
 * pasv, epsv          the command, a 227 or 229 reply, and its address kept
 * open [PORT]         the data connection to that address, or to another port of the control connection's host
 * port [HOST [PORT]]  listens; announces that listener, or another address or port in its place
 * eprt                the same with EPRT
 * default-port        listens at the port that the control connection comes from; announces nothing
 * accept              the data connection at the listener
 * no-accept MS        nobody connects to the listener in that time
 * upload N            N bytes on the data connection
 * upload-broken       bytes on the data connection until it breaks
 * download [N]        from the data connection, N bytes or to its end; prints how many and how it ended
 * close-data          an orderly end
 * reset-data          RST on the data connection
 * data-ends           the data connection ends, in whatever way, with no byte before that
 * pause MS            nothing for some time
 * </pre>
 *
 * Every wait ends after 30 seconds.
 */
final class RawFtp {
    private static final int LIMIT_MILLIS = 30_000;

    private final String host;
    private final Socket control;
    private final InputStream in;
    private final OutputStream out;
    private InetSocketAddress passive;
    private ServerSocket listener;
    private Socket data;

    private RawFtp(String host, int port) throws IOException {
        this.host = host;
        control = new Socket();
        // So that a listener may be bound to its port.
        control.setReuseAddress(true);
        // And not one that a former connection of another program's still has, which connect() may choose.
        control.bind(new InetSocketAddress(0));
        control.connect(new InetSocketAddress(host, port));
        control.setTcpNoDelay(true);
        control.setSoTimeout(LIMIT_MILLIS);
        in = control.getInputStream();
        out = control.getOutputStream();
    }

    public static void main(String[] args) throws IOException {
        RawFtp client = new RawFtp(args[0], Integer.parseInt(args[1]));
        for (String step : Files.readAllLines(Path.of(args[2]))) {
            String[] words = step.split(" ", 2);
            try {
                client.perform(words[0], words.length > 1 ? words[1] : "");
            } catch (IOException | AssertionError e) {
                System.out.println("FAILED at \"" + step + "\": " + e);
                System.exit(1);
            }
        }
        System.exit(0);
    }

    /** Runs a script against a port of the client host's own, where an ssh client listens; fails unless all of it was met. */
    static Proc.Result run(Host from, String host, int port, String... script) {
        return spec(from, host, port, script).runWell(Duration.ofSeconds(90));
    }

    static Proc.Spec spec(Host from, String host, int port, String... script) {
        try {
            Path file = Files.writeString(Files.createTempFile(Proc.WORK, "script", ""), String.join("\n", script) + "\n");
            return JavaTool.spec(from, RawFtp.class, host, Integer.toString(port), file.toString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void perform(String step, String argument) throws IOException {
        String[] words = argument.split(" ");
        switch (step) {
            case "" -> { }
            case "line" -> send(argument + "\r\n");
            case "raw" -> send(JavaTool.unescaped(argument));
            case "flood" -> JavaTool.repeat(out, Long.parseLong(words[0]), words[1].charAt(0));
            case "noise" -> JavaTool.noise(out, Integer.parseInt(argument));
            case "expect" -> expect(argument);
            case "expect-end" -> expectEnd();
            case "pasv", "epsv" -> {
                send(step.toUpperCase(java.util.Locale.ROOT) + "\r\n");
                passive = JavaTool.passive(reply(), host);
            }
            case "open" -> {
                InetSocketAddress to = argument.isEmpty() ? passive : new InetSocketAddress(host, Integer.parseInt(argument));
                data = new Socket();
                data.connect(to, LIMIT_MILLIS);
                data.setSoTimeout(LIMIT_MILLIS);
            }
            case "port", "eprt" -> announce(step, argument.isEmpty() ? new String[0] : words);
            case "default-port" -> {
                listener = new ServerSocket();
                listener.setReuseAddress(true);
                listener.bind(control.getLocalSocketAddress());
            }
            case "accept" -> {
                listener.setSoTimeout(LIMIT_MILLIS);
                data = listener.accept();
                data.setSoTimeout(LIMIT_MILLIS);
            }
            case "no-accept" -> noAccept(Integer.parseInt(argument));
            case "upload" -> JavaTool.repeat(data.getOutputStream(), Long.parseLong(argument), 'u');
            case "upload-broken" -> uploadBroken();
            case "download" -> download(argument.isEmpty() ? Long.MAX_VALUE : Long.parseLong(argument));
            case "close-data" -> data.close();
            case "reset-data" -> JavaTool.reset(data);
            case "data-ends" -> dataEnds();
            case "pause" -> pause(Long.parseLong(argument));
            default -> throw new IllegalArgumentException("no such step: " + step);
        }
    }

    private void send(String text) throws IOException {
        System.out.println("> " + JavaTool.visible(text));
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private void expect(String regex) throws IOException {
        String reply = reply();
        if (!java.util.regex.Pattern.compile(regex).matcher(reply).find()) {
            throw new AssertionError("the reply is not " + regex);
        }
    }

    /** A whole reply, RFC 959 section 4.2: lines until one begins with the first one's code and a blank. */
    private String reply() throws IOException {
        String first = line();
        StringBuilder reply = new StringBuilder(first);
        if (first.matches("(?s)\\d\\d\\d-.*")) {
            String end = first.substring(0, 3) + " ";
            String next;
            do {
                next = line();
                reply.append('\n').append(next);
            } while (!next.startsWith(end));
        }
        return reply.toString();
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        while (b >= 0 && b != '\n') {
            line.write(b);
            b = in.read();
        }
        if (b < 0) {
            throw new IOException("the control connection ended");
        }
        String text = line.toString(StandardCharsets.ISO_8859_1).replaceFirst("\r$", "");
        System.out.println("< " + JavaTool.visible(text));
        return text;
    }

    private void expectEnd() throws IOException {
        try {
            while (in.read() >= 0) {
                // What it says before it goes is for "expect".
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (SocketException e) {
            System.out.println("< reset");
            return;
        }
        System.out.println("< EOF");
    }

    private void announce(String step, String[] words) throws IOException {
        listener = new ServerSocket(0, 5, control.getLocalAddress());
        String address = words.length > 0 ? words[0] : control.getLocalAddress().getHostAddress();
        int port = words.length > 1 ? Integer.parseInt(words[1]) : listener.getLocalPort();
        if (step.equals("port")) {
            send("PORT " + address.replace('.', ',') + "," + (port >> 8) + "," + (port & 255) + "\r\n");
        } else {
            boolean six = InetAddress.getByName(address).getAddress().length == 16;
            send("EPRT |" + (six ? 2 : 1) + "|" + address.replaceFirst("%.*", "") + "|" + port + "|\r\n");
        }
    }

    private void noAccept(int millis) throws IOException {
        listener.setSoTimeout(millis);
        try (Socket caller = listener.accept()) {
            throw new AssertionError("somebody connected: " + caller);
        } catch (SocketTimeoutException e) {
            System.out.println("nobody connected");
        }
    }

    private void download(long limit) throws IOException {
        long received = 0;
        String end = "limit";
        byte[] block = new byte[1 << 16];
        try {
            while (received < limit) {
                int n = data.getInputStream().read(block, 0, (int) Math.min(block.length, limit - received));
                if (n < 0) {
                    end = "EOF";
                    break;
                }
                received += n;
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (SocketException e) {
            end = "reset";
        }
        System.out.println("downloaded " + received + " bytes, then " + end);
    }

    private void uploadBroken() throws IOException {
        long end = System.nanoTime() + LIMIT_MILLIS * 1_000_000L;
        while (System.nanoTime() < end) {
            try {
                JavaTool.repeat(data.getOutputStream(), 1 << 15, 'u');
            } catch (SocketException e) {
                System.out.println("upload broken");
                return;
            }
        }
        throw new AssertionError("the upload did not break");
    }

    private void dataEnds() throws IOException {
        try {
            if (data.getInputStream().read() >= 0) {
                throw new AssertionError("data came");
            }
            System.out.println("data EOF");
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (SocketException e) {
            System.out.println("data reset");
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
