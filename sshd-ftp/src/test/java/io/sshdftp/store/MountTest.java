package io.sshdftp.store;

import static io.sshdftp.store.StoreFixture.get;
import static io.sshdftp.store.StoreFixture.path;
import static io.sshdftp.store.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another disk inside the root, which only a process in a mount namespace of its own can have without touching the machine. */
class MountTest {
    @Test
    void anotherDiskInsideTheRootIsUsedLikeTheRest(@TempDir Path root) throws Exception {
        Path disk = Files.createDirectory(root.resolve("disk"));
        assumeTrue(run("true", disk, root) == 0, "only root can mount, and not everywhere");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertEquals(0, run("exec \"$2\" -cp \"$3\" " + MountTest.class.getName() + " \"$4\"", disk, root, java,
                System.getProperty("java.class.path")));
    }

    private static int run(String then, Path disk, Path root, String... more) throws Exception {
        String java = more.length > 0 ? more[0] : "";
        String classes = more.length > 1 ? more[1] : "";
        Process process = new ProcessBuilder("unshare", "-m", "sh", "-c", "mount -t tmpfs none \"$1\" && " + then, "sh", disk.toString(), java,
                classes, root.toString()).inheritIO().start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }

    /** What is done where the disk is mounted. */
    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        try (StoreFixture fixture = new StoreFixture(root); Store store = fixture.open(Uploads.ATOMIC, 1000, 10)) {
            store.makeDirectory(path("/disk/d"));
            store.makeDirectory(path("/disk/d/e"));
            put(store, "/disk/d/e/a", "a");
            check(get(store, "/disk/d/e/a").equals("a"), "content");
            put(store, "/b", "b");
            try {
                store.rename(path("/b"), path("/disk/b"), false);
                check(false, "a rename to another disk");
            } catch (IOException e) {
                check(e.getMessage().contains("different disks"), e.getMessage());
            }
            check(store.stat(path("/disk/d")).mode() == 0755, "mode");
            check(StoreFixture.list(store, "/").equals(List.of("b", "disk")), "no directory is left where they are made");
            check(StoreFixture.list(store, "/disk").equals(List.of("d")), "nor there");
            check(store.space().freeFiles() == 10 - 5, "files: " + store.space());
        }
    }

    private static void check(boolean good, String what) {
        if (!good) {
            throw new IllegalStateException(what);
        }
    }
}
