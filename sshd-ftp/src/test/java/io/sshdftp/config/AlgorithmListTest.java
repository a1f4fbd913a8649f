package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlgorithmListTest {
    /** What MINA has and nobody should be offered: no encryption, and what OpenSSH gave up. */
    private static final Set<String> NOT_OURS =
            Set.of("none", "arcfour128", "arcfour256", "blowfish-cbc", "ssh-dss", "ssh-dss-cert-v01@openssh.com");

    @Test
    void theTablesHoldWhatMinaSupports() {
        compare(Algorithms.CIPHERS, BuiltinCiphers.values());
        compare(Algorithms.MACS, BuiltinMacs.values());
        compare(Algorithms.KEX, BuiltinDHFactories.values());
        compare(Algorithms.SIGNATURES, BuiltinSignatures.values());
    }

    private static <T extends NamedResource & OptionalFeature> void compare(Algorithms kind, T[] factories) {
        Set<String> supported = new TreeSet<>();
        Arrays.stream(factories).filter(OptionalFeature::isSupported).map(NamedResource::getName).forEach(supported::add);
        supported.removeAll(NOT_OURS);
        Set<String> ours = new TreeSet<>(kind.defaults);
        ours.addAll(kind.more);
        assertEquals(supported, ours, kind.name());
    }

    @ParameterizedTest
    @EnumSource(Algorithms.class)
    void noNameStandsTwice(Algorithms kind) {
        List<String> all = new ArrayList<>(kind.defaults);
        all.addAll(kind.more);
        all.addAll(kind.leftOut);
        assertEquals(all.size(), Set.copyOf(all).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "aes128-ctr                 | aes128-ctr",
        "aes256-ctr,aes128-ctr,aes256-ctr | aes256-ctr,aes128-ctr",
        "aes*-cbc                   | aes128-cbc,aes192-cbc,aes256-cbc",
        "+3des-cbc                  | DEFAULTS,3des-cbc",
        "-chacha*,aes???-ctr        | aes128-gcm@openssh.com,aes256-gcm@openssh.com",
        "-nothing*                  | DEFAULTS",
        "-arcfour                   | DEFAULTS",
        "^aes128-cbc,3des-cbc       | aes128-cbc,3des-cbc,DEFAULTS",
    })
    void edits(String text, String expected) throws BadValue {
        List<String> warnings = new ArrayList<>();
        String defaults = String.join(",", Algorithms.CIPHERS.defaults);
        assertEquals(
                expected.replace("DEFAULTS", defaults), AlgorithmList.parse(Algorithms.CIPHERS, text, warnings::add).toString());
        assertEquals(List.of(), warnings);
    }

    @Test
    void whatIsPutFirstStandsThereOnly() throws BadValue {
        AlgorithmList list = AlgorithmList.parse(Algorithms.CIPHERS, "^aes256-ctr", warning -> {});
        assertEquals("aes256-ctr", list.names().get(0));
        assertEquals(Set.copyOf(Algorithms.CIPHERS.defaults), Set.copyOf(list.names()));
        assertEquals(Algorithms.CIPHERS.defaults.size(), list.names().size());
    }

    @Test
    void aNameThatIsNotImplementedIsLeftOutWithAWarning() throws BadValue {
        List<String> warnings = new ArrayList<>();
        AlgorithmList list = AlgorithmList.parse(Algorithms.MACS, "umac-128-etm@openssh.com,hmac-sha2-512,umac-64*", warnings::add);
        assertEquals(List.of("hmac-sha2-512"), list.names());
        assertEquals(2, warnings.size());
        assertTrue(warnings.get(0).contains("umac-128-etm@openssh.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "foo", "aes128-ctr,", "+foo", "-foo", "^foo", "-*", "arcfour", "none", "AES128-CTR", "+", "foo*"})
    void refuses(String text) {
        List<String> warnings = new ArrayList<>();
        assertThrows(BadValue.class, () -> AlgorithmList.parse(Algorithms.CIPHERS, text, warnings::add));
    }
}
