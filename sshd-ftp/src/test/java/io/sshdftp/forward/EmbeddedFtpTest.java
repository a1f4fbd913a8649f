package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.embedded.Account;
import io.sshdftp.embedded.EmbeddedClient;
import io.sshdftp.embedded.EmbeddedServer;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Resolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedFtpTest {
    private static final String SSH_ADDRESS = "198.51.100.7";

    private static EmbeddedFtp at(String... hosts) {
        return new EmbeddedFtp(new NoServer(), new Client(), List.of(hosts));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true", "LOCALHOST, true", "127.0.0.1, true", "127.8.8.8, true", "::1, true", "0.0.0.0, true", "198.51.100.7, true",
        "192.0.2.1, false", "ftp.example, false", "localhost.example, false"
    })
    void theGatewayItself(String host, boolean expected) {
        assertEquals(expected, at("localhost").isAt(host));
    }

    @Test
    void everyAddressOfTheMachine() throws Exception {
        for (NetworkInterface nic : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : nic.inetAddresses().toList()) {
                assertTrue(at("localhost").isAt(address), address.toString());
                assertFalse(at("ftp.example").isAt(address), address.toString());
            }
        }
        assertFalse(at("localhost").isAt(Resolver.literal("192.0.2.1").orElseThrow()));
    }

    @Test
    void furtherNamesOnly() {
        EmbeddedFtp named = at("ftp.example", "192.0.2.1");
        assertTrue(named.isAt("FTP.Example"));
        assertTrue(named.isAt("192.0.2.1"));
        assertFalse(named.isAt("localhost"), "another FTP server may be there");
        assertFalse(named.isAt("127.0.0.1"));
        assertTrue(at("localhost", "ftp.example").isAt("localhost"));
    }

    private static final class NoServer implements EmbeddedServer {
        @Override
        public Ends connect(EmbeddedClient client) {
            throw new IllegalStateException();
        }

        @Override
        public void close() {}
    }

    private static final class Client implements EmbeddedClient {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public EventLoop loop() {
            throw new IllegalStateException();
        }

        @Override
        public InetSocketAddress remote() {
            throw new IllegalStateException();
        }

        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress(Resolver.literal(SSH_ADDRESS).orElseThrow(), 21);
        }

        @Override
        public Optional<Account> signedOn() {
            return Optional.empty();
        }

        @Override
        public Optional<Account> authenticate(String name, String password) {
            return Optional.empty();
        }

        @Override
        public Duration dataTimeout() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration idleTimeout() {
            return Duration.ofSeconds(1);
        }
    }
}
