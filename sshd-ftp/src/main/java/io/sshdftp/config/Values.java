package io.sshdftp.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** The types of values that the table of directives uses. */
final class Values {
    private static final String NONE = "none";
    private static final String CLIENT = "client";
    private static final String DATA = "data";
    private static final String AUTO = "auto";
    private static final String SYSTEM = "system";

    static final ValueType<Boolean> YES_NO = ValueType.word(
            "yes or no",
            word -> switch (word.toLowerCase(Locale.ROOT)) {
                case "yes", "true" -> true;
                case "no", "false" -> false;
                default -> throw new BadValue("bad value \"" + word + "\"; expected yes or no");
            },
            yes -> yes ? "yes" : "no");

    static final ValueType<AddressFamily> ADDRESS_FAMILY = choice(AddressFamily.class, Map.of());

    static final ValueType<Transport> TRANSPORT = choice(Transport.class, Map.of());

    static final ValueType<Forwarding> TCP_FORWARDING = choice(Forwarding.class, Map.of("all", Forwarding.YES));

    static final ValueType<Forwarding> FTP_FORWARDING = choice(Forwarding.class, Map.of());

    static final ValueType<GatewayPorts> GATEWAY_PORTS = choice(GatewayPorts.class, Map.of());

    static final ValueType<LogLevel> LOG_LEVEL = choice(LogLevel.class, Map.of("DEBUG", LogLevel.DEBUG1));

    static final ValueType<SyslogFacility> SYSLOG_FACILITY = choice(SyslogFacility.class, Map.of());

    static final ValueType<FtpServerDataMode> DATA_MODE = choice(FtpServerDataMode.class, Map.of());

    static final ValueType<FtpEmbeddedLogin> EMBEDDED_LOGIN = choice(FtpEmbeddedLogin.class, Map.of());

    static final ValueType<FtpAuthTls> AUTH_TLS = choice(FtpAuthTls.class, Map.of());

    static final ValueType<FtpServerTls> SERVER_TLS = choice(FtpServerTls.class, Map.of());

    static final ValueType<List<Integer>> PORTS = each("one port, 1 to 65535", PortRanges::port, port -> "" + port);

    static final ValueType<List<ListenAddress>> LISTEN_ADDRESSES = new ValueType<>(
            "an address or ADDRESS:PORT",
            1,
            (words, warnings) -> List.of(ListenAddress.parse(words.get(0))),
            addresses -> addresses.stream().map(address -> List.of(address.toString())).toList(),
            Optional.of(Values::append));

    static final ValueType<Optional<ListenAddress>> LISTEN_OR_NONE = ValueType.word(
            "ADDRESS:PORT such as 127.0.0.1:9022, or none",
            word -> {
                if (word.equalsIgnoreCase(NONE)) {
                    return Optional.empty();
                }
                ListenAddress address = ListenAddress.parse(word);
                if (address.port().isEmpty()) {
                    throw new BadValue("\"" + word + "\" has no port; expected ADDRESS:PORT such as 127.0.0.1:9022, or none");
                }
                return Optional.of(address);
            },
            address -> address.map(ListenAddress::toString).orElse(NONE));

    /** Files, one a line; {@code %} tokens stay as they are. */
    static final ValueType<List<String>> FILES = each("a file name", Values::notEmpty, file -> file);

    /** Files, all on one line, or {@code none}. */
    static final ValueType<List<String>> FILE_LIST = ValueType.line(
            "file names, or none",
            (words, warnings) -> {
                if (words.equals(List.of(NONE))) {
                    return List.of();
                }
                for (String word : words) {
                    if (notEmpty(word).equals(NONE)) {
                        throw new BadValue("\"none\" must stand alone");
                    }
                }
                return List.copyOf(words);
            },
            files -> files.isEmpty() ? List.of(NONE) : files);

