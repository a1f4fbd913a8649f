package io.sshdftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RecipesTest {
    static Recipes usual() {
        return new Recipes(
                "gw.example.org", 2222, "alice", "30020-30029", "30030-30039", OptionalInt.of(1080), Optional.of(List.of("ftp.example:21")),
                true, Optional.empty());
    }

    /** The help with broken commands put together again, as a shell reads them. */
    private static String pasted(Recipes recipes) {
        return String.join("\n", recipes.lines()).replaceAll(" \\\\\n +", " ");
    }

    private static void has(Recipes recipes, String command) {
        String text = pasted(recipes);
        assertTrue(text.lines().anyMatch(line -> line.strip().equals(command)), command + "\nis not in\n" + text);
    }

    @Test
    void namesTheRealGatewayPortsAndServer() {
        has(usual(), "ssh -N -p 2222 -L 2121:ftp.example:21 -L 30020:localhost:30020 alice@gw.example.org");
        has(usual(), "curl ftp://localhost:2121/");
        has(usual(), "ssh -N -p 2222 -L 2121:ftp.example:21 -L 30020:localhost:30020 -L 30021:localhost:30021 -L 30022:localhost:30022"
                + " -L 30023:localhost:30023 alice@gw.example.org");
        has(usual(), "LocalForward 2121 ftp.example:21");
        has(usual(), "ssh -N -p 2222 -D 1080 alice@gw.example.org");
        has(usual(), "curl --proxy socks5h://localhost:1080 ftp://ftp.example/");
        has(usual(), "ssh -N -p 2222 -L 2121:ftp.example:21 -R 1080 alice@gw.example.org");
        has(usual(), "curl --ftp-port - ftp://localhost:2121/");
        has(usual(), "ssh -N -p 2222 -L 2121:ftp.example:21 -R 30030:localhost:30030 alice@gw.example.org");
        has(usual(), "plink -N -P 2222 -L 2121:ftp.example:21 -L 30020:localhost:30020 alice@gw.example.org");
        has(usual(), "dbclient -N -p 2222 -L 2121:ftp.example:21 -L 30020:localhost:30020 alice@gw.example.org");
        assertEquals("ssh -p 2222 alice@gw.example.org help", usual().sshCommand("help"));
    }

    @Test
    void staysWithin79ColumnsButForPlink() {
        for (String line : usual().lines()) {
            assertTrue(line.length() <= 79 || line.strip().startsWith("plink"), line);
        }
    }

    @Test
    void leavesOutWhatIsNotSetUp() {
        Recipes recipes = new Recipes("10.0.0.1", 22, "bob", "server", "", OptionalInt.empty(), Optional.empty(), true, Optional.empty());
        String text = pasted(recipes);
        assertFalse(text.contains("-R "), text);
        assertFalse(text.contains("-p 22"), text);
        assertTrue(text.contains("Put your FTP server's name in place of FTPSERVER."), text);
        assertTrue(text.contains("passive ports that the FTP server"), text);
        has(recipes, "ssh -N -D 1080 bob@10.0.0.1");
        assertTrue(pasted(new Recipes("g", 22, "bob", "", "", OptionalInt.empty(), Optional.empty(), true, Optional.empty())).contains("Not set up here"));
    }

    @Test
    void takesTheFirstServerThatACommandCanName() {
        has(withServers("*:21", "*.example:21", "[2001:db8::1]:*", "b:22"),
                "curl --proxy socks5h://localhost:1080 ftp://[2001:db8::1]/");
        has(withServers("*:2100"), "curl --proxy socks5h://localhost:1080 ftp://FTPSERVER:2100/");
        has(withServers("$(reboot):21", "b:2121"), "curl --proxy socks5h://localhost:1080 ftp://b:2121/");
    }

    private static Recipes withServers(String... servers) {
        return new Recipes("g", 22, "bob", "30020", "30030", OptionalInt.of(1080), Optional.of(List.of(servers)), true, Optional.empty());
    }

    @Test
    void saysSoWhenNothingIsAllowed() {
        String none = pasted(withServers());
        assertTrue(none.contains("no FTP server may be reached"), none);
        assertFalse(none.contains("curl ftp"), none);
        String forbidden =
                pasted(new Recipes("g", 22, "bob", "30020", "30030", OptionalInt.of(1080), Optional.empty(), false, Optional.empty()));
        assertTrue(forbidden.contains("forwarding is not allowed for bob"), forbidden);
        assertFalse(forbidden.contains("curl ftp"), forbidden);
    }

    @Test
    void oddNamesAreQuotedForTheShell() {
        Recipes recipes = new Recipes("g", 22, "a b'c", "30020", "30030", OptionalInt.of(1080), Optional.empty(), true, Optional.empty());
        has(recipes, "ssh -N -D 1080 'a b'\\''c@g'");
    }

    private static Recipes withRemote(boolean forwarding, Recipes.Remote remote) {
        return new Recipes(
                "gw.example.org", 22, "bob", "30020", "30030-30039", OptionalInt.of(1080), Optional.empty(), forwarding, Optional.of(remote));
    }

    @Test
    void showsHowAServerOnTheUsersSideIsReached() {
        Recipes own = withRemote(true, new Recipes.Remote(2121, "", false));
        has(own, "* FTP server on your side, FTP clients on the gateway");
        has(own, "ssh -N -R 2121:localhost:21 -R 1080 bob@gw.example.org");
        has(own, "curl ftp://localhost:2121/");
        has(own, "ssh -N -R 2121:localhost:21 -R 30030:localhost:30030 -R 30031:localhost:30031 bob@gw.example.org");

        Recipes others = withRemote(false, new Recipes.Remote(2100, "*:", true));
        has(others, "* FTP server on your side, FTP clients near the gateway");
        has(others, "ssh -N -R *:2100:localhost:21 -R 1080 bob@gw.example.org");
        has(others, "curl ftp://gw.example.org:2100/");
        assertTrue(pasted(others).contains("by -R."), "and nothing else");
        assertFalse(pasted(others).contains("-L "), pasted(others));

        Recipes bare = new Recipes(
                "2001:db8::1", 22, "bob", "", "", OptionalInt.empty(), Optional.empty(), false,
                Optional.of(new Recipes.Remote(2121, "", true)));
        has(bare, "ssh -N -R 2121:localhost:21 -R 50000:localhost:50000 -R 50001:localhost:50001 bob@2001:db8::1");
        has(bare, "curl ftp://[2001:db8::1]:2121/");
        assertFalse(pasted(usual()).contains("on your side"), "where there is none");
    }
}
