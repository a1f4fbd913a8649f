package io.sshdftp.auth;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The value of {@code from="..."}: addresses, CIDR blocks, and patterns with {@code *} and {@code ?}, separated by commas; with {@code !}
 * before it, one keeps out what the others let in (ssh_config(5), PATTERNS).
 */
final class SourcePatterns {
    private static final int MAX_PATTERNS = 1024;
    private static final Pattern IPV4 = Pattern.compile("(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f]*:[0-9a-f:.]*");

    private final List<Entry> entries = new ArrayList<>();

    private SourcePatterns() {}

    private sealed interface Entry {
        boolean negated();
    }

    private record Block(boolean negated, byte[] network, int bits) implements Entry {
        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (network[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }

        /** True when a bit behind the mask is set: 10.1.2.3/8 is a mistake, and what was meant cannot be known. */
        boolean hasHostBits() {
            for (int bit = bits; bit < network.length * 8; bit++) {
                if ((network[bit >> 3] & 0x80 >> (bit & 7)) != 0) {
                    return true;
                }
            }
            return false;
        }
    }

    private record Wildcard(boolean negated, String pattern) implements Entry {}

    /** @throws IllegalArgumentException when an entry is neither; the message says which */
    static SourcePatterns parse(String list) {
        SourcePatterns patterns = new SourcePatterns();
        for (String item : list.split(",", -1)) {
            boolean negated = item.startsWith("!");
            String text = (negated ? item.substring(1) : item).toLowerCase(Locale.ROOT);
            if (text.isEmpty()) {
                throw new IllegalArgumentException("it has an empty entry");
            }
            if (patterns.entries.size() >= MAX_PATTERNS) {
                throw new IllegalArgumentException("it has more than " + MAX_PATTERNS + " entries");
            }
            patterns.entries.add(entry(negated, text));
        }
        return patterns;
    }

    /**
     * True when an entry matches and no negated one does.
     *
     * @param hostName the name of the address where {@code UseDNS} has found one
     */
    boolean matches(InetAddress address, Optional<String> hostName) {
        String numeric = numeric(address);
        String name = hostName.orElse(numeric).toLowerCase(Locale.ROOT);
        boolean found = false;
        for (Entry entry : entries) {
            boolean hit;
            if (entry instanceof Block block) {
                hit = block.contains(address.getAddress());
            } else {
                String pattern = ((Wildcard) entry).pattern();
                hit = matchesWildcard(pattern, numeric) || matchesWildcard(pattern, name);
            }
            if (hit && entry.negated()) {
                return false;
            }
            found |= hit;
        }
        return found;
    }

    private static Entry entry(boolean negated, String text) {
        int slash = text.indexOf('/');
        Optional<byte[]> address = address(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return address.<Entry>map(bytes -> new Block(negated, bytes, bytes.length * 8)).orElse(new Wildcard(negated, text));
        }
        if (address.isEmpty()) {
            throw new IllegalArgumentException(text + " is no address/bits");
        }
        String bits = text.substring(slash + 1);
        int most = address.get().length * 8;
        if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > most) {
            throw new IllegalArgumentException(text + " has a mask that is not 0 to " + most + " bits");
        }
        Block block = new Block(negated, address.get(), Integer.parseInt(bits));
        if (block.hasHostBits()) {
            throw new IllegalArgumentException(text + " has bits set behind its mask");
        }
        return block;
    }

    /** Never asks a name server: only what can be nothing but an address is given to Java. */
    private static Optional<byte[]> address(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static String numeric(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return (scope < 0 ? text : text.substring(0, scope)).toLowerCase(Locale.ROOT);
    }

    /** {@code *} for any run, {@code ?} for one character; in time linear in both but for the last {@code *}, so no regular expression. */
    static boolean matchesWildcard(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                mark = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
