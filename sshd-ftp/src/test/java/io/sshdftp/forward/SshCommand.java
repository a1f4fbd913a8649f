package io.sshdftp.forward;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The ssh client of the machine, with forwards and no session. */
final class SshCommand implements AutoCloseable {
    private final Process process;
    private final Path log;

    private SshCommand(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static boolean isThere() {
        return Files.isExecutable(Path.of("/usr/bin/ssh"));
    }

    /** Returns when all forwards are established. */
    static SshCommand start(int gatewayPort, String... forwards) throws Exception {
        Path log = Files.createTempFile("ssh", ".log");
        List<String> command = new ArrayList<>(List.of("/usr/bin/ssh", "-v", "-N", "-T", "-F", "none", "-p", "" + gatewayPort));
        for (String option : List.of(
                "StrictHostKeyChecking=no",
                "UserKnownHostsFile=/dev/null",
                "GlobalKnownHostsFile=/dev/null",
                "BatchMode=yes",
                "ExitOnForwardFailure=yes",
                "IdentityAgent=none")) {
            command.addAll(List.of("-o", option));
        }
        command.addAll(Arrays.asList(forwards));
        command.add("u@127.0.0.1");
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(log.toFile())
                .start();
        SshCommand ssh = new SshCommand(process, log);
        long reverse = Arrays.stream(forwards).filter("-R"::equals).count();
        try {
            Gateway.await("the ssh client is ready", () -> {
                if (!process.isAlive()) {
                    throw new AssertionError("ssh has ended: " + ssh.log());
                }
                String text = ssh.log();
                return text.contains("Entering interactive session")
                        && text.lines().filter(line -> line.contains("remote forward success")).count() == reverse;
            });
        } catch (AssertionError e) {
            ssh.close();
            throw e;
        }
        return ssh;
    }

    /** What it has said so far. */
    String log() {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As a machine that loses its power: no SSH message is sent, the kernel ends its sockets. */
    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws IOException {
        kill();
        Files.delete(log);
    }
}
