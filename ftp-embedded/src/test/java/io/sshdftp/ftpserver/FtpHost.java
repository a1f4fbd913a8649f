package io.sshdftp.ftpserver;

import io.sshdftp.embedded.Account;
import io.sshdftp.embedded.EmbeddedClient;
import io.sshdftp.embedded.EmbeddedServer;
import io.sshdftp.embedded.LoginLimits;
import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Leg;
import io.sshdftp.store.Store;
import io.sshdftp.store.StoreRules;
import io.sshdftp.store.Stores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;

/** The embedded server with a daemon around it that a test makes: a loop, a store, and ways to connect. */
final class FtpHost implements AutoCloseable {
    static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 21);

    final Path root;
    final EventLoop loop;
    final EmbeddedServer server = new MemoryFtpServer();
    final Stores stores = new Stores();
    /** Names whose logins failed. */
    final List<String> failures = new CopyOnWriteArrayList<>();

    LoginLimits limits = new LoginLimits(1000, 1000, 1000);
    Duration idle = Duration.ofSeconds(30);
    /** FTP's own accounts, name and password; no single sign-on when there are any. */
    Map<String, String> passwords = Map.of();

    UnaryOperator<StoreRules> rules = UnaryOperator.identity();
    private int nextPort = 40_000;

    FtpHost(Path root) throws IOException {
        this.root = root;
        this.loop = new EventLoop("test-loop");
    }

    @Override
    public void close() {
        server.close();
        loop.close();
        stores.close();
    }

    /** One who has logged in to SSH as {@code user}. */
    Visitor visitor(String user) throws Exception {
        return visitor(user, InetAddress.getLoopbackAddress());
    }

    Visitor visitor(String user, InetAddress from) throws Exception {
        Visitor visitor = new Visitor(user, new InetSocketAddress(from, nextPort++));
        CompletableFuture<EmbeddedServer.Ends> opened = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                opened.complete(server.connect(visitor));
            } catch (RuntimeException e) {
                opened.completeExceptionally(e);
            }
        });
        visitor.ends = opened.get(30, TimeUnit.SECONDS);
        return visitor;
    }

    /** A client of Apache Commons Net, logged in. */
    FTPClient client(String user) throws Exception {
        FTPClient client = visitor(user).client();
        if (!client.login(user, "anything")) {
            throw new IOException("login: " + client.getReplyString());
        }
        client.setFileType(FTP.BINARY_FILE_TYPE);
        return client;
    }

    /** One control connection, and the sockets beside it. */
    final class Visitor implements EmbeddedClient, MemorySocket.Network {
        private final String user;
        private final InetSocketAddress remote;
        private EmbeddedServer.Ends ends;
        /** The sockets that were made, the control connection's first. */
        final List<MemorySocket> sockets = new CopyOnWriteArrayList<>();

        private Visitor(String user, InetSocketAddress remote) {
            this.user = user;
            this.remote = remote;
        }

        Connection control() {
            return ends.control();
        }

        Leg data() {
            return ends.data();
        }

        /** A client that has read the greeting. */
        FTPClient client() throws IOException {
            FTPClient client = new FTPClient();
            client.setControlEncoding("UTF-8");
            client.setSocketFactory(socketFactory());
            client.setServerSocketFactory(serverSocketFactory());
            client.setConnectTimeout(30_000);
            client.connect("127.0.0.1", 21);
            client.enterLocalPassiveMode();
            return client;
        }

        /** A socket to type commands into. */
        MemorySocket socket() throws IOException {
            MemorySocket socket = new MemorySocket(this);
            sockets.add(socket);
            socket.connect(LOCAL);
            return socket;
        }

        @Override
        public CompletableFuture<Connection> connect(int port) {
            if (port == 21) {
                return CompletableFuture.completedFuture(ends.control());
            }
            CompletableFuture<Connection> connected = new CompletableFuture<>();
            DataAddress address = new DataAddress(LOCAL.getAddress(), port);
            loop.execute(() -> ends.data().dial(address, address, events(connected, new CompletableFuture<>())));
            return connected;
        }

        private Leg.Events events(CompletableFuture<Connection> connected, CompletableFuture<Integer> listening) {
            return new Leg.Events() {
                @Override
                public void listening(DataAddress address, String remedy) {
                    listening.complete(address.port());
                }

                @Override
                public void connected(Connection connection) {
                    connected.complete(connection);
                }

                @Override
                public void failed(String reason) {
                    connected.completeExceptionally(new IOException(reason));
                }
            };
        }

        private SocketFactory socketFactory() {
            return new SocketFactory() {
                @Override
                public Socket createSocket() {
                    MemorySocket socket = new MemorySocket(Visitor.this);
                    sockets.add(socket);
                    return socket;
                }

                @Override
                public Socket createSocket(String host, int port) throws IOException {
                    return connected(port);
                }

                @Override
                public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
                    return connected(port);
                }

                @Override
                public Socket createSocket(InetAddress host, int port) throws IOException {
                    return connected(port);
                }

                @Override
                public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
                    return connected(port);
                }

                private Socket connected(int port) throws IOException {
                    Socket socket = createSocket();
                    socket.connect(new InetSocketAddress(LOCAL.getAddress(), port));
                    return socket;
                }
            };
        }

        private ServerSocketFactory serverSocketFactory() {
            return new ServerSocketFactory() {
                @Override
                public ServerSocket createServerSocket(int port) throws IOException {
                    return new MemoryServerSocket(Visitor.this);
                }

                @Override
                public ServerSocket createServerSocket(int port, int backlog) throws IOException {
                    return new MemoryServerSocket(Visitor.this);
                }

                @Override
                public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
                    return new MemoryServerSocket(Visitor.this);
                }
            };
        }

        @Override
        public String name() {
            return user + " from " + remote;
        }

        @Override
        public EventLoop loop() {
            return loop;
        }

        @Override
        public InetSocketAddress remote() {
            return remote;
        }

        @Override
        public InetSocketAddress local() {
            return LOCAL;
        }

        @Override
        public Optional<Account> signedOn() {
            return passwords.isEmpty() ? Optional.of(account(user)) : Optional.empty();
        }

        @Override
        public Optional<Account> authenticate(String name, String password) {
            if (password.equals(passwords.get(name))) {
                return Optional.of(account(name));
            }
            failures.add(name);
            return Optional.empty();
        }

        @Override
        public Duration dataTimeout() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Duration idleTimeout() {
            return idle;
        }
    }

    private Account account(String name) {
        return new Account() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public LoginLimits limits() {
                return limits;
            }

            @Override
            public Store open() throws IOException {
                return stores.open(rules.apply(StoreRules.everything(name, root)));
            }
        };
    }

    /** Where an active client waits for the server. */
    private static final class MemoryServerSocket extends ServerSocket {
        private final LinkedBlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> port = new CompletableFuture<>();
        private final Visitor visitor;
        private final Map<String, Leg.Attempt> attempt = new ConcurrentHashMap<>();

        MemoryServerSocket(Visitor visitor) throws IOException {
            this.visitor = visitor;
            CompletableFuture<Connection> connected = new CompletableFuture<>();
            connected.thenAccept(accepted::add);
            visitor.loop().execute(() -> {
                Leg.Attempt listening = visitor.data().listen(OptionalInt.empty(), visitor.events(connected, port));
                listening.expect();
                attempt.put("", listening);
            });
            port.join();
        }

        @Override
        public int getLocalPort() {
            return port.join();
        }

        @Override
        public InetAddress getInetAddress() {
            return visitor.remote().getAddress();
        }

        @Override
        public Socket accept() throws IOException {
            MemorySocket socket = new MemorySocket(visitor);
            visitor.sockets.add(socket);
            try {
                Connection connection = accepted.poll(30, TimeUnit.SECONDS);
                if (connection == null) {
                    throw new IOException("nobody connected");
                }
                socket.attach(connection);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return socket;
        }

        @Override
        public void close() {
            visitor.loop().execute(() -> attempt.values().forEach(Leg.Attempt::cancel));
        }
    }
}
