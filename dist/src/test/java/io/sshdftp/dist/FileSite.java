package io.sshdftp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The packaged daemon with users of its own who have files, and clients of SFTP and SCP on another host. */
final class FileSite implements AutoCloseable {
    static final int PORT = 2222;
    static final Duration LIMIT = Duration.ofSeconds(60);

    final Hosts hosts = Hosts.up();
    final Keys keys = new Keys();
    /** Of the tests' own files, and below it the users' roots. */
    final Path folder;

    final Path users;
    final Path config;
    private Daemon daemon;

    FileSite() {
        try {
            folder = Files.createTempDirectory(Proc.WORK, "files-");
            users = folder.resolve("users");
            config = folder.resolve("config");
            Files.createDirectory(folder.resolve("roots"));
            Files.createDirectory(folder.resolve("keys"));
            // For the command; the daemon's own is written by its class.
            Files.writeString(config, "VirtualUsers " + users + "\nAuthorizedKeysFile " + folder + "/keys/%u\n");
        } catch (IOException e) {
            hosts.close();
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the daemon; users are to be added before, and may be added later. */
    FileSite start(String... directives) {
        List<String> all = new ArrayList<>(List.of("AuthorizedKeysFile " + folder + "/keys/%u", "FtpEmbeddedAsRoot yes"));
        all.addAll(Arrays.asList(directives));
        if (all.stream().noneMatch(line -> line.startsWith("VirtualUsers "))) {
            all.add(0, "VirtualUsers " + users);
        }
        daemon = Daemon.packaged(hosts, keys, PORT, all);
        return this;
    }

    Daemon daemon() {
        return daemon;
    }

    Path root(String user) {
        return folder.resolve("roots").resolve(user);
    }

    /** Runs {@code sshd-ftp users}, where the daemon runs. */
    Proc.Spec command(String... words) {
        List<String> all = new ArrayList<>(List.of(Daemon.dist().resolve("bin/sshd-ftp").toString(), "users"));
        all.addAll(List.of(words));
        return Proc.spec(hosts.gateway, all).env("JAVA_HOME", System.getProperty("java.home"));
    }

    /** Adds a user with {@link Keys#PASSWORD} and the key. */
    FileSite user(String name, String... more) {
        List<String> words = new ArrayList<>(List.of("-f", config.toString(), "add", name, "-d", folder + "/roots/%u", "-k", keys.userKey + ".pub"));
        words.addAll(List.of(more));
        command(words.toArray(String[]::new)).input(Keys.PASSWORD + "\n").runWell(LIMIT);
        return this;
    }

    private List<String> options() {
        return List.of("-F", "none", "-i", keys.userKey.toString(), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
                "-o", "UserKnownHostsFile=" + keys.knownHosts(Hosts.GATEWAY_NEAR_CLIENT, PORT), "-o", "GlobalKnownHostsFile=/dev/null");
    }

    static String at(String user) {
        return user + "@" + Hosts.GATEWAY_NEAR_CLIENT;
    }

    /** OpenSSH's sftp, with a batch; it ends at the first line that fails, unless that begins with a dash. */
    Proc.Spec sftp(String user, String... batch) {
        List<String> command = new ArrayList<>(List.of(Peers.require("sftp", "openssh-client"), "-P", "" + PORT, "-b", "-"));
        command.addAll(options());
        command.add(at(user));
        return Proc.spec(hosts.client, command).input(String.join("\n", batch) + "\n");
    }

    /** OpenSSH's scp; {@code -O} is the old protocol. */
    Proc.Spec scp(String... words) {
        List<String> command = new ArrayList<>(List.of(Peers.require("scp", "openssh-client"), "-P", "" + PORT));
        command.addAll(options());
        command.addAll(List.of(words));
        return Proc.spec(hosts.client, command);
    }

    /** OpenSSH's ssh. */
    Proc.Spec ssh(String user, String... words) {
        List<String> command = new ArrayList<>(List.of(Peers.require("ssh", "openssh-client"), "-p", "" + PORT));
        command.addAll(options());
        command.add(at(user));
        command.addAll(List.of(words));
        return Proc.spec(hosts.client, command);
    }

    /** PuTTY's pscp or psftp, with the user's password. */
    Proc.Spec putty(String program, String... words) {
        List<String> command = new ArrayList<>(List.of(Peers.require(program, "putty-tools"), "-P", "" + PORT, "-batch", "-noagent",
                "-hostkey", keys.hostFingerprint(), "-pw", Keys.PASSWORD));
        command.addAll(List.of(words));
        return Proc.spec(hosts.client, command).env("HOME", keys.folder.toString());
    }

    /** True when the user can log in with that password. */
    boolean letsIn(String user, String password) {
        return Proc.spec(hosts.client, Peers.require("psftp", "putty-tools"), "-P", "" + PORT, "-batch", "-noagent", "-hostkey",
                        keys.hostFingerprint(), "-pw", password, at(user))
                .env("HOME", keys.folder.toString())
                .input("pwd\n")
                .run(LIMIT)
                .out()
                .contains("Remote directory is /");
    }

    /** All names in a directory, unfinished uploads too. */
    static List<String> names(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? List.of() : Arrays.stream(names).sorted().toList();
    }

    @Override
    public void close() {
        if (daemon != null) {
            daemon.close();
        }
        hosts.close();
    }
}
