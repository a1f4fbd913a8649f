package io.sshdftp.dist.bench;

import io.sshdftp.dist.Proc;
import java.nio.file.Path;
import java.util.LongSummaryStatistics;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What memory a server has.
 *
 * @param resident bytes of all its processes, proportional
 * @param live the same without what is garbage, and free, in a Java heap
 */
record Memory(double resident, double live) {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern ADDRESS = Pattern.compile("0x([0-9a-f]{8,16})");

    /** Addresses, the second one exclusive. */
    record Range(long from, long to) {}

    /** Makes our daemon collect its garbage. */
    static Memory of(ServerUnderTest server) {
        double resident = server.processes().pss();
        if (server.kind == ServerUnderTest.Kind.OPENSSH) {
            return new Memory(resident, resident);
        }
        long pid = server.daemon.proc().pid();
        Range heap = heap(jcmd(pid, "GC.heap_info"));
        // This one collects first.
        double objects = total(jcmd(pid, "GC.class_histogram"));
        return new Memory(resident, objects + server.processes().pssOutside(heap.from(), heap.to()));
    }

    /** The bytes of all objects in a class histogram. */
    static double total(String histogram) {
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new AssertionError("a class histogram without a total:\n" + histogram);
        }
        return Double.parseDouble(total.group(1));
    }

    /** From the lowest to the highest address that a description of the heap names. */
    static Range heap(String heapInfo) {
        // The class space has addresses, too, in some versions; it is no part of the heap.
        LongSummaryStatistics addresses = ADDRESS.matcher(heapInfo.replaceFirst("(?s)Metaspace.*", ""))
                .results()
                .mapToLong(match -> Long.parseLong(match.group(1), 16))
                .summaryStatistics();
        if (addresses.getCount() < 2) {
            throw new AssertionError("no addresses of the heap (the collector must be Serial, Parallel or G1):\n" + heapInfo);
        }
        return new Range(addresses.getMin(), addresses.getMax());
    }

    private static String jcmd(long pid, String command) {
        String program = Path.of(System.getProperty("java.home"), "bin/jcmd").toString();
        return Proc.spec(program, Long.toString(pid), command).runWell(Lab.LIMIT).out();
    }
}
