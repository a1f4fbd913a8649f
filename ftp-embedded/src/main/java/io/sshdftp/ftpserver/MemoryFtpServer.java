package io.sshdftp.ftpserver;

import io.sshdftp.embedded.EmbeddedClient;
import io.sshdftp.embedded.EmbeddedServer;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.FtpException;

/** Apache FtpServer without sockets, users, files and commands of its own: those are the daemon's, and of this module. */
final class MemoryFtpServer implements EmbeddedServer {
    private final CommandPool pool = new CommandPool();
    private final Logins logins = new Logins();
    private final MemoryListener listener = new MemoryListener(pool);
    private final FtpServer server;

    MemoryFtpServer() {
        FtpServerFactory factory = new FtpServerFactory();
        factory.addListener(MemoryListener.NAME, listener);
        factory.setCommandFactory(new Verbs(logins));
        factory.setUserManager(new NoUsers());
        factory.setFileSystem(user -> {
            throw new FtpException("files are reached through the daemon's stores only");
        });
        server = factory.createServer();
        try {
            server.start();
        } catch (FtpException e) {
            throw new IllegalStateException("FtpServer does not start", e);
        }
    }

    @Override
    public Ends connect(EmbeddedClient client) {
        MemoryListener.ServerEnds ends = listener.connect(client);
        return new Ends(ends.control(), ends.data());
    }

    /** Control connections, for tests that none stays behind. */
    int sessions() {
        return listener.getActiveSessions().size();
    }

    /** What is remembered of logins, for the same. */
    int logins() {
        return logins.remembered();
    }

    @Override
    public void close() {
        server.stop();
        pool.close();
    }
}