    /** Names or addresses of machines, in lower case. */
    static final ValueType<List<String>> HOST_NAMES = ValueType.line(
            "names or addresses of machines",
            (words, warnings) -> {
                for (String word : words) {
                    if (!word.matches("[0-9A-Za-z._:-]{1,255}")) {
                        throw new BadValue("\"" + word + "\" is no name or address; expected some such as localhost ftp.example");
                    }
                }
                return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
            },
            names -> names);

    static final ValueType<Optional<String>> FILE_OR_NONE = ValueType.word(
            "a file name, or none",
            word -> word.equalsIgnoreCase(NONE) ? Optional.empty() : Optional.of(notEmpty(word)),
            file -> file.orElse(NONE));

    static final ValueType<Optional<String>> FILE_OR_SYSTEM = ValueType.word(
            "a file name, or system",
            word -> word.equalsIgnoreCase(SYSTEM) ? Optional.empty() : Optional.of(notEmpty(word)),
            file -> file.orElse(SYSTEM));

    /** What follows SSH-2.0-... and a blank: RFC 4253 section 4.2 wants printable US-ASCII and 255 bytes in all. */
    static final ValueType<Optional<String>> VERSION_ADDENDUM = ValueType.line(
            "a text, or none",
            (words, warnings) -> {
                String text = String.join(" ", words);
                if (!text.matches("[\\x20-\\x7e]{1,200}")) {
                    throw new BadValue("\"" + text + "\" cannot be sent; expected 1 to 200 printable US-ASCII characters");
                }
                return text.equalsIgnoreCase(NONE) ? Optional.empty() : Optional.of(text);
            },
            text -> List.of(text.orElse(NONE)));

    static final ValueType<PermitOpenList> PERMIT_OPEN = ValueType.line(
            "HOST:PORT ..., any or none", (words, warnings) -> PermitOpenList.parse(words), PermitOpenList::words);

    static final ValueType<PermitListenList> PERMIT_LISTEN = ValueType.line(
            "[HOST:]PORT ..., any or none", (words, warnings) -> PermitListenList.parse(words), PermitListenList::words);

    static final ValueType<AuthenticationMethods> AUTHENTICATION_METHODS = ValueType.line(
            "any, or lists such as publickey,password", AuthenticationMethods::parse, AuthenticationMethods::words);

    static final ValueType<UserPatterns> USER_PATTERNS = new ValueType<>(
            "patterns USER or USER@HOST",
            Integer.MAX_VALUE,
            (words, warnings) -> UserPatterns.parse(words),
            users -> users.words().stream().map(List::of).toList(),
            Optional.of(UserPatterns::join));

    static final ValueType<GroupPatterns> GROUP_PATTERNS = new ValueType<>(
            "patterns of group names",
            Integer.MAX_VALUE,
            (words, warnings) -> {
                for (String word : words) {
                    notEmpty(word);
                }
                return new GroupPatterns(words);
            },
            groups -> groups.patterns().stream().map(List::of).toList(),
            Optional.of(GroupPatterns::join));

    static final ValueType<OptionalInt> NUMBER_OR_NONE = ValueType.word(
            "a number, 1 or more, or none",
            word -> word.equalsIgnoreCase("none") ? OptionalInt.empty() : OptionalInt.of(number(word, 1, 999_999_999)),
            number -> number.isPresent() ? "" + number.getAsInt() : "none");

    static final ValueType<PerSourceNetBlockSize> NET_BLOCK_SIZE =
            ValueType.word("bits such as 32:128", PerSourceNetBlockSize::parse, PerSourceNetBlockSize::toString);

    static final ValueType<PerSourcePenalties> PENALTIES = ValueType.line(
            "yes, no, or keywords such as authfail:5s noauth:0 max:10m", (words, warnings) -> PerSourcePenalties.parse(words), PerSourcePenalties::words);

    static final ValueType<AddressPatterns> ADDRESS_PATTERNS =
            ValueType.word("addresses divided by commas, or none", AddressPatterns::parse, AddressPatterns::toString);

