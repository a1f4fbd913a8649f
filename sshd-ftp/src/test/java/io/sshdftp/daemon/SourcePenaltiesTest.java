package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sshdftp.config.ConfigException;
import io.sshdftp.config.PerSourcePenalties.Cause;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.config.Settings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How penalties add up and run down, with a clock of the test's own. */
class SourcePenaltiesTest {
    private static final Optional<String> FAILED = Optional.of("penalty: failed authentication");

    /** Any moment; a clock of nanoseconds may be about to turn over. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();

    private Settings settings;

    private SourcePenalties with(String... lines) throws ConfigException {
        settings = ServerConfig.load(Path.of("none"), List.of(lines)).global();
        return new SourcePenalties(() -> settings, () -> now);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private static Optional<String> refusal(SourcePenalties penalties, String address) throws Exception {
        return penalties.refusal(InetAddress.getByName(address));
    }

    private static void penalise(SourcePenalties penalties, Cause cause, String... addresses) throws Exception {
        for (String address : addresses) {
            penalties.penalise(InetAddress.getByName(address), cause);
        }
    }

    @Test
    void theyAddUpToTheThresholdAndRunDownToNothing() throws Exception {
        SourcePenalties penalties = with();
        penalise(penalties, Cause.AUTHFAIL, "192.0.2.1", "192.0.2.1", "192.0.2.1");
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.1"), "15 seconds are the threshold, not above it");
        penalise(penalties, Cause.AUTHFAIL, "192.0.2.1");
        assertEquals(FAILED, refusal(penalties, "192.0.2.1"));
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.2"));
        pass(19);
        assertEquals(FAILED, refusal(penalties, "192.0.2.1"), "below the threshold again, but not at the end");
        pass(1);
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.1"));
        penalise(penalties, Cause.AUTHFAIL, "192.0.2.1");
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.1"), "it begins anew");
    }

    @Test
    void whatRunsDownMeanwhileDoesNotAddUp() throws Exception {
        SourcePenalties penalties = with();
        for (int i = 0; i < 20; i++) {
            penalise(penalties, Cause.NOAUTH, "192.0.2.1");
            pass(1);
        }
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.1"));
    }

    @Test
    void notMoreThanTheMost() throws Exception {
        SourcePenalties penalties = with("PerSourcePenalties=crash:90 max:100 min:15");
        penalise(penalties, Cause.CRASH, "192.0.2.1", "192.0.2.1", "192.0.2.1");
        pass(99);
        assertEquals(Optional.of("penalty: caused crash"), refusal(penalties, "192.0.2.1"));
        pass(1);
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.1"));
    }

    @Test
    void aBlockIsOneSource() throws Exception {
        SourcePenalties penalties = with("PerSourceNetBlockSize=24:64", "PerSourcePenalties=authfail:20");
        penalise(penalties, Cause.AUTHFAIL, "192.0.2.1", "2001:db8:0:1::1");
        assertEquals(FAILED, refusal(penalties, "192.0.2.255"));
        assertEquals(Optional.empty(), refusal(penalties, "192.0.3.1"));
        assertEquals(FAILED, refusal(penalties, "2001:db8:0:1:2::"));
        assertEquals(Optional.empty(), refusal(penalties, "2001:db8:0:2::1"));
    }

    @Test
    void someAreExempt() throws Exception {
        SourcePenalties penalties = with("PerSourcePenaltyExemptList=192.0.2.0/24,!192.0.2.9,2001:db8:*", "PerSourcePenalties=authfail:20");
        penalise(penalties, Cause.AUTHFAIL, "192.0.2.1", "192.0.2.9", "2001:db8::1");
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.1"));
        assertEquals(FAILED, refusal(penalties, "192.0.2.9"));
        assertEquals(Optional.empty(), refusal(penalties, "2001:db8::1"));
    }

    @Test
    void whenNoMoreCanBeRememberedTheShortestIsForgotten() throws Exception {
        SourcePenalties penalties = with("PerSourcePenalties=authfail:20 crash:90 max-sources4:2");
        penalise(penalties, Cause.CRASH, "192.0.2.1");
        penalise(penalties, Cause.AUTHFAIL, "192.0.2.2");
        penalise(penalties, Cause.CRASH, "192.0.2.3");
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.2"));
        assertEquals(Optional.of("penalty: caused crash"), refusal(penalties, "192.0.2.1"));
        assertEquals(Optional.of("penalty: caused crash"), refusal(penalties, "192.0.2.3"));
    }

    @Test
    void orEveryOtherIsRefused() throws Exception {
        SourcePenalties penalties = with("PerSourcePenalties=authfail:20 max-sources4:1 overflow:deny-all");
        penalise(penalties, Cause.AUTHFAIL, "192.0.2.1", "192.0.2.2");
        assertEquals(Optional.of("too many penalised addresses"), refusal(penalties, "192.0.2.3"));
        assertEquals(Optional.empty(), refusal(penalties, "2001:db8::1"), "of that family only");
        pass(20);
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.3"));
    }

    @Test
    void none() throws Exception {
        SourcePenalties penalties = with("PerSourcePenalties=no");
        penalise(penalties, Cause.CRASH, "192.0.2.1");
        assertEquals(Optional.empty(), refusal(penalties, "192.0.2.1"));
        SourcePenalties without = with("PerSourcePenalties=noauth:0 min:0");
        penalise(without, Cause.NOAUTH, "192.0.2.1");
        assertEquals(Optional.empty(), refusal(without, "192.0.2.1"));
        penalise(without, Cause.AUTHFAIL, "192.0.2.1");
        assertEquals(FAILED, refusal(without, "192.0.2.1"));
    }
}
