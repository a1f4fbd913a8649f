package io.sshdftp.forward;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A small FTP server at a loopback address of its own. As the strict ones do, it takes a data connection from the address of the control
 * connection only.
 */
final class ScriptedFtpServer implements AutoCloseable {
    /** How an upload ended. */
    record Upload(byte[] content, boolean reset) {}

    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    /** Every command of every session. */
    final List<String> commands = new CopyOnWriteArrayList<>();
    /** How each control connection ended: end, or reset. */
    final List<String> ends = new CopyOnWriteArrayList<>();
    /** How often a data connection was reset under the server while it sent. */
    final List<String> broken = new CopyOnWriteArrayList<>();
    /** Where it listens for data connections; 0 for any port. */
    volatile int passivePort;
    /** What PASV is answered with when it is not the address, e.g. as a server that is reached over IPv6 does. */
    volatile String pasvReply = "";

    private final ServerSocket listener;
    private final Thread acceptor;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    ScriptedFtpServer(InetAddress address) throws IOException {
        listener = new ServerSocket(0, 50, address);
        acceptor = new Thread(() -> {
            try {
                while (true) {
                    Socket control = listener.accept();
                    Thread session = new Thread(() -> new Session(control).run(), "ftp-session");
                    session.setDaemon(true);
                    session.start();
                }
            } catch (IOException e) {
                // Closed by the test.
            }
        });
        acceptor.setDaemon(true);
        acceptor.start();
    }

    String host() {
        return listener.getInetAddress().getHostAddress();
    }

    int port() {
        return listener.getLocalPort();
    }

    boolean heard(String command) {
        return commands.contains(command);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            // As long as it is on its way out of accept, the port still takes connections.
            acceptor.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Closeable resource : open) {
            resource.close();
        }
    }

    private final class Session {
        private final Socket control;
        private ServerSocket passive;
        private InetSocketAddress active;

        Session(Socket control) {
            this.control = control;
            open.add(control);
        }

        void run() {
            try (control) {
                BufferedReader lines = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.ISO_8859_1));
                say("220 ready");
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    commands.add(line);
                    String[] words = line.split(" ", 2);
                    command(words[0].toUpperCase(), words.length > 1 ? words[1] : "");
                    if (words[0].equalsIgnoreCase("QUIT")) {
                        break;
                    }
                }
                ends.add("end");
            } catch (IOException e) {
                ends.add("reset");
            } finally {
                drop();
                open.remove(control);
            }
        }

        private void say(String line) throws IOException {
            control.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }

        private void drop() {
            active = null;
            if (passive != null) {
                open.remove(passive);
                try {
                    passive.close();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                passive = null;
            }
        }

        private int listen() throws IOException {
            drop();
            passive = new ServerSocket(passivePort, 5, control.getLocalAddress());
            passive.setSoTimeout(20_000);
            open.add(passive);
            return passive.getLocalPort();
        }

        private void command(String verb, String argument) throws IOException {
            switch (verb) {
                case "USER" -> say("331 password");
                case "PASS" -> say("230 in");
                case "PASV" -> {
                    if (!pasvReply.isEmpty()) {
                        say(pasvReply);
                        break;
                    }
                    int port = listen();
                    say("227 Entering Passive Mode (" + host().replace('.', ',') + "," + port / 256 + "," + port % 256 + ")");
                }
                case "EPSV" -> say("229 Entering Extended Passive Mode (|||" + listen() + "|)");
                case "PORT" -> {
                    String[] n = argument.split(",");
                    activeTo(n[0] + "." + n[1] + "." + n[2] + "." + n[3], Integer.parseInt(n[4]) * 256 + Integer.parseInt(n[5]));
                }
                case "EPRT" -> {
                    String[] n = argument.split("\\|");
                    activeTo(n[2], Integer.parseInt(n[3]));
                }
                case "RETR" -> send(files.get(argument));
                case "LIST" -> send((String.join("\r\n", new java.util.TreeSet<>(files.keySet())) + "\r\n").getBytes(StandardCharsets.UTF_8));
                case "STOR" -> receive(argument);
                case "QUIT" -> say("221 bye");
                case "NOOP" -> say("200 ok");
                default -> say("502 what?");
            }
        }

        private void activeTo(String host, int port) throws IOException {
            drop();
            active = new InetSocketAddress(host, port);
            say(active.getAddress().equals(control.getInetAddress()) ? "200 ok" : "500 Illegal PORT");
        }

        private Socket data() throws IOException {
            Socket data;
            if (passive != null) {
                data = passive.accept();
            } else if (active != null) {
                data = new Socket();
                data.bind(new InetSocketAddress(control.getLocalAddress(), 0));
                data.connect(active, 10_000);
            } else {
                throw new IOException("no data connection was set up");
            }
            open.add(data);
            boolean own = data.getInetAddress().equals(control.getInetAddress());
            drop();
            if (!own) {
                data.close();
                throw new IOException("possible port theft by " + data.getInetAddress());
            }
            return data;
        }

        private void send(byte[] content) throws IOException {
            if (content == null) {
                say("550 no such file");
                return;
            }
            say("150 sending");
            try (Socket data = data()) {
                data.getOutputStream().write(content);
            } catch (IOException e) {
                broken.add(String.valueOf(e.getMessage()));
                say("426 " + e.getMessage());
                return;
            }
            say("226 sent");
        }

        private void receive(String name) throws IOException {
            say("150 receiving");
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            try (Socket data = data()) {
                InputStream in = data.getInputStream();
                byte[] buffer = new byte[65536];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    content.write(buffer, 0, n);
                }
            } catch (IOException e) {
                uploads.put(name, new Upload(content.toByteArray(), true));
                say("426 " + e.getMessage());
                return;
            }
            uploads.put(name, new Upload(content.toByteArray(), false));
            say("226 received");
        }
    }
}
