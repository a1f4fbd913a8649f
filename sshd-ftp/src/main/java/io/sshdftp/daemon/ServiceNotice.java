package io.sshdftp.daemon;

import io.sshdftp.record.SshdLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a service manager is told, as sd_notify(3) has it: that the daemon serves, reads its configuration again, ends. Where nobody wants to know,
 * nothing happens; a notice that cannot be given is a line in the log.
 *
 * <p>THREADS: any.
 */
final class ServiceNotice {
    private final Optional<String> address;

    /** @param address {@code NOTIFY_SOCKET} of the environment, or null */
    ServiceNotice(String address) {
        this.address = Optional.ofNullable(address).filter(text -> !text.isEmpty());
    }

    /** Every port is bound; after {@link #reloading}: the configuration is in force, or the one before still is. */
    void ready() {
        send("READY=1");
    }

    /** A SIGHUP has come. Linux's CLOCK_MONOTONIC is what nanoTime tells there; by it the service manager knows this reload from another. */
    void reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    /** The end has begun. */
    void stopping() {
        send("STOPPING=1");
    }

    private void send(String notice) {
        if (address.isEmpty()) {
            return;
        }
        try (UnixDatagram socket = UnixDatagram.to(address.get())) {
            socket.send(notice.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            SshdLog.LOG.warn("the service manager cannot be told {}: {}", notice.lines().findFirst().orElse(""), e.getMessage());
        }
    }
}
