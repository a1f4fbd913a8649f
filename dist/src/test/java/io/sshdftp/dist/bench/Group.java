package io.sshdftp.dist.bench;

import java.util.List;

/**
 * A table of the result.
 *
 * @param heading above it
 * @param note what the reader must know to make sense of its figures
 * @param metrics its columns
 */
record Group(String heading, String note, List<Metric> metrics) {}
