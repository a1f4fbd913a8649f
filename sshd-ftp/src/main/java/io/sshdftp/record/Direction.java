package io.sshdftp.record;

import java.util.Locale;

/** Which way data goes, seen from the user; a listing of a directory is told apart from a file. */
enum Direction {
    DOWNLOAD,
    UPLOAD,
    LISTING;

    /** As a label of a metric. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
