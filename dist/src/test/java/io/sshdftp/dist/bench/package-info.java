/**
 * The benchmark behind {@code dist/bench/run}: the packaged daemon against OpenSSH's sshd, on the same path, with the same unmodified
 * clients and the same programs at both ends.
 *
 * <p>A {@link io.sshdftp.dist.bench.Scenario} is one row of the result. {@link io.sshdftp.dist.bench.Rounds} measures each of them with one
 * server and then with the other, so that what else the machine does meets both, and the ratio is taken within a round. All of it runs on
 * the hosts of {@link io.sshdftp.dist.Hosts}; programs with {@code main} run there as processes of their own.
 */
package io.sshdftp.dist.bench;
