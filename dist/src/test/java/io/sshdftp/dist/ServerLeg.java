package io.sshdftp.dist;

import java.util.Locale;

/** The values of FtpServerDataMode, each with the port of the daemon that runs with it. */
enum ServerLeg {
    SAME(22),
    PASSIVE(2201),
    ACTIVE(2202);

    final int port;

    ServerLeg(int port) {
        this.port = port;
    }

    /** Whether data connections to the FTP server are made otherwise than those to the client. */
    boolean crosses(DataMode client) {
        return this == PASSIVE && client.isActive() || this == ACTIVE && !client.isActive();
    }

    String value() {
        return name().toLowerCase(Locale.ROOT);
    }
}
