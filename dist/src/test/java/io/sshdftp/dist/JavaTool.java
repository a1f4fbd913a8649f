package io.sshdftp.dist;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the Java programs of the harness that run as processes of their own have in common. */
public final class JavaTool {
    private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|0|\\\\|x[0-9a-fA-F]{2})");
    private static final Pattern SIX = Pattern.compile("(\\d+),(\\d+),(\\d+),(\\d+),(\\d+),(\\d+)");
    private static final Pattern EXTENDED = Pattern.compile("\\(([!-~])\\1\\1(\\d+)\\1\\)");

    private JavaTool() {}

    /** A class of the tests with a main method, on a host, with a JVM that starts fast. */
    public static Proc.Spec spec(Host host, Class<?> main, String... arguments) {
        try {
            String classes = Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
            List<String> command = new ArrayList<>(List.of(
                    System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m",
                    "-cp", classes, main.getName()));
            command.addAll(Arrays.asList(arguments));
            return Proc.spec(host, command);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Closes with RST: what is under way is lost, and the peer sees that. */
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    static void repeat(OutputStream out, long times, char what) throws IOException {
        byte[] block = new byte[1 << 15];
        Arrays.fill(block, (byte) what);
        for (long left = times; left > 0; left -= block.length) {
            out.write(block, 0, (int) Math.min(block.length, left));
        }
        out.flush();
    }

    /** Bytes of every value, the same ones each time. */
    static void noise(OutputStream out, int count) throws IOException {
        byte[] bytes = new byte[count];
        new java.util.Random(count).nextBytes(bytes);
        out.write(bytes);
        out.flush();
    }

    static String unescaped(String text) {
        return ESCAPE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(switch (match.group(1).charAt(0)) {
            case 'r' -> "\r";
            case 'n' -> "\n";
            case '0' -> "\0";
            case '\\' -> "\\";
            default -> String.valueOf((char) Integer.parseInt(match.group(1).substring(1), 16));
        }));
    }

    /** The text with all that is not printable ASCII written as in {@link #unescaped}, at most 200 characters of it. */
    static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        for (char c : text.substring(0, Math.min(200, text.length())).toCharArray()) {
            switch (c) {
                case '\r' -> visible.append("\\r");
                case '\n' -> visible.append("\\n");
                default -> visible.append(c >= ' ' && c < 127 ? String.valueOf(c) : String.format("\\x%02x", (int) c));
            }
        }
        return visible.append(text.length() > 200 ? "... (" + text.length() + " characters)" : "").toString();
    }

    /** The address in a PORT or EPRT command. */
    static InetSocketAddress announced(String command) throws IOException {
        Matcher six = SIX.matcher(command);
        if (six.find()) {
            return address(six);
        }
        String[] fields = command.substring(command.indexOf(' ') + 1).split(Pattern.quote(command.substring(5, 6)));
        return new InetSocketAddress(InetAddress.getByName(fields[2]), Integer.parseInt(fields[3]));
    }

    /** The address in a 227 reply, or the port of a 229 reply at the control connection's host. */
    static InetSocketAddress passive(String reply, String host) throws IOException {
        Matcher six = SIX.matcher(reply);
        if (reply.startsWith("227") && six.find()) {
            return address(six);
        }
        Matcher extended = EXTENDED.matcher(reply);
        if (reply.startsWith("229") && extended.find()) {
            return new InetSocketAddress(host, Integer.parseInt(extended.group(2)));
        }
        throw new IOException("neither 227 nor 229: " + reply);
    }

    private static InetSocketAddress address(Matcher six) throws IOException {
        byte[] host = new byte[4];
        for (int i = 0; i < 4; i++) {
            host[i] = (byte) Integer.parseInt(six.group(i + 1));
        }
        return new InetSocketAddress(
                InetAddress.getByAddress(host), Integer.parseInt(six.group(5)) * 256 + Integer.parseInt(six.group(6)));
    }
}
