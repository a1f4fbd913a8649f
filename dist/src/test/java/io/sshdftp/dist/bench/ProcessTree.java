package io.sshdftp.dist.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a process and its descendants have cost so far, proc(5). */
record ProcessTree(long root) {
    /** Clock ticks a second in /proc, the same on every Linux that Java runs on. */
    private static final double TICKS = 100;

    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ ");

    private static final int UTIME = 11;
    private static final int CSTIME = 14;

    /**
     * User and system time in seconds, of processes that are there and of children that were waited for: the difference between two calls
     * is the cost in between, also of what began or ended there.
     */
    double cpuSeconds() {
        double ticks = 0;
        for (long pid : pids()) {
            String stat = read(pid, "stat");
            // The name in parentheses may contain blanks.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
            for (int i = UTIME; i <= CSTIME && i < fields.length; i++) {
                ticks += Long.parseLong(fields[i]);
            }
        }
        return ticks / TICKS;
    }

    /** How many processes there are. */
    int count() {
        return pids().size();
    }

    /** Begins to look for the peak anew. */
    void forgetPeak() {
        for (long pid : pids()) {
            try {
                Files.writeString(Path.of("/proc/" + pid + "/clear_refs"), "5");
            } catch (IOException e) {
                // Gone since the list was made.
                continue;
            }
        }
    }

    /** The sum of the peaks of resident memory, in bytes. */
    double peakRss() {
        return sum("status", "VmHWM:");
    }

    /** Resident memory in bytes, where a page that several processes share counts by its share in each. */
    double pss() {
        return sum("smaps_rollup", "Pss:");
    }

    /** As {@link #pss}, of the root process alone and without a part of its address space. */
    double pssOutside(long from, long to) {
        double kibibytes = 0;
        boolean outside = true;
        for (String line : read(root, "smaps").lines().toList()) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.lookingAt()) {
                long start = Long.parseUnsignedLong(mapping.group(1), 16);
                outside = Long.compareUnsigned(start, from) < 0 || Long.compareUnsigned(start, to) >= 0;
            } else if (outside && line.startsWith("Pss:")) {
                kibibytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kibibytes * 1024;
    }

    private double sum(String file, String key) {
        double kibibytes = 0;
        for (long pid : pids()) {
            kibibytes += read(pid, file).lines()
                    .filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
        return kibibytes * 1024;
    }

    private List<Long> pids() {
        Stream<ProcessHandle> descendants = ProcessHandle.of(root).stream().flatMap(ProcessHandle::descendants);
        return Stream.concat(Stream.of(root), descendants.map(ProcessHandle::pid)).toList();
    }

    /** Empty for a process that has ended. */
    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/" + file));
        } catch (IOException e) {
            return "";
        }
    }
}
