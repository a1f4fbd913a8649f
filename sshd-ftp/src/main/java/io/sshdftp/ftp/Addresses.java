package io.sshdftp.ftp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The texts in which FTP writes data addresses: arguments of PORT, EPRT, LPRT and EPSV, replies 227, 228 and 229. Commands are read strictly
 * and, since servers word their replies in many ways, 227 and 229 by their numbers alone. What is written is always the canonical form.
 */
final class Addresses {
    private Addresses() {}

    /** The argument of PORT: h1,h2,h3,h4,p1,p2 (RFC 959, 4.1.2). */
    static DataAddress parsePort(String argument) throws ProtocolFault {
        int[] n = numbers(argument, 6);
        return new DataAddress(address(n, 0, 4), port(n[4] << 8 | n[5]));
    }

    static String formatPort(DataAddress address) {
        byte[] h = address.host().getAddress();
        if (h.length != 4) {
            throw new IllegalArgumentException("PORT and 227 carry IPv4 only, not " + address);
        }
        return (h[0] & 0xFF) + "," + (h[1] & 0xFF) + "," + (h[2] & 0xFF) + "," + (h[3] & 0xFF) + "," + (address.port() >> 8) + ","
                + (address.port() & 0xFF);
    }

    /** The argument of LPRT: af,hal,h1..hn,pal,p1,p2 (RFC 1639) for IPv4 (af 4) and IPv6 (af 6). */
    static DataAddress parseLprt(String argument) throws ProtocolFault {
        int[] n = numbers(argument, -1);
        int length = n.length < 2 ? -1 : n[1];
        boolean known = n.length >= 2 && (n[0] == 4 && length == 4 || n[0] == 6 && length == 16);
        if (n.length >= 1 && n[0] != 4 && n[0] != 6) {
            throw new ProtocolFault(521, "Supported address families are (4, 6)");
        }
        if (!known || n.length != length + 5 || n[2 + length] != 2) {
            throw new ProtocolFault(501, "LPRT needs af,hal,h1..hn,2,p1,p2");
        }
        return new DataAddress(address(n, 2, length), port(n[length + 3] << 8 | n[length + 4]));
    }

    /** The text inside the parentheses of a 228, and the argument of LPRT. */
    static String formatLprt(DataAddress address) {
        byte[] host = address.host().getAddress();
        StringBuilder text = new StringBuilder(host.length == 4 ? "4,4" : "6,16");
        for (byte b : host) {
            text.append(',').append(b & 0xFF);
        }
        return text.append(",2,").append(address.port() >> 8).append(',').append(address.port() & 0xFF).toString();
    }

    /** The argument of EPRT: d family d address d port d (RFC 2428, 2). */
    static DataAddress parseEprt(String argument) throws ProtocolFault {
        char d = argument.isEmpty() ? 0 : argument.charAt(0);
        if (!isDelimiter(d)) {
            throw new ProtocolFault(501, "EPRT needs |family|address|port|");
        }
        String[] fields = argument.split(Pattern.quote(String.valueOf(d)), -1);
        if (fields.length != 5 || !fields[4].isEmpty()) {
            throw new ProtocolFault(501, "EPRT needs |family|address|port|");
        }
        InetAddress host;
        if (fields[1].equals("1")) {
            int[] n = dotted(fields[2]);
            host = address(n, 0, 4);
        } else if (fields[1].equals("2")) {
            host = ipv6(fields[2]);
        } else {
            throw new ProtocolFault(522, "Network protocol not supported, use (1,2)");
        }
        return new DataAddress(host, port(decimal(fields[3])));
    }

    static String formatEprt(DataAddress address) {
        // The zone of a link-local address ("%eth0") means nothing to the peer.
        String host = address.host().getHostAddress().replaceFirst("%.*", "");
        return "|" + (address.isIpv6() ? 2 : 1) + "|" + host + "|" + address.port() + "|";
    }

    /** The address in a 227, wherever and however it stands there; the newest line that has one counts. */
    static DataAddress parse227(Reply reply) throws ProtocolFault {
        for (int i = reply.lines().size() - 1; i >= 0; i--) {
            String text = afterCode(reply.lines().get(i).text());
            Optional<int[]> six = sixNumbers(text);
            if (six.isPresent()) {
                int[] n = six.get();
                if (Arrays.stream(n).anyMatch(value -> value > 255)) {
                    throw new ProtocolFault(421, "227 reply with a number over 255");
                }
                int port = n[4] << 8 | n[5];
                if (port == 0) {
                    throw new ProtocolFault(421, "227 reply with port 0");
                }
                return new DataAddress(address(n, 0, 4), port);
            }
        }
        throw new ProtocolFault(421, "227 reply without an address");
    }

