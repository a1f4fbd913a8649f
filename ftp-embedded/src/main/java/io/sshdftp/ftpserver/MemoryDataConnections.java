package io.sshdftp.ftpserver;

import io.sshdftp.ftpserver.data.DataPipe;
import io.sshdftp.ftpserver.data.DataPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.ftpserver.ftplet.DataConnection;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.ftpserver.impl.IODataConnectionFactory;

/**
 * Where FtpServer gets its data connections from, in place of sockets. It must be an {@link IODataConnectionFactory}: that is what
 * FtpServer asks for the address that PORT or PASV has set.
 *
 * <p>FtpServer takes what a session's attribute {@value #ATTRIBUTE} holds, and makes one with sockets where there is none.
 */
final class MemoryDataConnections extends IODataConnectionFactory {
    /** FtpServer's own name; no constant of it can be seen. */
    static final String ATTRIBUTE = FtpIoSession.ATTRIBUTE_PREFIX + "data-connection";

    private final DataPorts ports;
    private InetSocketAddress address;
    private boolean passive;

    MemoryDataConnections(DataPorts ports) {
        super(null, null);
        this.ports = ports;
    }

    @Override
    public synchronized void initActiveDataConnection(InetSocketAddress target) {
        closeDataConnection();
        address = target;
        passive = false;
    }

    @Override
    public synchronized InetSocketAddress initPassiveDataConnection() {
        closeDataConnection();
        address = new InetSocketAddress(ports.server().getAddress(), ports.listen());
        passive = true;
        return address;
    }

    /** Waits for the client in passive mode. */
    @Override
    public DataConnection openConnection() throws IOException {
        InetSocketAddress target;
        boolean waiting;
        synchronized (this) {
            target = address;
            waiting = passive;
        }
        if (target == null) {
            throw new IOException("no PASV, EPSV, PORT or EPRT before it");
        }
        DataPipe pipe = waiting ? ports.accept() : ports.connect(target.getPort());
        return new MemoryDataConnection(pipe);
    }

    @Override
    public synchronized void closeDataConnection() {
        address = null;
        ports.release();
    }

    @Override
    public synchronized InetAddress getInetAddress() {
        return address == null ? null : address.getAddress();
    }

    @Override
    public synchronized int getPort() {
        return address == null ? 0 : address.getPort();
    }

    /** {@link DataPorts} has the time limits. */
    @Override
    public boolean isTimeout(long now) {
        return false;
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public boolean isZipMode() {
        return false;
    }

    @Override
    public void dispose() {
        closeDataConnection();
    }
}
