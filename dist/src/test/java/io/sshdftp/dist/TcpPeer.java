package io.sshdftp.dist;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One end of a plain TCP connection that does what it is told, as a process of its own so that it can run on one of the {@link Hosts}. Its
 * standard output is a record. Arguments: {@code listen} or {@code connect}, address, port, and steps:
 *
 * <pre>
 * say TEXT     a line
 * send N       N bytes
 * end          shuts its direction down
 * receive      until the connection ends; records how many bytes, and whether by EOF or by reset
 * receive N    N bytes
 * pause MS     nothing for some time
 * reset        RST
 * close        an orderly close
 * again N      as the first step of an end that connects: all that follows N times, each in a new connection
 * </pre>
 */
final class TcpPeer {
    private TcpPeer() {}

    public static void main(String[] args) throws IOException {
        List<String> steps = Arrays.asList(args).subList(3, args.length);
        InetAddress address = InetAddress.getByName(args[1]);
        int port = Integer.parseInt(args[2]);
        if (args[0].equals("connect")) {
            boolean repeats = steps.get(0).startsWith("again ");
            int times = repeats ? Integer.parseInt(steps.get(0).substring(6)) : 1;
            for (int i = 0; i < times; i++) {
                perform(new Socket(address, port), repeats ? steps.subList(1, steps.size()) : steps);
            }
            return;
        }
        try (ServerSocket server = new ServerSocket(port, 50, address)) {
            record("listening");
            while (true) {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> perform(socket, steps));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    /** Starts an end that takes connections, and returns once it does. */
    static Proc listen(Host host, String address, int port, String... steps) {
        Proc proc = spec(host, "listen", address, port, steps).start();
        proc.awaitLog("listening", FtpServer.LIMIT);
        return proc;
    }

    /** Connects, performs the steps and ends. */
    static String connect(Host host, String address, int port, String... steps) {
        return spec(host, "connect", address, port, steps).runWell(Tunnel.LIMIT).out();
    }

    static Proc.Spec spec(Host host, String how, String address, int port, String... steps) {
        return JavaTool.spec(
                host, TcpPeer.class, Stream.concat(Stream.of(how, address, Integer.toString(port)), Stream.of(steps)).toArray(String[]::new));
    }

    private static void perform(Socket socket, List<String> steps) {
        record("connected from " + socket.getRemoteSocketAddress());
        try (socket) {
            for (String step : steps) {
                String[] words = step.split(" ", 2);
                perform(socket, words[0], words.length > 1 ? words[1] : "");
            }
        } catch (IOException e) {
            record("broken: " + e.getMessage());
        }
    }

    private static void perform(Socket socket, String step, String argument) throws IOException {
        switch (step) {
            case "say" -> socket.getOutputStream().write((argument + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            case "send" -> {
                JavaTool.repeat(socket.getOutputStream(), Long.parseLong(argument), 'p');
                record("sent " + argument + " bytes");
            }
            case "end" -> socket.shutdownOutput();
            case "receive" -> receive(socket, argument.isEmpty() ? Long.MAX_VALUE : Long.parseLong(argument));
            case "pause" -> pause(Long.parseLong(argument));
            case "reset" -> JavaTool.reset(socket);
            case "close" -> socket.close();
            default -> throw new IllegalArgumentException("no such step: " + step);
        }
    }

    private static void receive(Socket socket, long limit) throws IOException {
        long received = 0;
        String end = "limit";
        byte[] block = new byte[1 << 16];
        try {
            InputStream in = socket.getInputStream();
            while (received < limit) {
                int n = in.read(block, 0, (int) Math.min(block.length, limit - received));
                if (n < 0) {
                    end = "EOF";
                    break;
                }
                received += n;
            }
        } catch (SocketException e) {
            end = "reset";
        }
        record("received " + received + " bytes, then " + end);
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
}
