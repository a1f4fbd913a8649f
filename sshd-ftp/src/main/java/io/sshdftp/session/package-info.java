/**
 * What a session channel of a user of the daemon's own gets: a small console with help, and nothing of the machine.
 *
 * <p>{@link io.sshdftp.session.ConsoleChannel} is the channel, {@link io.sshdftp.session.ConsoleFactory} makes a console for its shell or
 * exec request, {@link io.sshdftp.session.ConsoleView} is where the console's data comes from, and {@link io.sshdftp.session.Recipes} is
 * the help.
 *
 * <p>THREADS: none of its own. A console works on whatever thread brings it the next thing: the session's I/O worker with input, or the
 * one that finished a write. One thread at a time is in it; a second one leaves its news and goes. Nothing waits, so a reader that stopped
 * costs a few kilobytes and no thread.
 *
 * <p>BOUNDS: a line of {@value io.sshdftp.session.ConsoleFactory#MAX_LINE_BYTES} bytes; input that is not read yet stays inside the
 * channel's window; input is not looked at while output waits, so that at most one command's output is held.
 */
package io.sshdftp.session;
