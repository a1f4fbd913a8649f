package io.sshdftp.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code RekeyLimit}: when the keys of a connection are exchanged anew.
 *
 * @param bytes after so many bytes, at least 16; empty for what the cipher's block size advises (RFC 4344 section 3.2)
 * @param time after so long, whatever was sent; empty for never
 */
public record RekeyLimit(OptionalLong bytes, Optional<Duration> time) {}
