package io.sshdftp.dist.bench;

import io.sshdftp.dist.Peers;
import io.sshdftp.dist.Proc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

/** Where and with what this runs: figures without it mean little. */
final class Machine {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Machine() {}

    /** One line. */
    static String line(Path java) {
        return String.join("; ", List.of(
                LocalDate.now().toString(),
                cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores",
                "load " + load() + " before",
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "sshd-ftp on " + javaVersion(java),
                "client and sshd: " + says("ssh", "openssh-client", "-V"),
                vsftpd(),
                says("curl", "curl", "--version").replaceFirst(" \\(.*", "")));
    }

    private static String cpu() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.replaceFirst(".*: ", ""))
                    .orElse("CPU unknown");
        } catch (IOException e) {
            return "CPU unknown";
        }
    }

    /** Of one minute: what others do here at the same time takes its share. */
    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String javaVersion(Path java) {
        Proc.Result result = Proc.spec(java.resolve("bin/java").toString(), "-version").run(LIMIT);
        return result.err().lines().skip(1).findFirst().orElse("Java unknown");
    }

    private static String says(String program, String debianPackage, String option) {
        Proc.Result result = Proc.spec(Peers.require(program, debianPackage), option).run(LIMIT);
        return (result.out() + result.err()).lines().findFirst().orElse(program + " unknown");
    }

    /** {@code vsftpd -v} prints to its standard input, so its version is read from the program. */
    private static String vsftpd() {
        try {
            String program = Files.readString(Path.of(Peers.require("vsftpd", "vsftpd")), StandardCharsets.ISO_8859_1);
            var matcher = java.util.regex.Pattern.compile("vsftpd: version (\\d[\\d.]*)").matcher(program);
            return matcher.find() ? "vsftpd " + matcher.group(1) : "vsftpd";
        } catch (IOException e) {
            return "vsftpd";
        }
    }
}
