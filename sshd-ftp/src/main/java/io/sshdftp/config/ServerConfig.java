package io.sshdftp.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A configuration that was read and found good: files in the syntax of sshd_config(5), and overrides of the command line.
 *
 * <p>The first line that sets a directive wins, an override before a file's; lists (Port, ListenAddress, HostKey, Allow and Deny) grow with
 * each line. What a {@code Match} block that fits says stands above what the global part and the overrides say, as in sshd; among such
 * blocks the first wins. Ports given as overrides replace the file's.
 *
 * <p>A relative {@code Include} starts at the directory of the main file, which is /etc/ssh for /etc/ssh/sshd_config as in sshd, also
 * inside files that are included. Other paths are taken as they are, {@code %} tokens included.
 *
 * <p>Immutable; any thread may ask.
 */
public final class ServerConfig {
    private final List<ConfigReader.Entry> entries;
    private final List<String> warnings;
    private final Settings global;

    private ServerConfig(List<ConfigReader.Entry> entries, List<String> warnings) {
        this.entries = List.copyOf(entries);
        this.warnings = List.copyOf(warnings);
        this.global = new Settings(collect(this.entries.stream().filter(entry -> entry.conditions().isEmpty()).toList()));
    }

    /**
     * Reads a configuration.
     *
     * @param file the main file; {@code none} for no file at all
     * @param overrides lines such as {@code Port=2222}, as {@code -o} takes them
     * @throws ConfigException the file cannot be read, or lines in it are wrong; carries a message for each
     */
    public static ServerConfig load(Path file, List<String> overrides) throws ConfigException {
        Path directory = file.toAbsolutePath().getParent();
        ConfigReader reader = new ConfigReader(directory == null ? Path.of("/") : directory);
        for (int i = 0; i < overrides.size(); i++) {
            reader.override(overrides.get(i), i + 1);
        }
        if (!file.toString().equals("none")) {
            reader.file(file, 0);
        }
        boolean portOverridden = reader.entries.stream()
                .anyMatch(entry -> entry.directive() == Directives.PORT && entry.where().isCommandLine());
        if (portOverridden) {
            reader.entries.removeIf(entry -> entry.directive() == Directives.PORT && !entry.where().isCommandLine());
        }
        ServerConfig config = new ServerConfig(reader.entries, reader.warnings);
        List<String> errors = new ArrayList<>(reader.errors);
        config.checkTogether(errors);
        if (!errors.isEmpty()) {
            throw new ConfigException(errors);
        }
        return config;
    }

    /** What the global part says. */
    public Settings global() {
        return global;
    }

    /** What holds for a connection: the {@code Match} blocks that fit it, above the global part. */
    public Settings forConnection(ConnectionFacts facts) {
        Map<MatchRule, Boolean> known = new HashMap<>();
        List<ConfigReader.Entry> fitting = entries.stream()
                .filter(entry -> !entry.conditions().isEmpty())
                .filter(entry -> entry.conditions().stream().allMatch(rule -> known.computeIfAbsent(rule, r -> r.matches(facts))))
                .toList();
        return fitting.isEmpty() ? global : above(fitting);
    }

    /** True when there is a connection for which the directive has that value: globally, or in some {@code Match} block. */
    public <T> boolean mayBe(Directive<T> directive, T value) {
        return global.get(directive).equals(value)
                || entries.stream().anyMatch(entry -> entry.directive() == directive && value.equals(entry.value()));
    }

    /** Every value of the directive that some connection may find. */
    @SuppressWarnings("unchecked")
    public <T> List<T> values(Directive<T> directive) {
        Stream<T> set = entries.stream().filter(entry -> entry.directive() == directive).map(entry -> (T) entry.value());
        return Stream.concat(Stream.of(global.get(directive)), set).distinct().toList();
    }

    /** What was accepted with a reservation, a line each: {@code FILE line N: ...}. To be logged once. */
    public List<String> warnings() {
        return warnings;
    }

    /** Where to listen: every {@code ListenAddress}, with every {@code Port} where it has none of its own; the port is always present. */
    public List<ListenAddress> listenAddresses() {
        AddressFamily family = global.get(Directives.ADDRESS_FAMILY);
        List<ListenAddress> result = new ArrayList<>();
        for (ListenAddress address : global.get(Directives.LISTEN_ADDRESS)) {
            if (!global.isSet(Directives.LISTEN_ADDRESS) && excluded(address, family)) {
                continue;
            }
            if (address.port().isPresent()) {
                result.add(address);
            } else {
                global.get(Directives.PORT).forEach(port -> result.add(new ListenAddress(address.host(), OptionalInt.of(port))));
            }
        }
        return result;
    }

