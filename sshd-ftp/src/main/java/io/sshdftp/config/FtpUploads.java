package io.sshdftp.config;

/** {@code FtpEmbeddedUploads}: how new contents of files come about. */
public enum FtpUploads {
    /** In a hidden temporary file that takes the name when all is there; what is aborted leaves nothing. */
    ATOMIC,
    /** In place: others see it grow, and what is aborted stays and can be resumed. */
    DIRECT;

    /**
     * Reads {@code atomic} or {@code direct}.
     *
     * @throws IllegalArgumentException says what was expected
     */
    public static FtpUploads parse(String word) {
        return switch (word) {
            case "atomic" -> ATOMIC;
            case "direct" -> DIRECT;
            default -> throw new IllegalArgumentException("bad value \"" + word + "\"; expected atomic or direct");
        };
    }
}
