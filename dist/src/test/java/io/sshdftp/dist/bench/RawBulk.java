package io.sshdftp.dist.bench;

import io.sshdftp.dist.Forwards;
import io.sshdftp.dist.Hosts;
import io.sshdftp.dist.JavaTool;
import io.sshdftp.dist.Proc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An ordinary {@code -L} forward to {@link Pump}. */
final class RawBulk extends Bulk {
    private static final int LOCAL = 9001;

    RawBulk(Direction direction, String cipher, int streams, long size) {
        super(direction, cipher, streams, size);
    }

    @Override
    String name() {
        return "raw";
    }

    @Override
    public String title() {
        return "-L " + direction + ", " + cipherName() + ", " + streams + (streams == 1 ? " stream" : " streams");
    }

    @Override
    Run transfer(ServerUnderTest server, long bytes) {
        Forwards forwards = Forwards.none().local("127.0.0.1:" + LOCAL + ":" + Hosts.FTP + ":" + Lab.PUMP);
        List<String> arguments = new ArrayList<>();
        arguments.add(direction == Direction.DOWN ? "get" : "put");
        Collections.addAll(arguments, Integer.toString(LOCAL), Integer.toString(streams), Long.toString(bytes));
        if (direction == Direction.UP) {
            arguments.add(server.lab.content.block().toString());
        }
        try (Link link = Link.open(server, cipher, forwards)) {
            server.processes().forgetPeak();
            double cpu = server.processes().cpuSeconds();
            Proc.Result result = JavaTool.spec(server.lab.hosts.client, Pump.class, arguments.toArray(String[]::new)).runWell(Lab.LIMIT);
            cpu = server.processes().cpuSeconds() - cpu;
            link.assertUp();
            List<String> lines = result.out().lines().toList();
            String wanted = bytes + " " + server.lab.content.checksum(bytes);
            if (lines.size() != 1 + streams || !lines.stream().skip(1).allMatch(wanted::equals)) {
                throw new AssertionError("bytes and CRC-32C of each stream: " + lines.subList(1, lines.size()) + " in place of " + wanted);
            }
            return new Run(Double.parseDouble(lines.get(0)), cpu, server.processes().peakRss());
        }
    }
}
