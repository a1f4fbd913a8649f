package io.sshdftp.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code FtpEmbeddedAccess}: what users may do with their files, {@code PATH=RIGHTS ...}; the longest path that fits holds.
 *
 * @param rules rights by path from the user's root, {@code /} among them; without doubled slashes and none behind
 */
public record FtpAccess(Map<String, Rights> rules) {
    /** Read, write, delete, list. */
    public record Rights(boolean read, boolean write, boolean delete, boolean list) {
        private static final String NONE = "none";

        private static Rights parse(String letters) {
            if (letters.equals(NONE)) {
                return new Rights(false, false, false, false);
            }
            if (letters.isEmpty() || letters.chars().anyMatch(c -> "rwdl".indexOf(c) < 0)) {
                throw new IllegalArgumentException("\"" + letters + "\" are no rights; expected letters of r (read), w (write), d (delete),"
                        + " l (list), or none");
            }
            return new Rights(letters.contains("r"), letters.contains("w"), letters.contains("d"), letters.contains("l"));
        }

        @Override
        public String toString() {
            String letters = (read ? "r" : "") + (write ? "w" : "") + (delete ? "d" : "") + (list ? "l" : "");
            return letters.isEmpty() ? NONE : letters;
        }
    }

    /** Copies the map. */
    public FtpAccess {
        rules = Map.copyOf(rules);
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException says what is wrong and what was expected
     */
    public static FtpAccess parse(List<String> words) {
        Map<String, Rights> rules = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.lastIndexOf('=');
            String path = equals < 0 ? "" : word.substring(0, equals);
            if (!path.equals("/") && !path.matches("(/(?!\\.\\.?(/|$))[^/]+)+")) {
                throw new IllegalArgumentException("\"" + word + "\" is not PATH=RIGHTS with a path such as / or /up; expected e.g. /=rl /up=rwdl");
            }
            if (rules.put(path, Rights.parse(word.substring(equals + 1))) != null) {
                throw new IllegalArgumentException(path + " stands there twice");
            }
        }
        if (!rules.containsKey("/")) {
            throw new IllegalArgumentException("there are no rights for /; add e.g. /=rl, or /=none");
        }
        return new FtpAccess(rules);
    }

    /** The words that parse back to this. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        rules.keySet().stream().sorted().forEach(path -> words.add(path + "=" + rules.get(path)));
        return words;
    }
}
