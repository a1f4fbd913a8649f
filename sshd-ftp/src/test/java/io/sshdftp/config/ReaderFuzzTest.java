package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, it loads or is refused with messages; what loads dumps to a fixed point. Replay with -Dconfig.seed=N. */
class ReaderFuzzTest {
    private static final List<String> FRAGMENTS = List.of(
            "Match", "All", "User", "Address", "10.0.0.0/8", "Group", "LocalPort", "!", ",", "*", "?", "none", "any", "yes", "no", "=", " ",
            "\t", "\"",
            "'", "\\", "#", "\r", "\n", "\n", "\n", "0", "21", "65536", "30020-30029", "1h30m", "1G", "host:21", "[::1]:21", "::", "+", "-",
            "^", "aes*",
            "umac-64@openssh.com", "\u00e9", "\ufeff", "\0", "Port 22\n", "PermitOpen a:1 b:*\n", "UsePAM yes\n", "ForceCommand none\n",
            "Match User a\n");

    @TempDir
    Path directory;

    @Test
    void rubbish() throws IOException {
        long seed = Long.getLong("config.seed", new Random().nextLong());
        Random random = new Random(seed);
        Path file = directory.resolve("sshd_config");
        for (int i = 0; i < 1500; i++) {
            byte[] bytes = (i % 4 == 0 ? mutated(random) : composed(random));
            Files.write(file, bytes);
            try {
                ServerConfig config = ServerConfig.load(file, List.of());
                Settings settings = config.forConnection(ConnectionFacts.unknown().with("user=a,addr=10.1.1.1,lport=21,group=g"));
                String dump = config.dump(settings);
                ServerConfig again = Loading.load(directory, dump);
                assertEquals(dump, again.dump(again.global()), () -> "seed " + seed);
            } catch (ConfigException e) {
                assertFalse(e.messages().isEmpty());
            } catch (RuntimeException e) {
                fail("seed " + seed + ", file:\n" + new String(bytes, StandardCharsets.ISO_8859_1), e);
            }
        }
    }

    private static byte[] composed(Random random) {
        StringBuilder text = new StringBuilder();
        for (int count = random.nextInt(30); count > 0; count--) {
            text.append(
                    random.nextInt(3) == 0
                            ? Directives.all().get(random.nextInt(Directives.all().size())).keyword() + " "
                            : FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] mutated(Random random) throws IOException {
        byte[] bytes = Files.readString(Path.of("..", "conf", "sshd_config"))
                .replaceAll("(?m)^#(?=[A-Za-z])", "")
                .replaceAll("(?m)^#.*\n", "")
                .getBytes(StandardCharsets.UTF_8);
        for (int count = random.nextInt(4); count > 0; count--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
