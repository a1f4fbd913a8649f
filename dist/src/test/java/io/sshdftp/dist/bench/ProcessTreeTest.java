package io.sshdftp.dist.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessTreeTest {
    private final ProcessTree self = new ProcessTree(ProcessHandle.current().pid());

    @Test
    void childrenThatHaveEndedCount() throws Exception {
        double before = self.cpuSeconds();
        run("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done");
        assertTrue(self.cpuSeconds() > before + 0.05, () -> before + " then " + self.cpuSeconds());
    }

    @Test
    void childrenHaveMemory() throws Exception {
        double alone = self.pss();
        Process child = new ProcessBuilder("sh", "-c", "x=$(head -c 20000000 /dev/zero | tr '\\0' a); echo ready; read y").start();
        try {
            assertTrue(child.getInputStream().read() >= 0);
            assertTrue(self.pss() > alone + 10e6, () -> alone + " then " + self.pss());
            assertTrue(self.peakRss() > new ProcessTree(child.pid()).peakRss());
        } finally {
            child.getOutputStream().close();
            child.waitFor(10, TimeUnit.SECONDS);
            child.destroyForcibly();
        }
    }

    @Test
    void aPartOfTheAddressSpaceCanBeLeftOut() {
        assertTrue(self.pssOutside(0, 0) > 1e6);
        assertEquals(0, self.pssOutside(0, -1));
    }

    private static void run(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", script).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    }
}
