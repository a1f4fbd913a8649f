package io.sshdftp.forward;

import java.time.Duration;

/**
 * A transfer under way.
 *
 * @param verb RETR, STOR, LIST and so on
 * @param argument as the FTP client wrote it, each byte a character
 * @param bytes that the data connection has carried so far
 * @param age since the command
 */
public record TransferListing(String verb, String argument, long bytes, Duration age) {}
