package io.sshdftp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A host key and a user key, in the formats of every ssh client, and the user's password. */
public final class Keys {
    static final String PASSWORD = "not-for-others";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    final Path folder;
    final Path hostKey;
    public final Path userKey;

    public Keys() {
        String sshKeygen = Peers.require("ssh-keygen", "openssh-client");
        try {
            folder = Files.createTempDirectory(Proc.WORK, "keys-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hostKey = folder.resolve("host_ed25519");
        userKey = folder.resolve("user_ed25519");
        for (Path key : new Path[] {hostKey, userKey}) {
            Proc.spec(sshKeygen, "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key.toString()).runWell(LIMIT);
        }
    }

    /** The line of authorized_keys, and of every user's key file. */
    public String userPublicLine() {
        return read(folder.resolve("user_ed25519.pub"));
    }

    /** A file for OpenSSH's UserKnownHostsFile. */
    public Path knownHosts(String host, int port) {
        String name = port == 22 ? host : "[" + host + "]:" + port;
        return write("known_hosts-" + host + "-" + port, name + " " + read(folder.resolve("host_ed25519.pub")));
    }

    /** A home directory in which dbclient finds the host's key; it knows hosts without their ports. */
    Path dropbearHome(String host) {
        String home = "home-" + host;
        String[] key = read(folder.resolve("host_ed25519.pub")).split(" ");
        try {
            Files.createDirectories(folder.resolve(home + "/.ssh"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(home + "/.ssh/known_hosts", host + " " + key[0] + " " + key[1] + "\n");
        return folder.resolve(home);
    }

    /** The host key's fingerprint, {@code SHA256:...}. */
    String hostFingerprint() {
        return Proc.spec("ssh-keygen", "-l", "-f", hostKey + ".pub").runWell(LIMIT).out().split(" ")[1];
    }

    /** The user's key as PuTTY reads it. */
    synchronized Path puttyKey() {
        Path converted = folder.resolve("user.ppk");
        if (!Files.exists(converted)) {
            String puttygen = Peers.require("puttygen", "putty-tools");
            Proc.spec(puttygen, userKey.toString(), "-O", "private", "-o", converted.toString()).runWell(LIMIT);
        }
        return converted;
    }

    /** The user's key as Dropbear reads it. */
    synchronized Path dropbearKey() {
        Path converted = folder.resolve("user.dropbear");
        if (!Files.exists(converted)) {
            String convert = Peers.require("dropbearconvert", "dropbear-bin");
            Proc.spec(convert, "openssh", "dropbear", userKey.toString(), converted.toString()).runWell(LIMIT);
        }
        return converted;
    }

    /** Writes a file unless it is there: another client may be reading it. */
    synchronized Path write(String name, String text) {
        Path file = folder.resolve(name);
        try {
            return Files.exists(file) ? file : Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
