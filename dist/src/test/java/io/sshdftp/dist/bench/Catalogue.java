package io.sshdftp.dist.bench;

import java.util.ArrayList;
import java.util.List;

/** All that can be measured, in the order of the result. */
final class Catalogue {
    static final String AES = "aes128-gcm@openssh.com";

    /** The ssh client's default. */
    static final String CHACHA = "chacha20-poly1305@openssh.com";

    private Catalogue() {}

    /** What the options ask for. */
    static List<Scenario> scenarios(Options options) {
        boolean quick = options.quick();
        List<Scenario> all = new ArrayList<>();
        bulk(all, options.size());
        all.add(new SmallFiles(1, quick ? 20 : 40));
        all.add(new SmallFiles(8, quick ? 80 : SmallFiles.COUNT));
        for (Latency.Beside beside : Latency.Beside.values()) {
            all.add(new Latency(beside, quick ? 20 : 40));
        }
        for (int streams : quick ? new int[] {1, 8, 64} : new int[] {1, 2, 4, 8, 16, 32, 64}) {
            all.add(new FtpBulk(Bulk.Direction.DOWN, AES, streams, options.size() / 2, FtpBulk.Kind.SCALING));
        }
        for (int connections : quick ? new int[] {1, 10, 100} : new int[] {1, 10, 100, 300, 1000}) {
            all.add(new Connections(connections));
        }
        return all.stream().filter(scenario -> options.only().matcher(scenario.id()).find()).toList();
    }

    private static void bulk(List<Scenario> all, long size) {
        for (boolean ftp : new boolean[] {true, false}) {
            for (String cipher : List.of(AES, CHACHA)) {
                for (int streams : new int[] {1, 4}) {
                    for (Bulk.Direction direction : Bulk.Direction.values()) {
                        all.add(ftp
                                ? new FtpBulk(direction, cipher, streams, size, FtpBulk.Kind.BEHIND)
                                : new RawBulk(direction, cipher, streams, size));
                    }
                }
            }
        }
        for (String cipher : List.of(AES, CHACHA)) {
            for (Bulk.Direction direction : Bulk.Direction.values()) {
                all.add(new FtpBulk(direction, cipher, 1, size, FtpBulk.Kind.HERE));
            }
        }
    }
}
