package io.sshdftp.leg;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The outcome of a connect, as a future. */
record Connecting(CompletableFuture<TcpConnection> result) implements TcpConnection.ConnectCallback {
    Connecting() {
        this(new CompletableFuture<>());
    }

    @Override
    public void connected(TcpConnection connection) {
        result.complete(connection);
    }

    @Override
    public void failed(IOException cause) {
        result.completeExceptionally(cause);
    }
}