    /**
     * The text that {@code sshd -T} prints: each directive in lower case with its value, a line for each item of a list. It loads again,
     * and then dumps to the same text.
     */
    public String dump(Settings settings) {
        StringBuilder text = new StringBuilder();
        for (Directive<?> directive : Directives.all()) {
            List<String> lines = directive == Directives.LISTEN_ADDRESS
                    ? Directives.LISTEN_ADDRESS.format(listenAddresses())
                    : lines(directive, settings);
            lines.forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    private static <T> List<String> lines(Directive<T> directive, Settings settings) {
        return directive.format(settings.get(directive));
    }

    private Settings above(List<ConfigReader.Entry> fitting) {
        Map<Directive<?>, Object> values = new HashMap<>(global.values());
        values.putAll(collect(fitting));
        return new Settings(values);
    }

    private static Map<Directive<?>, Object> collect(List<ConfigReader.Entry> entries) {
        Map<Directive<?>, Object> values = new LinkedHashMap<>();
        for (ConfigReader.Entry entry : entries) {
            values.merge(entry.directive(), entry.value(), (first, second) -> joined(entry.directive(), first, second));
        }
        return values;
    }

    @SuppressWarnings("unchecked")
    private static <T> Object joined(Directive<T> directive, Object first, Object second) {
        return directive.type().join().map(join -> (Object) join.apply((T) first, (T) second)).orElse(first);
    }

    /** What no line can see alone. */
    private void checkTogether(List<String> errors) {
        AddressFamily family = global.get(Directives.ADDRESS_FAMILY);
        for (ConfigReader.Entry entry : entries) {
            if (entry.directive() == Directives.LISTEN_ADDRESS) {
                for (ListenAddress address : global.get(Directives.LISTEN_ADDRESS)) {
                    if (((List<?>) entry.value()).contains(address) && excluded(address, family)) {
                        errors.add(entry.where() + ": ListenAddress: AddressFamily " + family.name().toLowerCase(Locale.ROOT)
                                + " leaves out " + address.host() + "; change one of the two");
                    }
                }
            }
        }
        checkPorts(global, "", errors);
        checkTls(global, "", errors);
        List<List<MatchRule>> blocks = entries.stream().map(ConfigReader.Entry::conditions).filter(c -> !c.isEmpty()).distinct().toList();
        for (List<MatchRule> block : blocks) {
            List<ConfigReader.Entry> inside = entries.stream().filter(entry -> entry.conditions().equals(block)).toList();
            List<String> found = new ArrayList<>();
            checkPorts(above(inside), inside.get(0).where() + ": in this Match block: ", found);
            checkTls(above(inside), inside.get(0).where() + ": in this Match block: ", found);
            found.stream().filter(error -> errors.stream().noneMatch(known -> error.endsWith(known))).forEach(errors::add);
        }
    }

    /** One port with two meanings could be told apart by luck only. */
    private static void checkPorts(Settings settings, String where, List<String> errors) {
        PortRanges control = settings.get(Directives.FTP_CONTROL_PORTS);
        PortRanges passive = settings.get(Directives.FTP_PASSIVE_PORTS).ports();
        PortRanges active = settings.get(Directives.FTP_ACTIVE_PORTS);
        OptionalInt socks = settings.get(Directives.FTP_REVERSE_SOCKS_PORT);
        String change = "; give them different ports, or set one to none";
        if (control.overlaps(passive)) {
            errors.add(where + "FtpControlPorts " + control + " and FtpPassivePorts " + passive + " have a port in common" + change);
        }
        if (control.overlaps(active)) {
            errors.add(where + "FtpControlPorts " + control + " and FtpActivePorts " + active + " have a port in common" + change);
        }
        if (socks.isPresent() && control.contains(socks.getAsInt())) {
            errors.add(where + "FtpReverseSocksPort " + socks.getAsInt() + " is one of FtpControlPorts " + control + change);
        }
        if (socks.isPresent() && active.contains(socks.getAsInt())) {
            errors.add(where + "FtpReverseSocksPort " + socks.getAsInt() + " is one of FtpActivePorts " + active + change);
        }
    }

    /** One TLS of the client's with the server, and one of ours: the server has only one. */
    private static void checkTls(Settings settings, String where, List<String> errors) {
        FtpServerTls server = settings.get(Directives.FTP_SERVER_TLS);
        if (server != FtpServerTls.NO && settings.get(Directives.FTP_AUTH_TLS) == FtpAuthTls.PASSTHROUGH) {
            errors.add(where + "FtpServerTls " + server.name().toLowerCase(Locale.ROOT) + " and FtpAuthTls passthrough exclude each other;"
                    + " set FtpAuthTls refuse, or FtpServerTls no");
        }
    }

    private static boolean excluded(ListenAddress address, AddressFamily family) {
        boolean colon = address.host().indexOf(':') >= 0;
        return family == AddressFamily.INET && colon
                || family == AddressFamily.INET6 && Addresses.parse(address.host()).isPresent() && !colon;
    }
}
