package io.sshdftp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.forward.Gateway;
import io.sshdftp.forward.Policies;
import io.sshdftp.forward.Targets;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Full streams both ways, several at once, with every kind of cipher and with keys that change all the time: not a byte may differ. */
@Timeout(120)
class BulkTest {
    private static final int SIZE = 1_500_000;

    private SshClient client;
    private ServerSocket target;
    private Gateway gateway;
    private final AtomicInteger exchangesOfKeys = new AtomicInteger();

    /** What client and server agree on. */
    enum Suite {
        AES128_GCM(BuiltinCiphers.aes128gcm, BuiltinCompressions.none),
        AES256_GCM(BuiltinCiphers.aes256gcm, BuiltinCompressions.none),
        CHACHA20(BuiltinCiphers.cc20p1305_openssh, BuiltinCompressions.none),
        AES128_CTR_ETM(BuiltinCiphers.aes128ctr, BuiltinCompressions.none),
        AES128_GCM_ZLIB(BuiltinCiphers.aes128gcm, BuiltinCompressions.zlib),
        CHACHA20_DELAYED_ZLIB(BuiltinCiphers.cc20p1305_openssh, BuiltinCompressions.delayedZlib);

        private final BuiltinCiphers cipher;
        private final BuiltinCompressions compression;

        Suite(BuiltinCiphers cipher, BuiltinCompressions compression) {
            this.cipher = cipher;
            this.compression = compression;
        }
    }

