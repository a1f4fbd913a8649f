package io.sshdftp.dist.bench;

import java.util.ArrayList;
import java.util.List;

/** All that can be measured, in the order of the result. */
final class Catalogue {
    static final String AES = "aes128-gcm@openssh.com";
    static final String CHACHA = "chacha20-poly1305@openssh.com";

    private Catalogue() {}

    static List<Scenario> scenarios(Options options) {
        List<Scenario> all = new ArrayList<>();
        for (String cipher : List.of(AES, CHACHA)) {
            for (int streams : new int[] {1, 4}) {
                for (Bulk.Direction direction : Bulk.Direction.values()) {
                    all.add(new FtpBulk(direction, cipher, streams, options.size()));
                }
            }
        }
        for (String cipher : List.of(AES, CHACHA)) {
            for (int streams : new int[] {1, 4}) {
                for (Bulk.Direction direction : Bulk.Direction.values()) {
                    all.add(new RawBulk(direction, cipher, streams, options.size()));
                }
            }
        }
        return all.stream().filter(scenario -> options.only().matcher(scenario.id()).find()).toList();
    }
}