    static final ValueType<MaxStartups> MAX_STARTUPS = ValueType.word(
            "START or START:RATE:FULL such as 10:30:100",
            word -> {
                if (word.matches("\\d{1,9}:\\d{1,9}:\\d{1,9}")) {
                    String[] parts = word.split(":");
                    try {
                        return new MaxStartups(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
                    } catch (IllegalArgumentException e) {
                        throw new BadValue("bad value \"" + word + "\"; expected START:RATE:FULL with " + e.getMessage());
                    }
                }
                int start = number(word, 1, 999_999_999);
                return new MaxStartups(start, 100, start);
            },
            MaxStartups::toString);

    static final ValueType<RekeyLimit> REKEY_LIMIT = new ValueType<>(
            "default or a size such as 1G, then optionally none or a time such as 1h",
            2,
            (words, warnings) -> new RekeyLimit(
                    words.get(0).equals("default") ? OptionalLong.empty() : bytes(words.get(0)),
                    words.size() < 2 || words.get(1).equals(NONE) ? Optional.empty() : positive(Durations.parse(words.get(1)))),
            limit -> List.of(List.of(
                    limit.bytes().isPresent() ? "" + limit.bytes().getAsLong() : "default",
                    limit.time().map(Values::seconds).orElse(NONE))),
            Optional.empty());

    /** 0 stands for "no limit" or "off" wherever a directive uses this type. */
    static final ValueType<Duration> TIME = ValueType.word("a time such as 90, 2m or 1h30m", Durations::parse, Values::seconds);

    static final ValueType<Duration> TIME_NOT_ZERO = ValueType.word(
            "a time of at least one second such as 90 or 2m",
            word -> positive(Durations.parse(word))
                    .orElseThrow(() -> new BadValue("\"" + word + "\" is too short; expected at least one second")),
            Values::seconds);

    static final ValueType<PortRanges> PORT_RANGES_OR_NONE = ranges("ports and ranges such as 21 or 30020-30029,30100, or none", NONE);

    /** 0 for "whatever the system gives", which is the empty set. */
    static final ValueType<PortRanges> PORT_RANGES_OR_0 = ranges("ports and ranges such as 50000-50099, or 0", "0");

    static final ValueType<PassivePorts> PASSIVE_PORTS = ValueType.line(
            "ports and ranges such as 30020-30029,30100, server, or none",
            (words, warnings) -> words.size() == 1 && words.get(0).equalsIgnoreCase("server")
                    ? PassivePorts.SERVER
                    : new PassivePorts(false, PORT_RANGES_OR_NONE.parse(words, warnings)),
            value -> List.of(value.server() ? "server" : value.ports().isEmpty() ? NONE : value.ports().toString()));

    static final ValueType<OptionalInt> PORT_OR_NONE = ValueType.word(
            "a port, 1 to 65535, or none",
            word -> word.equalsIgnoreCase(NONE) ? OptionalInt.empty() : OptionalInt.of(PortRanges.port(word)),
            port -> port.isPresent() ? "" + port.getAsInt() : NONE);

    /** PASV's reply has room for an IPv4 address only, and EPSV's names none. */
    static final ValueType<Optional<InetAddress>> IPV4_OR_AUTO = ValueType.word(
            "auto or an IPv4 address",
            word -> {
                Optional<InetAddress> address = address(word);
                if (address.isPresent() && !(address.get() instanceof Inet4Address)) {
                    throw new BadValue("\"" + word
                            + "\" is no IPv4 address, and the reply to PASV has room for no other; expected auto or an IPv4 address");
                }
                return address;
            },
            Values::textOrAuto);

    static final ValueType<SourceAddress> SOURCE_ADDRESS = ValueType.word(
            "auto, client, or an address of this machine",
            word -> {
                if (word.equalsIgnoreCase(CLIENT)) {
                    return SourceAddress.CLIENT;
                }
                Optional<InetAddress> address = address(word);
                if (address.isPresent() && (address.get().isAnyLocalAddress() || address.get().isMulticastAddress())) {
                    throw new BadValue("\"" + word + "\" is no address to connect from; expected auto, client, or an address of this machine");
                }
                return new SourceAddress(false, address);
            },
            source -> source.client() ? CLIENT : textOrAuto(source.address()));

    static final ValueType<FtpServerProxyProtocol> PROXY_PROTOCOL = new ValueType<>(
            "no, v1 or v2, then optionally data",
            2,
            (words, warnings) -> {
                String version = words.get(0).toLowerCase(Locale.ROOT);
                boolean data = words.size() == 2 && words.get(1).equalsIgnoreCase(DATA);
                if (words.size() == 2 && !data) {
                    throw new BadValue("bad value \"" + words.get(1) + "\"; expected data, or nothing");
                }
                if (version.equals("no") && !data) {
                    return FtpServerProxyProtocol.NO;
                }
                if (!version.equals("v1") && !version.equals("v2")) {
                    throw new BadValue("bad value \"" + String.join(" ", words) + "\"; expected no, v1 or v2, then optionally data");
                }
                return new FtpServerProxyProtocol(version.charAt(1) - '0', data);
            },
            value -> List.of(
                    value.version() == 0 ? List.of("no") : value.data() ? List.of("v" + value.version(), DATA) : List.of("v" + value.version())),
            Optional.empty());

    static final ValueType<CidrList> ADDRESSES = ValueType.line(
            "no, yes, or address blocks such as 192.0.2.0/24",
            (words, warnings) -> {
                if (words.size() == 1 && words.get(0).equalsIgnoreCase("no")) {
                    return CidrList.NONE;
                }
                if (words.size() == 1 && words.get(0).equalsIgnoreCase("yes")) {
                    return CidrList.ALL;
                }
                List<Cidr> blocks = new ArrayList<>();
                for (String word : words) {
                    for (String part : word.split(",", -1)) {
                        blocks.add(Cidr.parse(part));
                    }
                }
                return new CidrList(blocks);
            },
            list -> list.equals(CidrList.ALL)
                    ? List.of("yes")
                    : list.equals(CidrList.NONE) ? List.of("no") : list.blocks().stream().map(Cidr::toString).toList());

    static final ValueType<Subsystems> SUBSYSTEMS = new ValueType<>(
            "a name and a command such as sftp internal-sftp",
            Integer.MAX_VALUE,
            Subsystems::parse,
            Subsystems::lines,
            Optional.of(Subsystems::join));

    static final ValueType<FtpRoot> ROOT = ValueType.word("a directory such as /srv/ftp/%u", FtpRoot::parse, FtpRoot::text);

    static final ValueType<FtpAccess> ACCESS =
            ValueType.line("PATH=RIGHTS such as /=rl /up=rwdl", (words, warnings) -> good(FtpAccess::parse, words), FtpAccess::words);

    static final ValueType<FtpQuota> QUOTA =
            ValueType.line("BYTES [FILES] such as 10G 100000, or none", (words, warnings) -> good(FtpQuota::parse, words), FtpQuota::words);

    static final ValueType<FtpRateLimit> RATE_LIMIT = ValueType.line(
            "UP [DOWN] in bytes a second such as 500K 2M, or none", (words, warnings) -> good(FtpRateLimit::parse, words), FtpRateLimit::words);

    static final ValueType<FtpCommands> FTP_COMMANDS = ValueType.line(
            "FTP commands such as DELE RMD \"SITE CHMOD\", or none", (words, warnings) -> good(FtpCommands::parse, words), FtpCommands::words);

    static final ValueType<Integer> UMASK = ValueType.word("an octal number such as 022", word -> good(FtpUmask::parse, word), FtpUmask::text);

    static final ValueType<FtpUploads> UPLOADS = choice(FtpUploads.class, Map.of());

    private Values() {}

    /** Reads with what others read the same words by, too. */
    private static <I, T> T good(Function<I, T> parser, I words) throws BadValue {
        try {
            return parser.apply(words);
        } catch (IllegalArgumentException e) {
            throw new BadValue(e.getMessage());
        }
    }

    static ValueType<Integer> integer(int least, int most) {
        return ValueType.word("a number, " + least + " to " + most, word -> number(word, least, most), number -> "" + number);
    }

    static ValueType<AlgorithmList> algorithms(Algorithms kind) {
        return new ValueType<>(
                "names divided by commas, optionally after + (append), - (remove) or ^ (put first)",
                1,
                (words, warnings) -> AlgorithmList.parse(kind, words.get(0), warnings),
                list -> List.of(List.of(list.toString())),
                Optional.empty());
    }

    /** One argument a line, and every line adds to the list. */
    private static <T> ValueType<List<T>> each(String expected, ValueType.WordParser<T> parser, Function<T, String> formatter) {
        BinaryOperator<List<T>> join = Values::append;
        return new ValueType<>(
                expected,
                1,
                (words, warnings) -> List.of(parser.parse(words.get(0))),
                values -> values.stream().map(value -> List.of(formatter.apply(value))).toList(),
                Optional.of(join));
    }

    /** The names of an enumeration, or other names for some of them, in either case; log levels and facilities are printed in capitals. */
    private static <E extends Enum<E>> ValueType<E> choice(Class<E> type, Map<String, E> aliases) {
        boolean capitals = type == LogLevel.class || type == SyslogFacility.class;
        Function<E, String> name = value -> capitals ? value.name() : value.name().toLowerCase(Locale.ROOT);
        Map<String, E> values = new LinkedHashMap<>();
        for (E value : type.getEnumConstants()) {
            values.put(name.apply(value), value);
        }
        values.putAll(aliases);
        String expected = "one of " + String.join(", ", values.keySet());
        return ValueType.word(
                expected,
                word -> {
                    for (Map.Entry<String, E> entry : values.entrySet()) {
                        if (entry.getKey().equalsIgnoreCase(word)) {
                            return entry.getValue();
                        }
                    }
                    throw new BadValue("bad value \"" + word + "\"; expected " + expected);
                },
                name);
    }

    private static ValueType<PortRanges> ranges(String expected, String empty) {
        return ValueType.line(
                expected,
                (words, warnings) -> words.size() == 1 && words.get(0).equalsIgnoreCase(empty)
                        ? PortRanges.NONE
                        : PortRanges.parse(String.join(",", words)),
                ranges -> List.of(ranges.isEmpty() ? empty : ranges.toString()));
    }

    private static Optional<InetAddress> address(String word) throws BadValue {
        if (word.toLowerCase(Locale.ROOT).equals(AUTO)) {
            return Optional.empty();
        }
        return Optional.of(Addresses.parse(word)
                .orElseThrow(() -> new BadValue("\"" + word + "\" is no numeric address; expected auto or an address such as 192.0.2.1")));
    }

    private static String textOrAuto(Optional<InetAddress> address) {
        return address.map(Addresses::text).orElse(AUTO);
    }

    private static int number(String word, int least, int most) throws BadValue {
        if (word.matches("\\d{1,9}")) {
            int number = Integer.parseInt(word);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new BadValue("bad value \"" + word + "\"; expected a number, " + least + " to " + most);
    }

    private static OptionalLong bytes(String word) throws BadValue {
        if (word.matches("\\d{1,12}[KkMmGg]?")) {
            char unit = Character.toUpperCase(word.charAt(word.length() - 1));
            int shift = unit == 'K' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0;
            long bytes = Long.parseLong(shift == 0 ? word : word.substring(0, word.length() - 1)) << shift;
            if (bytes == 0) {
                return OptionalLong.empty();
            }
            if (bytes >= 16 && bytes >>> 50 == 0) {
                return OptionalLong.of(bytes);
            }
        }
        throw new BadValue("bad size \"" + word + "\"; expected default, or 16 bytes to 1000000G, with an optional K, M or G");
    }

    private static Optional<Duration> positive(Duration duration) {
        return duration.isZero() ? Optional.empty() : Optional.of(duration);
    }

    private static String seconds(Duration duration) {
        return "" + duration.toSeconds();
    }

    private static String notEmpty(String word) throws BadValue {
        if (word.isEmpty()) {
            throw new BadValue("the argument is empty");
        }
        return word;
    }

    private static <T> List<T> append(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