    @BeforeEach
    void open() throws Exception {
        client = Gateway.client();
        target = Targets.listen();
        gateway = Gateway.ours(Policies.ALL);
        gateway.server.setCompressionFactories(
                List.of(BuiltinCompressions.none, BuiltinCompressions.zlib, BuiltinCompressions.delayedZlib));
        gateway.server.addSessionListener(new SessionListener() {
            @Override
            public void sessionEvent(Session session, Event event) {
                if (event == Event.KeyEstablished) {
                    exchangesOfKeys.incrementAndGet();
                }
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        client.close(true);
        gateway.close();
        target.close();
    }

    private ClientSession connect(Suite suite) throws Exception {
        client.setCipherFactories(List.of(suite.cipher));
        client.setMacFactories(List.of(BuiltinMacs.hmacsha256etm));
        client.setCompressionFactories(List.of(suite.compression));
        return gateway.connect(client);
    }

    private void exchange(List<ClientSession> sessions, int each, int size) throws Exception {
        List<Exchange> running = new ArrayList<>();
        for (int i = 0; i < each * sessions.size(); i++) {
            running.add(Exchange.begin(sessions.get(i % sessions.size()), target, i + 1, size, size));
        }
        for (Exchange exchange : running) {
            exchange.await();
        }
        Gateway.await("no channel left", () -> gateway.channels() == 0);
        Gateway.await("nothing waits", () -> gateway.waiting() == 0);
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void everyCipherCarriesSeveralStreamsBothWays(Suite suite) throws Exception {
        gateway.start();
        try (ClientSession session = connect(suite)) {
            exchange(List.of(session), 4, SIZE);
            assertEquals(1, exchangesOfKeys.get());
        }
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void keysThatTheServerChangesAllTheTimeLoseNothing(Suite suite) throws Exception {
        CoreModuleProperties.REKEY_BYTES_LIMIT.set(gateway.server, 100_000L);
        gateway.start();
        try (ClientSession session = connect(suite)) {
            exchange(List.of(session), 4, SIZE / 3);
            assertTrue(exchangesOfKeys.get() > 1, "key exchanges: " + exchangesOfKeys);
        }
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void keysThatTheClientChangesAllTheTimeLoseNothing(Suite suite) throws Exception {
        CoreModuleProperties.REKEY_BYTES_LIMIT.set(client, 100_000L);
        gateway.start();
        try (ClientSession session = connect(suite)) {
            exchange(List.of(session), 4, SIZE / 3);
            assertTrue(exchangesOfKeys.get() > 1, "key exchanges: " + exchangesOfKeys);
        }
    }

    @Test
    void keysAreChangedByTheNumberOfPacketsToo() throws Exception {
        CoreModuleProperties.REKEY_PACKETS_LIMIT.set(gateway.server, 10L);
        gateway.start();
        try (ClientSession session = connect(Suite.CHACHA20)) {
            exchange(List.of(session), 4, SIZE / 3);
            assertTrue(exchangesOfKeys.get() > 1, "key exchanges: " + exchangesOfKeys);
        }
    }

    @Test
    void keysAreChangedByTimeToo() throws Exception {
        CoreModuleProperties.REKEY_TIME_LIMIT.set(gateway.server, Duration.ofSeconds(1));
        gateway.start();
        try (ClientSession session = connect(Suite.AES128_GCM)) {
            while (exchangesOfKeys.get() < 3) {
                exchange(List.of(session), 4, SIZE);
            }
        }
    }

    /** They share the loop's arrays. */
    @Test
    void connectionsOfOneLoopDoNotMixTheirBytes() throws Exception {
        gateway.start();
        List<ClientSession> sessions = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            sessions.add(connect(Suite.values()[i % 3]));
        }
        exchange(sessions, 2, SIZE);
        for (ClientSession session : sessions) {
            assertTrue(session.isOpen());
        }
    }

    /** Another cipher with each exchange of keys: past MINA's decoder, through it, and back, while bytes are under way. */
    @Test
    void ciphersMayChangeWithTheKeys() throws Exception {
        gateway.start();
        client.close(true);
        client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setCipherFactories(List.of(
                BuiltinCiphers.aes128gcm, BuiltinCiphers.aes256gcm, BuiltinCiphers.cc20p1305_openssh, BuiltinCiphers.aes128ctr));
        client.setCompressionFactories(List.of(BuiltinCompressions.none, BuiltinCompressions.zlib, BuiltinCompressions.delayedZlib));
        client.setSessionFactory(new SessionFactory(client) {
            @Override
            protected ClientSessionImpl doCreateSession(IoSession socket) throws Exception {
                return new Fickle(getClient(), socket);
            }
        });
        client.start();
        try (ClientSession session = gateway.connect(client)) {
            List<Exchange> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(Exchange.begin(session, target, i + 1, 4 * SIZE, 4 * SIZE));
            }
            Suite[] all = Suite.values();
            for (int i = 1; i <= 2 * all.length; i++) {
                Fickle fickle = (Fickle) session;
                fickle.wanted = all[i % all.length];
                session.reExchangeKeys().verify(Duration.ofSeconds(20));
                // The future comes a little before the end.
                Gateway.await("the keys are exchanged", () -> fickle.getKexState() == KexState.DONE);
                assertEquals(fickle.wanted.cipher.getName(), session.getNegotiatedKexParameter(KexProposalOption.C2SENC));
            }
            for (Exchange exchange : running) {
                exchange.await();
            }
            assertTrue(exchangesOfKeys.get() > 2 * all.length, "key exchanges: " + exchangesOfKeys);
        }
        Gateway.await("nothing waits", () -> gateway.waiting() == 0);
    }

    /** A client that wants something else each time. */
    private static final class Fickle extends ClientSessionImpl {
        private volatile Suite wanted = Suite.AES128_GCM;

        Fickle(ClientFactoryManager client, IoSession socket) throws Exception {
            super(client, socket);
        }

        @Override
        protected Map<KexProposalOption, String> getKexProposal() throws Exception {
            Map<KexProposalOption, String> proposal = super.getKexProposal();
            Suite now = wanted == null ? Suite.AES128_GCM : wanted;
            proposal.put(KexProposalOption.C2SENC, now.cipher.getName());
            proposal.put(KexProposalOption.S2CENC, now.cipher.getName());
            proposal.put(KexProposalOption.C2SCOMP, now.compression.getName());
            proposal.put(KexProposalOption.S2CCOMP, now.compression.getName());
            return proposal;
        }
    }
}
