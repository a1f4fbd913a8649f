package io.sshdftp.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** {@code AllowGroups}, {@code DenyGroups}: patterns of group names. */
public record GroupPatterns(List<String> patterns) {
    /** The list of a directive that is not set. */
    public static final GroupPatterns EMPTY = new GroupPatterns(List.of());

    /** Copies the list. */
    public GroupPatterns {
        patterns = List.copyOf(patterns);
    }

    /** True if any pattern fits any of the groups. */
    public boolean matches(Collection<String> groups) {
        return groups.stream().anyMatch(group -> patterns.stream().anyMatch(pattern -> Wildcard.matches(group, pattern)));
    }

    /** True if the directive is not set. */
    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    GroupPatterns join(GroupPatterns more) {
        List<String> all = new ArrayList<>(patterns);
        all.addAll(more.patterns);
        return new GroupPatterns(all);
    }
}
