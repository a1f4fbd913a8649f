package io.sshdftp.daemon;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.kex.extension.DefaultServerKexExtensionHandler;
import org.apache.sshd.common.kex.extension.parser.ServerSignatureAlgorithms;
import org.apache.sshd.common.session.Session;

/**
 * server-sig-algs (RFC 8308 section 3.1): the signatures that users' keys may make. MINA announces those of the host keys instead, so that with
 * {@code HostKeyAlgorithms ssh-ed25519} nobody's RSA key would be tried any more.
 */
final class ServerSigAlgs extends DefaultServerKexExtensionHandler {
    private final Supplier<Algorithms> algorithms;

    ServerSigAlgs(Supplier<Algorithms> algorithms) {
        this.algorithms = algorithms;
    }

    @Override
    public void collectExtensions(Session session, KexPhase phase, BiConsumer<String, Object> marshaller) {
        if (phase == KexPhase.NEWKEYS) {
            List<String> names = NamedResource.getNameList(algorithms.get().users());
            marshaller.accept(ServerSignatureAlgorithms.NAME, names);
        }
    }
}
