package io.sshdftp.ftpserver;

/**
 * The part of a file that the next transfer is about: from REST (RFC 3659, 5) or RANG (draft-bryan-ftp-range).
 *
 * @param start offset of the first byte, 0 or more
 * @param end offset behind the last byte; {@link Long#MAX_VALUE} for the end of the file
 */
record FileRange(long start, long end) {
    /** Everything. */
    static final FileRange WHOLE = new FileRange(0, Long.MAX_VALUE);

    static FileRange from(long start) {
        return new FileRange(start, Long.MAX_VALUE);
    }

    boolean isWhole() {
        return equals(WHOLE);
    }

    /** An end was named: RANG. */
    boolean isBounded() {
        return end != Long.MAX_VALUE;
    }

    /** How many bytes of a file of {@code size} bytes it takes in. */
    long length(long size) {
        return Math.max(0, Math.min(end, size) - start);
    }
}
