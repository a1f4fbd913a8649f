/**
 * The daemon's configuration in the syntax of sshd_config(5): one table of directives ({@link io.sshdftp.config.Directives}), the reader of
 * files and command-line overrides, {@code Match}, and the dump that {@code sshd -T} prints.
 *
 * <p>{@link io.sshdftp.config.ServerConfig#load} reads everything once; {@link io.sshdftp.config.Settings} answers what a directive says,
 * for the daemon as a whole or for one connection. A new directive is one row in {@code Directives} and one paragraph in
 * {@code conf/sshd_config}; parsing, validation, dump and the tests follow from the row.
 *
 * <p>THREADS: only loading is work, and it happens in the caller's thread. All that it returns is immutable and may be shared by any number
 * of threads; to read a changed file is to load a new {@code ServerConfig}.
 *
 * <p>BOUNDS: a file is at most 1 MiB, {@code Include} goes 16 levels deep and names at most 256 files in all.
 *
 * <p>This package imports the JDK alone, opens no sockets and asks no name server: names stay text until somebody connects.
 */
package io.sshdftp.config;
