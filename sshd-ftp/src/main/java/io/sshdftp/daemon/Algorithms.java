package io.sshdftp.daemon;

import io.sshdftp.cipher.FastCiphers;
import io.sshdftp.config.AlgorithmList;
import io.sshdftp.config.Directives;
import io.sshdftp.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;

/**
 * The algorithms of the configuration as MINA's factories, in the order given; what this Java has not got is left out. Immutable.
 *
 * @param users signature algorithms of users' keys, where no {@code Match} says otherwise
 */
record Algorithms(
        List<NamedFactory<Cipher>> ciphers,
        List<NamedFactory<Mac>> macs,
        List<KeyExchangeFactory> exchanges,
        List<NamedFactory<Signature>> hosts,
        List<NamedFactory<Signature>> users) {

    /** @throws StartException when a list is empty, or there is no host key for any algorithm */
    static Algorithms of(Settings settings, KeyPairProvider hostKeys) throws StartException {
        List<DHFactory> exchanges = present(
                "KexAlgorithms", BuiltinDHFactories.parseDHFactoriesList(csv(settings.get(Directives.KEX_ALGORITHMS))).getParsedFactories());
        Algorithms algorithms = new Algorithms(
                ciphers(settings.get(Directives.CIPHERS)),
                present("MACs", BuiltinMacs.parseMacsList(csv(settings.get(Directives.MACS))).getParsedFactories()),
                NamedFactory.setUpTransformedFactories(false, exchanges, ServerBuilder.DH2KEX),
                present("HostKeyAlgorithms", signatures(settings.get(Directives.HOST_KEY_ALGORITHMS))),
                present("PubkeyAcceptedAlgorithms", signatures(settings.get(Directives.PUBKEY_ACCEPTED_ALGORITHMS))));
        requireUsable(hostKeys, algorithms.hosts);
        return algorithms;
    }

    private static List<NamedFactory<Cipher>> ciphers(AlgorithmList names) throws StartException {
        List<NamedFactory<Cipher>> stock = present("Ciphers", BuiltinCiphers.parseCiphersList(csv(names)).getParsedFactories());
        return stock.stream().map(FastCiphers::inPlaceOf).collect(Collectors.toList());
    }

    /** For the connections that begin from now on. */
    void install(SshServer server) {
        server.setCipherFactories(ciphers);
        server.setMacFactories(macs);
        server.setKeyExchangeFactories(exchanges);
        server.setSignatureFactories(hosts);
    }

    /** Those that this Java has. */
    static List<NamedFactory<Signature>> signatures(AlgorithmList names) {
        return BuiltinSignatures.parseSignatureList(csv(names)).getParsedFactories().stream()
                .filter(Algorithms::isSupported)
                .collect(Collectors.toList());
    }

    private static String csv(AlgorithmList names) {
        return String.join(",", names.names());
    }

    private static <T> List<T> present(String directive, List<? extends T> factories) throws StartException {
        List<T> supported = new ArrayList<>();
        for (T factory : factories) {
            if (isSupported(factory)) {
                supported.add(factory);
            }
        }
        if (supported.isEmpty()) {
            throw new StartException(List.of(directive + ": this Java has none of these algorithms; name others, or take a newer Java"));
        }
        return supported;
    }

    private static boolean isSupported(Object factory) {
        return !(factory instanceof OptionalFeature feature) || feature.isSupported();
    }

    /** A host key that no listed algorithm can use leaves clients with "no matching host key type". */
    private static void requireUsable(KeyPairProvider hostKeys, List<NamedFactory<Signature>> signatures) throws StartException {
        List<String> types;
        try {
            types = StreamSupport.stream(hostKeys.getKeyTypes(null).spliterator(), false).collect(Collectors.toList());
        } catch (Exception e) {
            throw new StartException(List.of("host keys: " + e.getMessage()));
        }
        boolean usable = signatures.stream()
                .map(NamedFactory::getName)
                .anyMatch(name -> types.contains(name) || types.contains(KeyUtils.getCanonicalKeyType(name)));
        if (!usable) {
            throw new StartException(List.of("HostKeyAlgorithms: no algorithm for the host keys there are (" + String.join(", ", types) + ")"));
        }
    }
}
