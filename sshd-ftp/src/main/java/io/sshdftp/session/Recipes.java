package io.sshdftp.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The help of this gateway: commands to paste, with its real address and ports, for each way that FTP can go through it.
 *
 * @param host the gateway as the client sees it: a name or an address
 * @param port its SSH port, 1 to 65535
 * @param user who is logged in
 * @param passivePorts {@code FtpPassivePorts} as configured: ranges such as {@code 30020-30029,30040}, or {@code server}, or empty
 * @param activePorts {@code FtpActivePorts} as configured: ranges, or empty
 * @param reverseSocksPort {@code FtpReverseSocksPort}; empty when there is none
 * @param destinations {@code host:port} of each FTP server that {@code PermitOpen} allows; empty when any is allowed; an empty list when
 *     none is
 * @param forwarding false when this user may not forward with {@code -L} and {@code -D}
 * @param remote FTP with {@code -R}; empty when there is none for this user
 */
public record Recipes(
        String host,
        int port,
        String user,
        String passivePorts,
        String activePorts,
        OptionalInt reverseSocksPort,
        Optional<List<String>> destinations,
        boolean forwarding,
        Optional<Remote> remote) {
    /**
     * FTP servers on the ssh client's side.
     *
     * @param port of {@code -R} that is FTP control, 1024 to 65535
     * @param bind the bind address with its colon, such as {@code *:}, or empty
     * @param others hosts besides the gateway itself may connect ({@code GatewayPorts})
     */
    public record Remote(int port, String bind, boolean others) {}

    private static final int WIDTH = 79;
    private static final int PARALLEL = 4;
    private static final int MAX_SERVERS = 20;
    private static final String PLACEHOLDER = "FTPSERVER";
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._@:%+-]+");

    public Recipes {
        destinations = destinations.map(List::copyOf);
    }

    /** The whole help, a line each, without line ends; at most 79 columns where the names in it leave room. */
    public List<String> lines() {
        Page page = new Page();
        page.text("FTP through this gateway: run one of the ssh commands below on your own machine, leave it running, and run the FTP"
                + " command beside it. Control and data connections both go through that one ssh connection; the FTP client and the"
                + " FTP server need no other setting; log in to the FTP server as you always do (curl: -u NAME).");
        if (!forwarding && remote.isPresent()) {
            page.text("Only FTP servers on your side can be reached here, by -R.");
        } else if (!forwarding) {
            page.text("But forwarding is not allowed for " + shown(user) + " here. Ask the administrator of the gateway.");
        } else if (destinations.isPresent() && destinations.get().isEmpty()) {
            page.text("But no FTP server may be reached from here by " + shown(user) + " (PermitOpen). Ask the administrator.");
        } else {
            servers(page);
            passive(page);
            socks(page);
            active(page);
            putty(page);
            dropbear(page);
        }
        remote.ifPresent(way -> remote(page, way));
        page.end("Commands of this console: help, forwards, transfers, exit.");
        return page.lines;
    }

    /** {@code ssh [-p PORT] USER@GATEWAY COMMAND}, to paste. */
    public String sshCommand(String command) {
        return (port == 22 ? "ssh " : "ssh -p " + port + " ") + login() + " " + command;
    }

    private void servers(Page page) {
        if (destinations.isPresent()) {
            List<String> all = destinations.get().stream().map(Recipes::shown).toList();
            String more = all.size() > MAX_SERVERS ? " and " + (all.size() - MAX_SERVERS) + " more" : "";
            page.text("You can reach: " + String.join(", ", all.subList(0, Math.min(all.size(), MAX_SERVERS))) + more + ".");
        }
        if (server().startsWith(PLACEHOLDER)) {
            page.text("Put your FTP server's name in place of " + PLACEHOLDER + ".");
        }
    }

    private void passive(Page page) {
        List<Integer> ports = ports(passivePorts);
        page.heading("Passive mode, OpenSSH (the usual one)");
        if (passivePorts.equals("server")) {
            page.text("Forward the control port and the range of passive ports that the FTP server itself uses, each to its own number;"
                    + " for 50000 to 50001:");
            page.command(ssh(control(), data(50000), data(50001)));
            page.command(List.of("curl ftp://localhost:2121/"));
            return;
        }
        if (ports.isEmpty()) {
            page.text("Not set up here (FtpPassivePorts).");
            return;
        }
        page.command(ssh(control(), data(ports.get(0))));
        page.command(List.of("curl ftp://localhost:2121/"));
        if (ports.size() > 1) {
            page.text("One data port carries one transfer at a time; the next one waits for it. For parallel transfers forward several of "
                    + passivePorts + ":");
            List<String> options = new ArrayList<>(List.of(control()));
            ports.stream().limit(PARALLEL).forEach(number -> options.add(data(number)));
            page.command(ssh(options.toArray(String[]::new)));
            page.command(List.of("lftp -e 'mirror -P " + Math.min(PARALLEL, ports.size()) + " / copy' ftp://localhost:2121"));
        }
        page.text("The same in ~/.ssh/config, for: ssh -N ftp-gateway");
        page.verbatim("Host ftp-gateway");
        page.verbatim("    HostName " + host);
        page.verbatim("    Port " + port);
        page.verbatim("    User " + shown(user));
        page.verbatim("    LocalForward 2121 " + server());
        page.verbatim("    LocalForward " + ports.get(0) + " localhost:" + ports.get(0));
    }

    private void socks(Page page) {
        page.heading("Passive mode through SOCKS: no port to name beforehand");
        page.command(ssh("-D 1080"));
        page.command(List.of("curl --proxy socks5h://localhost:1080", "ftp://" + url() + "/"));
        page.text("FileZilla: Edit, Settings, Connection, Generic proxy: SOCKS 5, host localhost, port 1080; then connect to "
                + server() + ".");
    }

    private void active(Page page) {
        List<Integer> ports = ports(activePorts);
        if (reverseSocksPort.isEmpty() && ports.isEmpty()) {
            return;
        }
        page.heading("Active mode (PORT, EPRT)");
        if (reverseSocksPort.isPresent()) {
            page.text("OpenSSH 7.6 and newer, for any number of transfers:");
            page.command(ssh(control(), "-R " + reverseSocksPort.getAsInt()));
            page.command(List.of("curl --ftp-port - ftp://localhost:2121/"));
            page.command(List.of("lftp -e 'set ftp:passive-mode off' ftp://localhost:2121"));
        }
        if (!ports.isEmpty()) {
            int first = ports.get(0);
            page.text("Every ssh client: fixed ports of " + activePorts + ", one for each transfer at a time, and the FTP client told to"
                    + " use just these:");
            page.command(ssh(control(), back(first)));
            page.command(List.of("curl --ftp-port 127.0.0.1:" + first + "-" + first, "ftp://localhost:2121/"));
            page.command(List.of("lftp -e 'set ftp:passive-mode off; set ftp:port-range " + first + "-" + first + "'",
                    "ftp://localhost:2121"));
        }
    }

    private void remote(Page page, Remote way) {
        page.heading("FTP server on your side, FTP clients " + (way.others() ? "near the gateway" : "on the gateway"));
        String control = "-R " + way.bind() + way.port() + ":localhost:21";
        String url = "ftp://" + (way.others() ? (host.contains(":") ? "[" + host + "]" : host) : "localhost") + ":" + way.port() + "/";
        page.text("For an FTP server on your own machine; else put its name in place of localhost, each time.");
        if (reverseSocksPort.isPresent()) {
            page.text("OpenSSH 7.6 and newer, for any number of transfers:");
            page.command(ssh(control, "-R " + reverseSocksPort.getAsInt()));
            page.command(List.of("curl " + url));
        }
        List<Integer> ports = ports(activePorts);
        int first = ports.isEmpty() ? 50000 : ports.get(0);
        page.text("Every ssh client: a forward for each port of the FTP server's range of passive ports"
                + (ports.isEmpty() ? "" : " (" + activePorts + " need no listener here)") + ", to its own number; for " + first + " to "
                + (first + 1) + ":");
        page.command(ssh(control, back(first), back(first + 1)));
        page.command(List.of("curl " + url));
    }

    private void putty(Page page) {
        List<Integer> passive = ports(passivePorts);
        List<Integer> active = ports(activePorts);
        page.heading("PuTTY and plink");
        String start = port == 22 ? "plink -N " : "plink -N -P " + port + " ";
        if (!passive.isEmpty()) {
            page.verbatim(start + control() + " " + data(passive.get(0)) + " " + login());
        }
        page.verbatim(start + "-D 1080 " + login());
        if (!active.isEmpty()) {
            page.verbatim(start + control() + " " + back(active.get(0)) + " " + login());
        }
        page.text("In PuTTY's window: Connection, SSH, Tunnels; fill in and click Add, for SOCKS:");
        page.verbatim("Source port 1080    Destination (empty)    Dynamic");
        if (passive.isEmpty() && active.isEmpty()) {
            return;
        }
        page.text("or, for fixed ports, each of these:");
        page.verbatim("Source port 2121    Destination " + server() + "    Local");
        if (!passive.isEmpty()) {
            page.verbatim("Source port " + passive.get(0) + "   Destination localhost:" + passive.get(0) + "    Local");
        }
        if (!active.isEmpty()) {
            page.verbatim("Source port " + active.get(0) + "   Destination localhost:" + active.get(0) + "    Remote (active mode)");
        }
    }

    private void dropbear(Page page) {
        List<Integer> passive = ports(passivePorts);
        List<Integer> active = ports(activePorts);
        if (passive.isEmpty() && active.isEmpty()) {
            return;
        }
        page.heading("Dropbear (dbclient)");
        if (!passive.isEmpty()) {
            page.command(client("dbclient -N", control(), data(passive.get(0))));
        }
        if (!active.isEmpty()) {
            page.command(client("dbclient -N", control(), back(active.get(0))));
        }
    }

    private List<String> ssh(String... options) {
        return client("ssh -N", options);
    }

    private List<String> client(String program, String... options) {
        List<String> words = new ArrayList<>(List.of(program));
        if (port != 22) {
            words.add("-p " + port);
        }
        words.addAll(List.of(options));
        words.add(login());
        return words;
    }

    private String control() {
        return "-L 2121:" + server();
    }

    private static String data(int number) {
        return "-L " + number + ":localhost:" + number;
    }

    private static String back(int number) {
        return "-R " + number + ":localhost:" + number;
    }

    private String login() {
        return quoted(user + "@" + host);
    }

    /** The first server that a command can name, as {@code host:port}. */
    private String server() {
        for (String destination : destinations.orElse(List.of())) {
            int colon = destination.lastIndexOf(':');
            if (colon > 0 && destination.indexOf('*') != 0 && PLAIN.matcher(destination.replaceAll("[\\[\\]*]", "")).matches()) {
                String number = destination.substring(colon + 1);
                return destination.substring(0, colon + 1) + (number.equals("*") ? "21" : number);
            }
        }
        String anyPort = destinations.orElse(List.of()).stream()
                .filter(destination -> destination.matches("\\*:[0-9]+"))
                .map(destination -> destination.substring(2))
                .findFirst()
                .orElse("21");
        return PLACEHOLDER + ":" + anyPort;
    }

    private String url() {
        String server = server();
        return server.endsWith(":21") ? server.substring(0, server.length() - 3) : server;
    }

    /** The first ports of a list of ranges, as many as a recipe can use. */
    private static List<Integer> ports(String ranges) {
        List<Integer> ports = new ArrayList<>();
        for (String range : ranges.strip().split("[,\\s]+")) {
            Matcher matcher = RANGE.matcher(range);
            if (!matcher.matches()) {
                continue;
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            for (int number = Math.max(1, first); number <= Math.min(last, 65535) && ports.size() < PARALLEL; number++) {
                ports.add(number);
            }
        }
        return ports;
    }

    private static String shown(String text) {
        return Text.printable(text, 128);
    }

    /** For a POSIX shell. */
    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + shown(word).replace("'", "'\\''") + "'";
    }

    /** Lines of at most {@link #WIDTH} columns: text is wrapped, a command is broken with a backslash, as a shell reads it. */
    private static final class Page {
        private static final String INDENT = "  ";
        private final List<String> lines = new ArrayList<>();
        private String indent = "";

        void heading(String title) {
            lines.add("");
            lines.add("* " + title);
            indent = INDENT;
        }

        void end(String line) {
            lines.add("");
            lines.add(line);
        }

        void text(String paragraph) {
            StringBuilder line = new StringBuilder(indent);
            for (String word : paragraph.split(" ")) {
                if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
                    lines.add(line.toString());
                    line = new StringBuilder(indent);
                }
                line.append(line.length() > indent.length() ? " " : "").append(word);
            }
            lines.add(line.toString());
        }

        /** Words that stay together, e.g. an option and its value. */
        void command(List<String> words) {
            StringBuilder line = new StringBuilder(INDENT + INDENT).append(words.get(0));
            for (String word : words.subList(1, words.size())) {
                if (line.length() + 1 + word.length() + 2 > WIDTH) {
                    lines.add(line + " \\");
                    line = new StringBuilder(INDENT + INDENT + INDENT).append(word);
                } else {
                    line.append(' ').append(word);
                }
            }
            lines.add(line.toString());
        }

        /** One line as it is: a Windows shell knows no backslash at a line's end. */
        void verbatim(String line) {
            lines.add(INDENT + INDENT + line);
        }
    }
}
