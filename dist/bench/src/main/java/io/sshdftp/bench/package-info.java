/**
 * Micro-benchmarks (JMH) of what every byte and every line goes through. {@code java -jar dist/bench/target/benchmarks.jar} runs them; what
 * they do is run once, without a figure, in the ordinary tests.
 */
package io.sshdftp.bench;
