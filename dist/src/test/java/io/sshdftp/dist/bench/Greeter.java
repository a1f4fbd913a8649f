package io.sshdftp.dist.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An FTP server that greets and then says nothing, as a process of its own, which needs no thread and no memory for a connection.
 * Arguments: address, port.
 */
final class Greeter {
    static final String GREETING = "220 ready\r\n";

    private static final int BACKLOG = 512;

    private Greeter() {}

    public static void main(String[] args) throws IOException {
        List<SocketChannel> open = new ArrayList<>();
        InetSocketAddress address = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(address, BACKLOG)) {
            System.out.println("listening");
            while (true) {
                SocketChannel channel = server.accept();
                channel.write(ByteBuffer.wrap(GREETING.getBytes(StandardCharsets.US_ASCII)));
                // What nothing refers to might be closed.
                open.add(channel);
            }
        }
    }
}
