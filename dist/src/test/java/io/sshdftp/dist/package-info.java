/**
 * Black-box tests of the packaged daemon ({@code dist/target/sshd-ftp}) with the ssh clients, FTP clients and FTP servers that
 * people have.
 *
 * <p>Three hosts are network namespaces: the client's has no route to the FTP server's, so what arrives there has come through the
 * gateway's daemon. Programs run in them as ordinary processes, with their output in files below {@code dist/target/it}.
 *
 * <p>What a test needs and this machine lacks (root, a program) skips the test with the reason; with {@code
 * SSHDFTP_REQUIRE_PEERS=1} in the environment it fails it.
 *
 * <p>Processes are ended by their id. Should the test JVM itself be killed, the kernel ends what it started
 * ({@code PR_SET_PDEATHSIG}), and the next run removes the namespaces it left with whatever still runs in them.
 */
package io.sshdftp.dist;
