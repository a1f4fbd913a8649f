package io.sshdftp.dist.bench;

import io.sshdftp.dist.Forwards;
import io.sshdftp.dist.Hosts;
import io.sshdftp.dist.JavaTool;
import io.sshdftp.dist.Proc;
import io.sshdftp.dist.Vsftpd;
import io.sshdftp.dist.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long a small download takes from the word EPSV on, alone and beside bulk transfers. */
final class Latency implements Scenario {
    private static final Group GROUP = new Group(
            "A small FTP download (" + SmallFiles.SIZE + " bytes) on a control connection that is there",
            "Time from EPSV; ssh -N, its default cipher. The bulk transfers beside it are one -L forward down and one up, without end.",
            List.of(Metric.MEDIAN, Metric.P95));

    private static final int DOWN = 9002;
    private static final int UP = 9003;
    /** As good as no end; they are broken off. */
    private static final String ENDLESS = Long.toString(1L << 50);
    /** Seconds of the server's processor time after which the bulk transfers are under way. */
    private static final double UNDER_WAY = 0.2;

    /** What else happens. */
    enum Beside {
        NOTHING_FIRST_BYTE("first-byte", "to the first byte"),
        NOTHING("small-alone", "to the end (226)"),
        SAME_CONNECTION("small-beside-bulk-same", "to the end, beside bulk transfers in the same SSH connection"),
        OTHER_CONNECTION("small-beside-bulk-other", "to the end, beside bulk transfers in another SSH connection");

        private final String id;
        private final String title;

        Beside(String id, String title) {
            this.id = id;
            this.title = title;
        }
    }

    private final Beside beside;
    private final int samples;

    /** @param samples how many downloads make a median */
    Latency(Beside beside, int samples) {
        this.beside = beside;
        this.samples = samples;
    }

    @Override
    public String id() {
        return beside.id;
    }

    @Override
    public Group group() {
        return GROUP;
    }

    @Override
    public String title() {
        return beside.title;
    }

    @Override
    public void prepare(ServerUnderTest server) {
        if (server.kind == ServerUnderTest.Kind.OURS) {
            measure(server);
        }
    }

    @Override
    public Map<Metric, Double> measure(ServerUnderTest server) {
        Forwards bulk = Forwards.none().local(local(DOWN), local(UP));
        Forwards ftp = server.ftp(1);
        return switch (beside) {
            case NOTHING_FIRST_BYTE, NOTHING -> {
                try (Link link = Link.open(server, Catalogue.CHACHA, ftp)) {
                    yield probe(server, link);
                }
            }
            case SAME_CONNECTION -> {
                try (Link link = Link.open(server, Catalogue.CHACHA, ftp.local(local(DOWN), local(UP)))) {
                    yield withBulk(server, link);
                }
            }
            case OTHER_CONNECTION -> {
                try (Link link = Link.open(server, Catalogue.CHACHA, ftp);
                        Link other = Link.open(server, Catalogue.CHACHA, bulk)) {
                    Map<Metric, Double> values = withBulk(server, link);
                    other.assertUp();
                    yield values;
                }
            }
        };
    }

    private Map<Metric, Double> withBulk(ServerUnderTest server, Link link) {
        Hosts hosts = server.lab.hosts;
        double cpu = server.processes().cpuSeconds();
        try (Proc down = JavaTool.spec(hosts.client, Pump.class, "get", Integer.toString(DOWN), "1", ENDLESS).start();
                Proc up = JavaTool.spec(
                                hosts.client, Pump.class, "put", Integer.toString(UP), "1", ENDLESS, server.lab.content.block().toString())
                        .start()) {
            Waiting.until(
                    "the bulk transfers are under way",
                    Lab.LIMIT,
                    () -> server.processes().cpuSeconds() > cpu + UNDER_WAY,
                    () -> down.tail() + "\n" + up.tail());
            Map<Metric, Double> values = probe(server, link);
            if (!down.isAlive() || !up.isAlive()) {
                throw new AssertionError("a bulk transfer broke\n" + down.tail() + "\n" + up.tail());
            }
            return values;
        }
    }

    private Map<Metric, Double> probe(ServerUnderTest server, Link link) {
        try (Vsftpd vsftpd = server.lab.vsftpd(1)) {
            String offered = server.lab.offer(vsftpd, SmallFiles.SIZE);
            Proc.Result result = JavaTool.spec(
                            server.lab.hosts.client, FtpProbe.class,
                            Integer.toString(ServerUnderTest.CONTROL), vsftpd.user(), vsftpd.password(), offered,
                            Integer.toString(SmallFiles.SIZE), Long.toString(server.lab.content.checksum(SmallFiles.SIZE)),
                            Integer.toString(samples))
                    .runWell(Lab.LIMIT);
            link.assertUp();
            int column = beside == Beside.NOTHING_FIRST_BYTE ? 0 : 1;
            List<Double> millis = new ArrayList<>();
            result.out().lines().forEach(line -> millis.add(Double.valueOf(line.split(" ")[column])));
            return Map.of(Metric.MEDIAN, Spread.quantile(millis, 0.5), Metric.P95, Spread.quantile(millis, 0.95));
        }
    }

    private static String local(int port) {
        return "127.0.0.1:" + port + ":" + Hosts.FTP + ":" + Lab.PUMP;
    }
}
