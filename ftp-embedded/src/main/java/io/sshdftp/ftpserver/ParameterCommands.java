package io.sshdftp.ftpserver;

import io.sshdftp.leg.Resolver;
import io.sshdftp.store.HashAlgorithm;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ftpserver.DataConnectionException;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.impl.FtpIoSession;

/** How transfers are to be made: RFC 959, 4.1.2, RFC 2428, RFC 3659, 5, and draft-bryan-ftp-range. */
final class ParameterCommands {
    private static final Pattern PORT = Pattern.compile("(\\d{1,3}),(\\d{1,3}),(\\d{1,3}),(\\d{1,3}),(\\d{1,3}),(\\d{1,3})");
    private static final Pattern EPRT = Pattern.compile("([!-~])([12])\\1([0-9A-Fa-f:.]+)\\1(\\d{1,5})\\1");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,18}) +(\\d{1,18})");

    private ParameterCommands() {}

    static FtpReply type(FtpIoSession session, ServerPi pi, String argument) {
        switch (argument.strip().toUpperCase(Locale.ROOT)) {
            case "A", "A N" -> pi.type = ServerPi.Type.ASCII;
            case "I", "L 8" -> pi.type = ServerPi.Type.IMAGE;
            default -> {
                return Reply.of(504, "TYPE A, A N, I or L 8");
            }
        }
        return Reply.of(200, "TYPE is now " + (pi.type == ServerPi.Type.ASCII ? "ASCII" : "IMAGE"));
    }

    static FtpReply mode(FtpIoSession session, ServerPi pi, String argument) {
        return argument.strip().equalsIgnoreCase("S") ? Reply.of(200, "MODE is S") : Reply.of(504, "MODE S only");
    }

    static FtpReply structure(FtpIoSession session, ServerPi pi, String argument) {
        return argument.strip().equalsIgnoreCase("F") ? Reply.of(200, "STRU is F") : Reply.of(504, "STRU F only");
    }

    static FtpReply restart(FtpIoSession session, ServerPi pi, String argument) {
        if (!argument.strip().matches("\\d{1,18}")) {
            return Reply.of(501, "REST takes a number of bytes");
        }
        pi.range = FileRange.from(Long.parseLong(argument.strip()));
        return Reply.of(350, "Restarting at " + pi.range.start() + "; send STOR or RETR");
    }

    static FtpReply range(FtpIoSession session, ServerPi pi, String argument) {
        pi.range = FileRange.WHOLE;
        Matcher matcher = RANGE.matcher(argument.strip());
        if (!matcher.matches()) {
            return Reply.of(501, "RANG takes the offsets of the first and the last byte");
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        if (first == 1 && last == 0) {
            return Reply.of(350, "The whole file again");
        }
        if (first > last) {
            return Reply.of(501, "The first byte comes behind the last; RANG 1 0 means the whole file");
        }
        pi.range = new FileRange(first, last + 1);
        return Reply.of(350, "From " + first + " to " + last + "; send RETR, STOR or HASH");
    }

    static FtpReply passive(FtpIoSession session, ServerPi pi, String argument) {
        if (pi.epsvAll) {
            return onlyEpsv();
        }
        InetSocketAddress address;
        try {
            address = session.getDataConnection().initPassiveDataConnection();
        } catch (DataConnectionException e) {
            return Reply.of(425, e.getMessage());
        }
        if (!(address.getAddress() instanceof Inet4Address)) {
            session.getDataConnection().closeDataConnection();
            return Reply.of(425, "PASV cannot name an IPv6 address; use EPSV");
        }
        int port = address.getPort();
        String host = address.getAddress().getHostAddress().replace('.', ',');
        return Reply.of(227, "Entering Passive Mode (" + host + "," + (port >> 8) + "," + (port & 0xFF) + ")");
    }

    static FtpReply extendedPassive(FtpIoSession session, ServerPi pi, String argument) {
        String family = argument.strip();
        if (family.equalsIgnoreCase("ALL")) {
            pi.epsvAll = true;
            return Reply.of(200, "EPSV ALL: only EPSV from now on");
        }
        if (!family.isEmpty() && !family.equals(family(pi))) {
            return family.matches("\\d+")
                    ? Reply.of(522, "Network protocol not supported, use (" + family(pi) + ")")
                    : Reply.of(501, "EPSV takes a network protocol number or ALL");
        }
        try {
            int port = session.getDataConnection().initPassiveDataConnection().getPort();
            return Reply.of(229, "Entering Extended Passive Mode (|||" + port + "|)");
        } catch (DataConnectionException e) {
            return Reply.of(425, e.getMessage());
        }
    }

    private static String family(ServerPi pi) {
        return pi.ports.server().getAddress() instanceof Inet4Address ? "1" : "2";
    }

    static FtpReply port(FtpIoSession session, ServerPi pi, String argument) {
        Matcher matcher = PORT.matcher(argument.strip());
        if (!matcher.matches()) {
            return Reply.of(501, "PORT takes six numbers: h1,h2,h3,h4,p1,p2");
        }
        int[] numbers = new int[6];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Integer.parseInt(matcher.group(i + 1));
            if (numbers[i] > 255) {
                return Reply.of(501, "The numbers of PORT go to 255");
            }
        }
        String host = numbers[0] + "." + numbers[1] + "." + numbers[2] + "." + numbers[3];
        return active(session, pi, "PORT", host, numbers[4] << 8 | numbers[5]);
    }

    static FtpReply extendedPort(FtpIoSession session, ServerPi pi, String argument) {
        Matcher matcher = EPRT.matcher(argument.strip());
        if (!matcher.matches()) {
            return argument.strip().matches("([!-~])\\d+\\1.*")
                    ? Reply.of(522, "Network protocol not supported, use (1,2)")
                    : Reply.of(501, "EPRT takes |1|IPv4 address|port| or |2|IPv6 address|port|");
        }
        return active(session, pi, "EPRT", matcher.group(3), Integer.parseInt(matcher.group(4)));
    }

    /** Nothing is ever connected to but the client that the control connection belongs to. */
    private static FtpReply active(FtpIoSession session, ServerPi pi, String verb, String host, int port) {
        if (pi.epsvAll) {
            return onlyEpsv();
        }
        InetAddress client = ((InetSocketAddress) session.getRemoteAddress()).getAddress();
        Optional<InetAddress> told = Resolver.literal(host);
        if (told.isEmpty() || port < 1024 || port > 65535) {
            return Reply.of(501, verb + " needs an address and a port from 1024 to 65535");
        }
        if (!told.get().equals(client)) {
            return Reply.of(501, "The address is not the one that this control connection comes from");
        }
        session.getDataConnection().initActiveDataConnection(new InetSocketAddress(told.get(), port));
        return Reply.of(200, verb + " command successful");
    }

    private static FtpReply onlyEpsv() {
        return Reply.of(501, "Only EPSV is allowed after EPSV ALL");
    }

    static FtpReply options(FtpIoSession session, ServerPi pi, String argument) {
        String[] words = argument.strip().split(" +", 2);
        String value = words.length > 1 ? words[1].strip() : "";
        return switch (words[0].toUpperCase(Locale.ROOT)) {
            case "UTF8" -> value.isEmpty() || value.equalsIgnoreCase("ON")
                    ? Reply.of(200, "UTF8 is on")
                    : Reply.of(504, "UTF8 is always on");
            case "MLST" -> {
                pi.facts = MlstFacts.named(value);
                yield Reply.of(200, ("MLST OPTS " + pi.facts).strip());
            }
            case "HASH" -> hashOption(pi, value);
            default -> Reply.of(501, "OPTS UTF8, MLST or HASH");
        };
    }

    private static FtpReply hashOption(ServerPi pi, String name) {
        if (name.isEmpty()) {
            return Reply.of(200, pi.hash.registeredName());
        }
        for (HashAlgorithm algorithm : HashAlgorithm.values()) {
            if (algorithm.registeredName().equalsIgnoreCase(name)) {
                pi.hash = algorithm;
                return Reply.of(200, algorithm.registeredName());
            }
        }
        return Reply.of(501, "Unknown algorithm, current selection not changed");
    }
}
