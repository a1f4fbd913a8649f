package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.Leg;

/** What a leg has told. */
final class Told implements Leg.Events {
    DataAddress address;
    String remedy;
    Connection connection;
    String failure;

    @Override
    public void listening(DataAddress announced, String toDo) {
        assertNull(address);
        address = announced;
        remedy = toDo;
    }

    @Override
    public void connected(Connection made) {
        assertNull(connection);
        connection = made;
    }

    @Override
    public void failed(String reason) {
        assertNull(failure);
        failure = reason;
    }
}
