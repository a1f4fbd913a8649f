package io.sshdftp.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** The criteria of one {@code Match} line, all of which must hold. Compared by identity: two lines are two rules. */
final class MatchRule {
    /** What a line with an error becomes, so that the lines behind it are checked all the same. */
    static final MatchRule NEVER = new MatchRule(List.of(facts -> false), false);

    private static final String NAMES = "User, Group, Host, Address, LocalAddress, LocalPort, Version, FtpHost, Invalid-User or All";

    private final List<Predicate<ConnectionFacts>> criteria;

    private final boolean asksFtpHost;

    private MatchRule(List<Predicate<ConnectionFacts>> criteria, boolean asksFtpHost) {
        this.criteria = criteria;
        this.asksFtpHost = asksFtpHost;
    }

    /** What stands under it may hold for one control connection and not for another of the same SSH connection. */
    boolean asksFtpHost() {
        return asksFtpHost;
    }

    boolean matches(ConnectionFacts facts) {
        return criteria.stream().allMatch(criterion -> criterion.test(facts));
    }

    /** @param words what follows the keyword: NAME PATTERNS or NAME=PATTERNS, any number of them */
    static MatchRule parse(List<String> words) throws BadValue {
        if (words.isEmpty()) {
            throw new BadValue("no criteria; expected " + NAMES);
        }
        List<Predicate<ConnectionFacts>> criteria = new ArrayList<>();
        boolean all = false;
        boolean ftpHost = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String name = (equals < 0 ? word : word.substring(0, equals)).toLowerCase(Locale.ROOT);
            if (name.equals("all") || name.equals("invalid-user")) {
                if (equals >= 0) {
                    throw new BadValue("\"" + word + "\": " + name + " takes no argument");
                }
                all |= name.equals("all");
                criteria.add(name.equals("all") ? facts -> true : ConnectionFacts::invalidUser);
                continue;
            }
            String argument;
            if (equals >= 0) {
                argument = word.substring(equals + 1);
            } else if (i + 1 < words.size()) {
                argument = words.get(++i);
            } else {
                throw new BadValue(known(name) ? "missing argument after \"" + word + "\"" : unknown(word));
            }
            ftpHost |= name.equals("ftphost");
            criteria.add(criterion(name, argument));
        }
        if (all && words.size() > 1) {
            throw new BadValue("All cannot be combined with other criteria");
        }
        return new MatchRule(List.copyOf(criteria), ftpHost);
    }

    private static Predicate<ConnectionFacts> criterion(String name, String argument) throws BadValue {
        if (name.equals("localport")) {
            PortRanges ports = PortRanges.parse(argument);
            return facts -> facts.localPort().isPresent() && ports.contains(facts.localPort().getAsInt());
        }
        if (!known(name)) {
            throw new BadValue(unknown(name));
        }
        PatternList patterns = name.endsWith("address") || name.equals("ftphost") ? PatternList.hosts(argument) : PatternList.names(argument);
        return switch (name) {
            case "user" -> facts -> facts.user().map(patterns::text).filter(PatternList.Verdict.MATCH::equals).isPresent();
            case "group" -> facts -> {
                List<PatternList.Verdict> verdicts = facts.groups().stream().map(patterns::text).toList();
                return verdicts.contains(PatternList.Verdict.MATCH) && !verdicts.contains(PatternList.Verdict.NEGATED);
            };
            case "host" -> facts -> facts.host()
                    .or(() -> facts.address().map(Addresses::text))
                    .map(patterns::host)
                    .filter(PatternList.Verdict.MATCH::equals)
                    .isPresent();
            case "address" -> facts -> facts.address().map(patterns::address).filter(PatternList.Verdict.MATCH::equals).isPresent();
            case "localaddress" -> facts ->
                    facts.localAddress().map(patterns::address).filter(PatternList.Verdict.MATCH::equals).isPresent();
            // As PermitOpen: by what the client wrote, and no name is looked up.
            case "ftphost" -> facts -> facts.ftpHost()
                    .filter(host -> patterns.host(host) == PatternList.Verdict.MATCH
                            || patterns.host(host) == PatternList.Verdict.NO_MATCH
                                    && Addresses.parse(host).map(patterns::address).filter(PatternList.Verdict.MATCH::equals).isPresent())
                    .isPresent();
            default -> facts -> facts.version().map(patterns::text).filter(PatternList.Verdict.MATCH::equals).isPresent();
        };
    }

    private static boolean known(String name) {
        return List.of("user", "group", "host", "address", "localaddress", "localport", "version", "ftphost").contains(name);
    }

    private static String unknown(String name) {
        return "unknown criterion \"" + name + "\"; expected " + NAMES;
    }
}
