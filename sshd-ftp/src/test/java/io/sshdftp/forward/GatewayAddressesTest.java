package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.leg.Resolver;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayAddressesTest {
    private static final InetAddress OWN = literal("192.0.2.5");
    private static final InetAddress LOOPBACK = literal("127.0.0.1");

    private static InetAddress literal(String text) {
        return Resolver.literal(text).orElseThrow();
    }

    @Test
    void anotherHostIsReachedAsItResolves() {
        List<InetAddress> resolved = List.of(literal("10.0.0.1"), literal("2001:db8::1"));
        assertEquals(resolved, new GatewayAddresses(OWN).routes("ftp.example", resolved));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void theGatewayItselfIsTriedAtTheAddressThatTheClientCameTo(String host) {
        assertEquals(List.of(OWN, LOOPBACK), new GatewayAddresses(OWN).routes(host, List.of(LOOPBACK)));
    }

    @Test
    void anotherLoopbackAddressIsMeantAsWritten() {
        List<InetAddress> resolved = List.of(literal("127.0.0.21"));
        assertEquals(resolved, new GatewayAddresses(OWN).routes("127.0.0.21", resolved));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "fe80::1", "0.0.0.0"})
    void anAddressThatIsOfNoUseToAServerIsNeverTriedFirst(String sshLocal) {
        List<InetAddress> routes = new GatewayAddresses(literal(sshLocal)).routes("localhost", List.of(LOOPBACK));
        assertEquals(LOOPBACK, routes.get(routes.size() - 1));
        for (InetAddress route : routes.subList(0, routes.size() - 1)) {
            assertFalse(route.isLoopbackAddress() || route.isLinkLocalAddress() || route.isAnyLocalAddress(), route::toString);
            assertTrue(route.getClass() == LOOPBACK.getClass(), route::toString);
        }
    }

    @Test
    void eachFamilyKeepsToItsOwn() {
        InetAddress six = literal("::1");
        List<InetAddress> routes = new GatewayAddresses(OWN).routes("localhost", List.of(six));
        assertFalse(routes.contains(OWN));
        assertEquals(six, routes.get(routes.size() - 1));
    }
}
