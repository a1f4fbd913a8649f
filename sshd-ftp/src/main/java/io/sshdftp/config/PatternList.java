package io.sshdftp.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A pattern-list of ssh_config(5): patterns divided by commas, each of which {@code !} can negate. A negated match decides at once, so a
 * list of negations alone never matches.
 */
record PatternList(List<Item> items) {
    /** The {@code cidr} is present where the pattern is an address or a block of addresses. */
    record Item(boolean negated, String pattern, Optional<Cidr> cidr) {}

    /** What a list says of one text. */
    enum Verdict {
        MATCH,
        NO_MATCH,
        /** A negated pattern matched: not even another text of the same subject (another group, the host name) may match now. */
        NEGATED
    }

    PatternList {
        items = List.copyOf(items);
    }

    /**
     * Patterns of names.
     *
     * @throws BadValue an empty pattern
     */
    static PatternList names(String text) throws BadValue {
        return parse(text, false);
    }

    /**
     * Patterns of names, addresses and blocks of addresses.
     *
     * @throws BadValue an empty pattern, or a block that is none
     */
    static PatternList hosts(String text) throws BadValue {
        return parse(text, true);
    }

    private static PatternList parse(String text, boolean addresses) throws BadValue {
        List<Item> items = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            boolean negated = part.startsWith("!");
            String pattern = negated ? part.substring(1) : part;
            if (pattern.isEmpty()) {
                throw new BadValue("an empty pattern in \"" + text + "\"; expected patterns divided by single commas");
            }
            items.add(new Item(negated, pattern, addresses ? Cidr.parseIfAddress(pattern) : Optional.empty()));
        }
        return new PatternList(items);
    }

    Verdict text(String text) {
        return verdict(item -> Wildcard.matches(text, item.pattern()));
    }

    /** Host names, compared in lower case. */
    Verdict host(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return verdict(item -> Wildcard.matches(lower, item.pattern().toLowerCase(Locale.ROOT)));
    }

    /** Addresses: by block where the pattern is one, else by text. */
    Verdict address(InetAddress address) {
        String text = Addresses.text(address);
        return verdict(item -> item.cidr().map(cidr -> cidr.contains(address)).orElseGet(() -> Wildcard.matches(text, item.pattern())));
    }

    private Verdict verdict(Predicate<Item> matches) {
        Verdict verdict = Verdict.NO_MATCH;
        for (Item item : items) {
            if (matches.test(item)) {
                if (item.negated()) {
                    return Verdict.NEGATED;
                }
                verdict = Verdict.MATCH;
            }
        }
        return verdict;
    }
}
