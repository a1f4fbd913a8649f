/**
 * The program: command line, configuration, wiring, signals; the only package that knows all the others.
 *
 * <p>{@link io.sshdftp.daemon.Main} is the process, {@code Daemon} what serves, {@code Setup} a configuration with all that it names read.
 * A connection gets the {@code Setup} that holds when it begins ({@code SessionState}) and keeps it; SIGHUP puts another one in place for
 * those to come. {@code Login} decides who gets in, {@code Policies} what may be forwarded, {@code SessionWatch} writes how each connection
 * went, in the words of sshd ({@link io.sshdftp.record.SshdLog}).
 *
 * <p>What MINA counts, times or compares otherwise than sshd is put right here: {@code GatewaySession} ({@code LoginGraceTime} counts from
 * the connection, a reload does not reach a running one), {@code Startups} and {@code SessionLimit} ({@code MaxStartups},
 * {@code MaxSessions}), {@code ServerSigAlgs}, {@code ClientAlive}.
 *
 * <p>THREADS: one that waits in {@code Main} for the end; one of the JVM for each signal, of which a reload runs alone; MINA's I/O workers,
 * on which {@code Login}, {@code SessionWatch} and {@code Startups} are called, a connection at a time on one of them; those of
 * {@code PasswordCheck} and {@code ClientNames} in place of an I/O worker that would have to wait; and the loops of
 * {@link io.sshdftp.leg.EventLoop}.
 */
package io.sshdftp.daemon;
