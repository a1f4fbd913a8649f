package io.sshdftp.cipher;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Random;

/**
 * The Poly1305 inside the JDK, of which it shows only ChaCha20-Poly1305 of RFC 8439; SSH's construction is another. On processors with IFMA
 * it is one piece of machine code, several times as fast as ours; elsewhere it is Java, and slower.
 *
 * <p>It can be had when {@code java} is started with {@code --add-opens java.base/com.sun.crypto.provider=ALL-UNNAMED}, and tells of its
 * machine code with {@code -XX:+UnlockDiagnosticVMOptions}, as our launcher does both. It is nobody's promise, so it is used only if all is
 * there as we know it and its tags are those of ours.
 */
final class JdkPoly1305 implements OneTimeAuthenticator {
    /** Bytes below which ours takes no longer, as it sets up less. */
    private static final int SHORT = 256;
    /**
     * Bytes handed over in one call. HotSpot takes to the machine code when it compiles the method that has a place for it, which it does
     * after thousands of calls: with one for each packet, hundreds of megabytes were through before.
     */
    private static final int PIECE = 4096;

    private static final Inside INSIDE = Inside.find();
    private static final boolean USABLE = INSIDE != null && hasMachineCode() && agreesWithOurs();

    /** Its methods; a record, so that the JIT compiler takes them for constants. */
    private record Inside(MethodHandle create, MethodHandle init, MethodHandle update, MethodHandle finish) {
        /** @return null when the package is not open or the class is another than we know */
        static Inside find() {
            try {
                Class<?> type = Class.forName("com.sun.crypto.provider.Poly1305");
                Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
                MethodHandle init = lookup.findVirtual(
                        type, "engineInit", MethodType.methodType(void.class, Key.class, AlgorithmParameterSpec.class));
                MethodHandle update =
                        lookup.findVirtual(type, "engineUpdate", MethodType.methodType(void.class, byte[].class, int.class, int.class));
                MethodHandle finish = lookup.findVirtual(type, "engineDoFinal", MethodType.methodType(byte[].class));
                MethodHandle create = lookup.findConstructor(type, MethodType.methodType(void.class));
                return new Inside(onObject(create), onObject(init), onObject(update), onObject(finish));
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                return null;
            }
        }

        /** With {@code Object} in place of the type that we cannot name. */
        private static MethodHandle onObject(MethodHandle method) {
            MethodType type = method.type();
            boolean makes = type.parameterCount() == 0;
            return method.asType(makes ? type.changeReturnType(Object.class) : type.changeParameterType(0, Object.class));
        }
    }

    /** The key as the JDK wants it. It clamps r in the array that it gets, which is why that is a copy. */
    private static final class OneTimeKey implements Key {
        private final byte[] bytes = new byte[KEY_BYTES];

        @Override
        public String getAlgorithm() {
            return "Poly1305";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes;
        }
    }

    private final Object poly;
    private final OneTimeKey key = new OneTimeKey();
    private final Poly1305 ours = new Poly1305();

    JdkPoly1305() {
        try {
            poly = INSIDE.create.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("Poly1305 of the JDK", e);
        }
    }

    static boolean isUsable() {
        return USABLE;
    }

    /** What HotSpot found out about the processor when it started; it has no such code before version 20. */
    private static boolean hasMachineCode() {
        if (Runtime.version().feature() < 20) {
            return false;
        }
        try {
            HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return bean != null && Boolean.parseBoolean(bean.getVMOption("UsePoly1305Intrinsics").getValue());
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }

    /** Short and long messages one after the other on one object, as packets come. */
    private static boolean agreesWithOurs() {
        try {
            JdkPoly1305 jdks = new JdkPoly1305();
            Poly1305 ours = new Poly1305();
            Random random = new Random(1305);
            byte[] key = new byte[KEY_BYTES];
            byte[] data = new byte[2 * PIECE];
            byte[] tag = new byte[TAG_BYTES];
            byte[] expected = new byte[TAG_BYTES];
            random.nextBytes(data);
            for (int length : new int[] {0, 1, 15, 16, 17, 1000, 31, 32, 33, PIECE, PIECE + 1, 2 * PIECE, 8}) {
                random.nextBytes(key);
                int offset = data.length - length;
                jdks.inside(key, data, offset, length, tag, 0);
                ours.tag(key, data, offset, length, expected, 0);
                if (!Arrays.equals(expected, tag)) {
                    return false;
                }
            }
            return true;
        } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
            return false;
        }
    }

    @Override
    public void tag(byte[] key, byte[] data, int offset, int length, byte[] tag, int tagOffset) throws GeneralSecurityException {
        if (length < SHORT) {
            ours.tag(key, data, offset, length, tag, tagOffset);
        } else {
            inside(key, data, offset, length, tag, tagOffset);
        }
    }

    private void inside(byte[] bytes, byte[] data, int offset, int length, byte[] tag, int tagOffset) throws GeneralSecurityException {
        System.arraycopy(bytes, 0, key.bytes, 0, KEY_BYTES);
        byte[] told;
        try {
            INSIDE.init.invokeExact(poly, (Key) key, (AlgorithmParameterSpec) null);
            for (int done = 0; done < length; done += PIECE) {
                INSIDE.update.invokeExact(poly, data, offset + done, Math.min(PIECE, length - done));
            }
            told = (byte[]) INSIDE.finish.invokeExact(poly);
        } catch (GeneralSecurityException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new GeneralSecurityException("Poly1305 of the JDK", e);
        }
        System.arraycopy(told, 0, tag, tagOffset, TAG_BYTES);
    }
}
