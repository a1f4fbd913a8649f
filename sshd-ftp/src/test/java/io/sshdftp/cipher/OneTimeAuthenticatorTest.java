package io.sshdftp.cipher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The JDK's and ours. */
class OneTimeAuthenticatorTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int TAG = OneTimeAuthenticator.TAG_BYTES;
    private static final Poly1305 OURS = new Poly1305();

    /** RFC 8439, 2.5.2, and of A.3 those that reach the edges of the arithmetic. */
    static Stream<Arguments> vectors() {
        String zero16 = "00".repeat(16);
        return Stream.of(
                Arguments.of(
                        "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
                        HEX.formatHex("Cryptographic Forum Research Group".getBytes(US_ASCII)),
                        "a8061dc1305136c6c22b8baf0c0127a9"),
                Arguments.of("00".repeat(32), "00".repeat(64), zero16),
                Arguments.of("02" + "00".repeat(31), "ff".repeat(16), "03" + "00".repeat(15)),
                Arguments.of("02" + "00".repeat(15) + "ff".repeat(16), "02" + "00".repeat(15), "03" + "00".repeat(15)),
                Arguments.of(
                        "01" + "00".repeat(31),
                        "ff".repeat(16) + "f0" + "ff".repeat(15) + "11" + "00".repeat(15),
                        "05" + "00".repeat(15)),
                Arguments.of(
                        "01" + "00".repeat(31), "ff".repeat(16) + "fb" + "fe".repeat(15) + "01".repeat(16), zero16),
                Arguments.of("02" + "00".repeat(31), "fd" + "ff".repeat(15), "fa" + "ff".repeat(15)));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void agreesWithTheRfc(String key, String message, String tag) throws Exception {
        assertEquals(tag, HEX.formatHex(tag(OURS, HEX.parseHex(key), HEX.parseHex(message))));
    }

    @Test
    void agreesWithArithmeticOnBigIntegers() throws Exception {
        long seed = Long.getLong("poly1305.seed", 20261101);
        Random random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            byte[] key = new byte[32];
            byte[] message = new byte[random.nextInt(i % 10 == 0 ? 5_000 : 700)];
            random.nextBytes(key);
            random.nextBytes(message);
            if (i % 3 == 0) {
                Arrays.fill(key, (byte) 0xFF);
            }
            if (i % 5 == 0) {
                Arrays.fill(message, (byte) 0xFF);
            }
            int length = message.length;
            assertArrayEquals(expected(key, message), tag(OURS, key, message), () -> "seed " + seed + ", " + length + " bytes");
        }
    }

    /** So long, and so often, that machine code is at work. Fails where a new JDK's insides are others: then the daemon takes ours. */
    @Test
    void theJdksAgreesWithOurs() throws Exception {
        long seed = Long.getLong("poly1305.seed", 20261101);
        Random random = new Random(seed);
        JdkPoly1305 jdks = new JdkPoly1305();
        byte[] key = new byte[32];
        byte[] message = new byte[40_000];
        random.nextBytes(message);
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(key);
            int length = random.nextInt(i % 20 == 0 ? message.length : 1_500);
            int offset = random.nextInt(message.length - length);
            byte[] tag = new byte[TAG + 5];
            byte[] expected = new byte[TAG + 5];
            jdks.tag(key, message, offset, length, tag, 3);
            OURS.tag(key, message, offset, length, expected, 3);
            assertArrayEquals(expected, tag, () -> "seed " + seed + ", " + length + " bytes");
        }
    }

    /** A JVM of its own for each: the choice is made once. */
    @Test
    void takesOursUnlessTheJdksIsOpenAndOfMachineCode() throws Exception {
        String open = "--add-opens=java.base/com.sun.crypto.provider=ALL-UNNAMED";
        String told = "-XX:+UnlockDiagnosticVMOptions";
        assertEquals("Poly1305", chosen(told));
        assertEquals("Poly1305", chosen(open));
        assertEquals("Poly1305", chosen(open, told, "-XX:+IgnoreUnrecognizedVMOptions", "-XX:-UsePoly1305Intrinsics"));
        assertEquals(hasMachineCode() ? "JdkPoly1305" : "Poly1305", chosen(open, told));
    }

    private static boolean hasMachineCode() {
        HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Runtime.version().feature() >= 20 && bean.getVMOption("UsePoly1305Intrinsics").getValue().equals("true");
    }

    private static String chosen(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Choice.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return new String(process.getInputStream().readAllBytes(), US_ASCII).strip();
        } finally {
            process.destroyForcibly();
        }
    }

    static final class Choice {
        private Choice() {}

        public static void main(String[] args) {
            System.out.println(OneTimeAuthenticator.fastest().getClass().getSimpleName());
        }
    }

    private static byte[] tag(OneTimeAuthenticator poly, byte[] key, byte[] message) throws Exception {
        byte[] tag = new byte[TAG];
        poly.tag(key, message, 0, message.length, tag, 0);
        return tag;
    }

    /** The definition of RFC 8439, 2.5.1, word for word. */
    private static byte[] expected(byte[] key, byte[] message) {
        BigInteger p = BigInteger.ONE.shiftLeft(130).subtract(BigInteger.valueOf(5));
        BigInteger clamp = new BigInteger("0ffffffc0ffffffc0ffffffc0fffffff", 16);
        BigInteger r = littleEndian(key, 0, 16).and(clamp);
        BigInteger accumulator = BigInteger.ZERO;
        for (int at = 0; at < message.length; at += 16) {
            int count = Math.min(16, message.length - at);
            BigInteger block = littleEndian(message, at, count).setBit(8 * count);
            accumulator = accumulator.add(block).multiply(r).mod(p);
        }
        byte[] big = accumulator.add(littleEndian(key, 16, 16)).toByteArray();
        byte[] tag = new byte[16];
        for (int i = 0; i < Math.min(16, big.length); i++) {
            tag[i] = big[big.length - 1 - i];
        }
        return tag;
    }

    private static BigInteger littleEndian(byte[] bytes, int offset, int count) {
        byte[] big = new byte[count + 1];
        for (int i = 0; i < count; i++) {
            big[count - i] = bytes[offset + i];
        }
        return new BigInteger(big);
    }
}
