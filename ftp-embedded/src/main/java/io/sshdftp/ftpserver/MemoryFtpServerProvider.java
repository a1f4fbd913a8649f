package io.sshdftp.ftpserver;

import io.sshdftp.embedded.EmbeddedServer;

/** What {@link java.util.ServiceLoader} finds of this module. */
public final class MemoryFtpServerProvider implements EmbeddedServer.Provider {
    @Override
    public EmbeddedServer start() {
        return new MemoryFtpServer();
    }
}
