package io.sshdftp.store;

import java.util.ArrayList;
import java.util.List;

/**
 * An absolute path as the user sees it, free of {@code .}, {@code ..} and doubled slashes; {@code /} is the user's root. A {@code ..} above
 * the root stays at the root (as in a changed root, chroot(2)). Immutable.
 *
 * <p>Names are text. A byte of a name on the disk that is no UTF-8, or a control character, stands in it as one of the private characters
 * U+F701 to U+F7FF, whose low byte it is; so every file that is there can be named, in each protocol, and no name breaks a line.
 *
 * <p>BOUNDS: {@value #MAX_NAME_BYTES} bytes a name, {@value #MAX_PATH_BYTES} bytes in all, in UTF-8.
 *
 * @param names from the root down
 */
public record StorePath(List<String> names) {
    /** The user's root. */
    public static final StorePath ROOT = new StorePath(List.of());

    /** Longest name, as most file systems have it. */
    public static final int MAX_NAME_BYTES = 255;

    /** Longest path. */
    public static final int MAX_PATH_BYTES = 4096;

    public StorePath {
        names = List.copyOf(names);
    }

    /**
     * A path that a client wrote: absolute, or relative to {@code this}. An empty one is {@code this}.
     *
     * @throws BadPathException too long, a NUL or another control character in it, or the name of an unfinished upload
     */
    public StorePath resolve(String text) throws BadPathException {
        List<String> result = new ArrayList<>(text.startsWith("/") ? List.of() : names);
        for (String name : text.split("/", -1)) {
            if (name.equals("..")) {
                if (!result.isEmpty()) {
                    result.remove(result.size() - 1);
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                FileNames.check(name, text);
                result.add(name);
            }
        }
        StorePath path = new StorePath(result);
        if (FileNames.length(path.toString()) > MAX_PATH_BYTES) {
            throw new BadPathException(text, "the path is longer than " + MAX_PATH_BYTES + " bytes");
        }
        return path;
    }

    /**
     * The text of a path, or of a part of one, that a client sent as bytes: bytes that are no UTF-8 stand for themselves, as the class
     * comment says, so that two of them are two names. What is UTF-8 is taken as it is; {@link #resolve} says whether it is good.
     */
    public static String text(byte[] sent) {
        return FileNames.sent(sent);
    }

    /**
     * The bytes of a path, or of a line with one, for a client that takes bytes: as the disk has them, but for control characters, which
     * stay escaped.
     *
     * @param text of this class or of a {@link Listing}, and what surrounds it
     */
    public static byte[] bytes(String text) {
        return FileNames.toBeSent(text);
    }

    /** True for {@code /}. */
    public boolean isRoot() {
        return names.isEmpty();
    }

    /** A name in this directory, as a {@link Listing} tells it. */
    public StorePath child(String name) {
        List<String> result = new ArrayList<>(names);
        result.add(name);
        return new StorePath(result);
    }

    /** The directory above; that of the root is the root. */
    public StorePath parent() {
        return isRoot() ? this : new StorePath(names.subList(0, names.size() - 1));
    }

    /** The last name; empty for the root. */
    public String name() {
        return isRoot() ? "" : names.get(names.size() - 1);
    }

    /** True when this is {@code other} or lies below it. */
    public boolean startsWith(StorePath other) {
        return names.size() >= other.names.size() && names.subList(0, other.names.size()).equals(other.names);
    }

    /** With a slash in front and none behind. */
    @Override
    public String toString() {
        return "/" + String.join("/", names);
    }
}
