package io.sshdftp.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * {@code AuthenticationMethods}: lists of methods. A user is in when every method of one list has succeeded, in its order.
 *
 * @param lists methods by their names in RFC 4252; none for {@link #ANY}
 */
public record AuthenticationMethods(List<List<String>> lists) {
    /** Any single method that is switched on. */
    public static final AuthenticationMethods ANY = new AuthenticationMethods(List.of());

    private static final String ANY_WORD = "any";
    private static final Set<String> OFFERED = Set.of("publickey", "password");
    /** What sshd knows besides, with or without a device behind a colon. */
    private static final Set<String> ELSEWHERE =
            Set.of("keyboard-interactive", "hostbased", "gssapi-with-mic", "none");

    public AuthenticationMethods {
        lists = lists.stream().map(List::copyOf).toList();
    }

    /** As sshd: a list that can never be gone through is left out, and one has to be left. */
    static AuthenticationMethods parse(List<String> words, Consumer<String> warnings) throws BadValue {
        if (words.equals(List.of(ANY_WORD))) {
            return ANY;
        }
        List<List<String>> lists = new ArrayList<>();
        for (String word : words) {
            List<String> methods = List.of(word.split(",", -1));
            for (String method : methods) {
                String name = method.replaceFirst("^(keyboard-interactive):.+", "$1");
                if (!OFFERED.contains(name) && !ELSEWHERE.contains(name)) {
                    throw new BadValue("unknown method \"" + method + "\"; expected any, or lists of publickey and password such as publickey,password");
                }
            }
            if (OFFERED.containsAll(methods)) {
                lists.add(methods);
            } else {
                warnings.accept("the list " + word + " is left out: not all of it is offered here");
            }
        }
        if (lists.isEmpty()) {
            throw new BadValue("\"" + String.join(" ", words) + "\" leaves nobody a way in; name at least one list of publickey and password");
        }
        return new AuthenticationMethods(lists);
    }

    List<String> words() {
        return lists.isEmpty() ? List.of(ANY_WORD) : lists.stream().map(list -> String.join(",", list)).toList();
    }
}
