package io.sshdftp.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code AllowUsers}, {@code DenyUsers}: patterns {@code USER} or {@code USER@HOST}, HOST a pattern-list of names, addresses and blocks.
 */
public final class UserPatterns {
    /** The list of a directive that is not set. */
    public static final UserPatterns EMPTY = new UserPatterns(List.of());

    private record Item(String text, String user, Optional<PatternList> host) {}

    private final List<Item> items;

    private UserPatterns(List<Item> items) {
        this.items = List.copyOf(items);
    }

    /**
     * True if any pattern fits.
     *
     * @param host the peer's name, or its address as text where no name was looked up
     */
    public boolean matches(String user, String host, InetAddress address) {
        return items.stream()
                .filter(item -> Wildcard.matches(user, item.user()))
                .anyMatch(item -> item.host().map(patterns -> from(patterns, host, address)).orElse(true));
    }

    /** True if the directive is not set; an empty list allows, and denies, nobody in particular. */
    public boolean isEmpty() {
        return items.isEmpty();
    }

    private static boolean from(PatternList patterns, String host, InetAddress address) {
        PatternList.Verdict byAddress = patterns.address(address);
        PatternList.Verdict byName = patterns.host(host);
        return byAddress != PatternList.Verdict.NEGATED
                && byName != PatternList.Verdict.NEGATED
                && (byAddress == PatternList.Verdict.MATCH || byName == PatternList.Verdict.MATCH);
    }

    static UserPatterns parse(List<String> words) throws BadValue {
        List<Item> items = new ArrayList<>();
        for (String word : words) {
            // The last @, because names of a directory service hold one themselves.
            int at = word.lastIndexOf('@');
            String user = at < 0 ? word : word.substring(0, at);
            if (user.isEmpty()) {
                throw new BadValue("\"" + word + "\" has no user; write USER or USER@HOST, * for every user");
            }
            items.add(new Item(word, user, at < 0 ? Optional.empty() : Optional.of(PatternList.hosts(word.substring(at + 1)))));
        }
        return new UserPatterns(items);
    }

    UserPatterns join(UserPatterns more) {
        List<Item> all = new ArrayList<>(items);
        all.addAll(more.items);
        return new UserPatterns(all);
    }

    List<String> words() {
        return items.stream().map(Item::text).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserPatterns patterns && items.equals(patterns.items);
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }

    @Override
    public String toString() {
        return String.join(" ", words());
    }
}
