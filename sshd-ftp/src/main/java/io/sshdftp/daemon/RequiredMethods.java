package io.sshdftp.daemon;

import io.sshdftp.config.AuthenticationMethods;
import java.util.ArrayList;
import java.util.List;

/** How far a client has come on the lists of {@code AuthenticationMethods}. THREADS: any; one call at a time. */
final class RequiredMethods {
    /** What is left of each. */
    private final List<List<String>> lists = new ArrayList<>();

    /** @param enabled the methods that are switched on; a list with another one is not gone through, as in sshd */
    RequiredMethods(AuthenticationMethods methods, List<String> enabled) {
        List<List<String>> all = methods.equals(AuthenticationMethods.ANY) ? enabled.stream().map(List::of).toList() : methods.lists();
        all.stream().filter(enabled::containsAll).map(ArrayList::new).forEach(lists::add);
    }

    /** What may be tried now, each once. */
    List<String> next() {
        return lists.stream().map(list -> list.get(0)).distinct().toList();
    }

    /**
     * One of {@link #next} has succeeded.
     *
     * @return true when that completes a list: the user is in
     */
    boolean succeeded(String method) {
        lists.stream().filter(list -> list.get(0).equals(method)).forEach(list -> list.remove(0));
        return lists.stream().anyMatch(List::isEmpty);
    }
}
