package io.sshdftp.record;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where an FTP session stands, as far as its commands and replies tell, so that records can name whole paths. A server's own links are not
 * known: {@code ..} takes back the last name.
 *
 * <p>Before the server has named a directory (257) or the client an absolute one, paths are relative to where the login began.
 */
final class WorkingDirectory {
    /** Characters of the longest path that is put together; beyond it stays what the client gave. */
    private static final int MAX_PATH = 4096;

    /** Begins with a slash when it is known; else relative to where the login began. */
    private String current = "";
    /** False for a system whose paths are not divided by slashes (MVS, VMS, Windows): there nothing can be put together. */
    private boolean slashes = true;

    /** The server accepted CWD, or CDUP as {@code ..}. */
    void changed(String to) {
        current = resolve(to);
    }

    /** The server has said where it is (257). */
    void named(String path) {
        slashes = path.startsWith("/");
        current = slashes ? path : "";
    }

    /** A new login: everything is unknown again. */
    void reset() {
        current = "";
        slashes = true;
    }

    /** The whole path of what a command names. */
    String resolve(String argument) {
        String path = argument.strip();
        boolean whole = !slashes || path.startsWith("/") || path.startsWith("~") || current.length() + path.length() > MAX_PATH;
        return whole && !path.startsWith("/") ? path : normal(path.startsWith("/") ? path : current + "/" + path, !path.startsWith("/"));
    }

    private String normal(String path, boolean joined) {
        boolean absolute = joined ? current.startsWith("/") : true;
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/")) {
            if (name.equals("..") && (absolute || !names.isEmpty() && !names.peekLast().equals(".."))) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return (absolute ? "/" : "") + String.join("/", names);
    }
}
