package io.sshdftp.dist.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @Test
    void defaults() {
        Options options = Options.parse(List.of());
        assertFalse(options.quick());
        assertFalse(options.plots());
        assertEquals(3, options.rounds());
        assertEquals(1_000_000_000L, options.size());
        assertTrue(options.only().matcher("anything").find());
        assertEquals(Optional.empty(), options.json());
        assertEquals("", options.daemon());
    }

    @Test
    void quickIsSmallerUnlessASizeIsGiven() {
        assertEquals(200_000_000L, Options.parse(List.of("--quick")).size());
        assertEquals(2, Options.parse(List.of("--quick")).rounds());
        assertEquals(64_000_000L, Options.parse(List.of("--size", "64M", "--quick")).size());
    }

    @Test
    void everyOption() {
        Options options = Options.parse(List.of(
                "--rounds", "5", "--only", "raw.*", "--plots", "--json", "a.json", "--java", "/jdk", "--set", "Ciphers x",
                "--set", "Port 1", "--jvm-option", "-Xmx64m"));
        assertEquals(5, options.rounds());
        assertTrue(options.plots());
        assertTrue(options.only().matcher("raw-down").find());
        assertFalse(options.only().matcher("ftp-down").find());
        assertEquals(Optional.of(Path.of("a.json")), options.json());
        assertEquals(Optional.of(Path.of("/jdk")), options.java());
        assertEquals(List.of("Ciphers x", "Port 1"), options.directives());
        assertEquals(List.of("-Xmx64m"), options.jvmOptions());
        assertEquals(" sshd-ftp with Ciphers x, Port 1. Its JVM with -Xmx64m.", options.daemon());
        assertTrue(options.withAll().only().matcher("ftp-down").find());
    }

    @ParameterizedTest
    @CsvSource({"1M,1000000", "1500K,1500000", "2G,2000000000", "1000000,1000000", "10G,10000000000"})
    void sizes(String text, long bytes) {
        assertEquals(bytes, Options.size(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "--size 64MB; a size is a number with K, M or G behind it",
        "--size 1K; from 1M to 10G",
        "--size 999999999999G; from 1M to 10G",
        "--rounds 0; a number from 1 to 100",
        "--rounds many; a number from 1 to 100",
        "--only (; no regular expression",
        "--json; --json needs a value",
        "--fast; no such option: --fast"
    })
    void whatIsWrongIsSaid(String arguments, String message) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Options.parse(List.of(arguments.split(" "))));
        assertTrue(e.getMessage().contains(message), e::getMessage);
    }

    /** What {@code --help} prints is a file of its own. */
    @Test
    void theUsageNamesEveryOption() throws Exception {
        String usage = Files.readString(Path.of("bench/usage.txt"));
        for (String option : List.of("--quick", "--rounds", "--only", "--size", "--plots", "--json", "--java", "--set", "--jvm-option")) {
            assertTrue(usage.contains("\n  " + option + " "), option);
        }
    }
}