    /**
     * The first list of exactly six numbers, with commas and perhaps blanks between them. By hand, because it must cost no more than the length of
     * the line, whatever stands there.
     */
    private static Optional<int[]> sixNumbers(String text) {
        int at = 0;
        while (at < text.length()) {
            if (!isDigit(text, at)) {
                at++;
                continue;
            }
            // "10.0.0.5,195,80" and ",,5" are no beginnings.
            boolean cut = at > 0 && (text.charAt(at - 1) == ',' || text.charAt(at - 1) == '.' && isDigit(text, at - 2));
            int[] numbers = new int[6];
            int count = 0;
            int next = at;
            while (isDigit(text, next)) {
                int value = 0;
                for (at = next; isDigit(text, at); at++) {
                    value = Math.min(value * 10 + text.charAt(at) - '0', 1000);
                }
                if (count < 6) {
                    numbers[count] = value;
                }
                count++;
                int comma = skipBlanks(text, at);
                next = comma < text.length() && text.charAt(comma) == ',' ? skipBlanks(text, comma + 1) : text.length();
            }
            if (count == 6 && !cut) {
                return Optional.of(numbers);
            }
        }
        return Optional.empty();
    }

    private static boolean isDigit(String text, int at) {
        return at >= 0 && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private static int skipBlanks(String text, int at) {
        int end = at;
        while (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
            end++;
        }
        return end;
    }

    /** The port in a 229: (dddPORTd) with any delimiter d from 33 to 126 that is no digit (RFC 2428, 3). */
    static int parse229(Reply reply) throws ProtocolFault {
        for (int i = reply.lines().size() - 1; i >= 0; i--) {
            OptionalInt port = portIn229(afterCode(reply.lines().get(i).text()));
            if (port.isPresent()) {
                return port.getAsInt();
            }
        }
        throw new ProtocolFault(421, "229 reply without a port");
    }

    private static OptionalInt portIn229(String text) throws ProtocolFault {
        for (int open = text.indexOf('('); open >= 0; open = text.indexOf('(', open + 1)) {
            int at = open + 1;
            char d = at < text.length() ? text.charAt(at) : 0;
            if (!isDelimiter(d)) {
                continue;
            }
            int second = text.indexOf(d, at + 1);
            int third = second < 0 ? -1 : text.indexOf(d, second + 1);
            int fourth = third < 0 ? -1 : text.indexOf(d, third + 1);
            if (fourth < 0 || fourth + 1 >= text.length() || text.charAt(fourth + 1) != ')') {
                continue;
            }
            String digits = text.substring(third + 1, fourth);
            if (!digits.matches("[0-9]{1,5}")) {
                continue;
            }
            int port = Integer.parseInt(digits);
            if (port < 1 || port > 65535) {
                throw new ProtocolFault(421, "229 reply with port " + port);
            }
            return OptionalInt.of(port);
        }
        return OptionalInt.empty();
    }

    static String format227(DataAddress address) {
        return "Entering Passive Mode (" + formatPort(address) + ").";
    }

    static String format228(DataAddress address) {
        return "Entering Long Passive Mode (" + formatLprt(address) + ").";
    }

    static String format229(int port) {
        return "Entering Extended Passive Mode (|||" + port + "|).";
    }

    private static String afterCode(String line) {
        return line.length() >= 4 && Reply.codeOf(Line.of(line).bytes()) > 0 && (line.charAt(3) == ' ' || line.charAt(3) == '-')
                ? line.substring(4)
                : line;
    }

    private static boolean isDelimiter(char c) {
        return c >= 33 && c <= 126 && !(c >= '0' && c <= '9');
    }

    private static int[] numbers(String argument, int count) throws ProtocolFault {
        List<Integer> values = new ArrayList<>();
        for (String part : argument.strip().split(",", -1)) {
            int value = decimal(part);
            if (value > 255) {
                throw new ProtocolFault(501, "Each number of a host-port must be 0 to 255");
            }
            values.add(value);
        }
        if (count >= 0 && values.size() != count) {
            throw new ProtocolFault(501, "A host-port has " + count + " numbers");
        }
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] dotted(String text) throws ProtocolFault {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw new ProtocolFault(501, "Not an IPv4 address");
        }
        int[] n = new int[4];
        for (int i = 0; i < 4; i++) {
            n[i] = decimal(parts[i]);
            if (n[i] > 255) {
                throw new ProtocolFault(501, "Not an IPv4 address");
            }
        }
        return n;
    }

    private static InetAddress ipv6(String text) throws ProtocolFault {
        // Only what is a literal goes to the JDK, which would look anything else up.
        if (text.indexOf(':') < 0 || !text.matches("[0-9a-fA-F:][0-9a-fA-F:.]{1,44}")) {
            throw new ProtocolFault(501, "Not an IPv6 address");
        }
        try {
            InetAddress address = InetAddress.getByName(text);
            if (address instanceof Inet6Address) {
                return address;
            }
        } catch (UnknownHostException e) {
            // Falls through: the same answer as for a mapped IPv4 address.
        }
        throw new ProtocolFault(501, "Not an IPv6 address");
    }

    private static int decimal(String digits) throws ProtocolFault {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new ProtocolFault(501, "A number was expected");
        }
        return Integer.parseInt(digits);
    }

    private static int port(int value) throws ProtocolFault {
        if (value < 1 || value > 65535) {
            throw new ProtocolFault(501, "Port must be 1 to 65535");
        }
        return value;
    }

    private static InetAddress address(int[] n, int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) n[from + i];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("only a wrong length is refused, and it is 4 or 16", e);
        }
    }
}
