package io.sshdftp.bench;

import io.sshdftp.cipher.FastCiphers;
import io.sshdftp.cipher.PacketCipher;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.Cipher.Mode;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One packet through a cipher, in nanoseconds: {@code size} divided by it is GB/s. MINA decrypts in place, so its packet is copied first,
 * as a session of MINA's copies what it has read. The JVM is as the launcher starts it.
 */
@State(Scope.Thread)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-XX:+UseSerialGC",
            "-XX:+UnlockDiagnosticVMOptions",
            "--add-opens=java.base/com.sun.crypto.provider=ALL-UNNAMED"
        })
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CipherBenchmark {
    private static final int LENGTH = 4;
    private static final int TAG = 16;
    /** Bytes of sealed packets, each to be opened once before the cipher begins anew: that does not count, and they stay in the cache. */
    private static final int SEALED = 1 << 20;

    @Param({"chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com"})
    String name;

    /** Bytes of a packet without its length field and tag: a line of FTP, and what carries data. */
    @Param({"64", "32768"})
    int size;

    private final byte[] key = new byte[64];
    private final byte[] iv = new byte[12];
    private BuiltinCiphers stock;
    private byte[] packet;
    private byte[] out;
    private byte[][] sealed;
    private int next;
    private Cipher minaSeals;
    private Cipher minaOpens;
    private PacketCipher oursSeals;
    private PacketCipher oursOpens;

    @Setup
    public void setUp() throws Exception {
        Random random = new Random(1);
        stock = BuiltinCiphers.fromFactoryName(name);
        random.nextBytes(key);
        packet = new byte[LENGTH + size + TAG];
        random.nextBytes(packet);
        ByteBuffer.wrap(packet).putInt(0, size);
        out = new byte[LENGTH + size + TAG];
        sealed = new byte[SEALED / size][];
        Cipher sealer = ours();
        sealer.init(Mode.Encrypt, key, iv);
        for (int i = 0; i < sealed.length; i++) {
            sealed[i] = packet.clone();
            sealer.updateWithAAD(sealed[i], 0, LENGTH, size);
        }
        minaSeals = stock.create();
        minaSeals.init(Mode.Encrypt, key, iv);
        minaOpens = stock.create();
        minaOpens.init(Mode.Decrypt, key, iv);
        oursSeals = ours();
        oursSeals.init(Mode.Encrypt, key, iv);
        oursOpens = ours();
        oursOpens.init(Mode.Decrypt, key, iv);
        next = 0;
    }

    private PacketCipher ours() {
        return (PacketCipher) FastCiphers.inPlaceOf(stock).create();
    }

    @Benchmark
    public byte[] sealOurs() throws Exception {
        oursSeals.seal(packet, 0, size);
        return packet;
    }

    @Benchmark
    public byte[] sealMina() throws Exception {
        minaSeals.updateWithAAD(packet, 0, LENGTH, size);
        return packet;
    }

    @Benchmark
    public byte[] openOurs() throws Exception {
        byte[] in = nextFor(oursOpens);
        int length = oursOpens.packetLength(in, 0);
        oursOpens.open(in, 0, length, out, 0);
        return out;
    }

    @Benchmark
    public byte[] openMina() throws Exception {
        byte[] in = nextFor(minaOpens);
        System.arraycopy(in, 0, out, 0, in.length);
        minaOpens.updateWithAAD(out, 0, LENGTH, size);
        return out;
    }

    private byte[] nextFor(Cipher opening) throws Exception {
        if (next == sealed.length) {
            opening.init(Mode.Decrypt, key, iv);
            next = 0;
        }
        return sealed[next++];
    }
}
