package io.sshdftp.dist.bench;

import io.sshdftp.dist.Peers;
import io.sshdftp.dist.Proc;
import io.sshdftp.dist.Vsftpd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** curl and vsftpd, a curl for each stream, each with a login of its own; EPSV, which is what curl begins with. */
final class FtpBulk extends Bulk {
    FtpBulk(Direction direction, String cipher, int streams, long size) {
        super(direction, cipher, streams, size);
    }

    @Override
    String name() {
        return "ftp";
    }

    @Override
    public String title() {
        return "FTP " + direction + ", " + cipherName() + ", " + streams + (streams == 1 ? " stream" : " streams");
    }

    @Override
    Run transfer(ServerUnderTest server, long bytes) {
        try (Vsftpd vsftpd = server.lab.vsftpd(streams);
                Link link = Link.open(server, cipher, server.ftp(streams))) {
            String offered = server.lab.offer(vsftpd, bytes);
            server.processes().forgetPeak();
            double cpu = server.processes().cpuSeconds();
            long start = System.nanoTime();
            List<Proc> curls = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                curls.add(curl(server, vsftpd, offered, i, bytes).start());
            }
            List<Proc.Result> results = curls.stream().map(curl -> curl.await(Lab.LIMIT)).toList();
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = server.processes().cpuSeconds() - cpu;
            link.assertUp();
            double peak = server.processes().peakRss();
            for (int i = 0; i < streams; i++) {
                check(server, vsftpd, results.get(i), i, bytes);
            }
            return new Run(seconds, cpu, peak);
        }
    }

    private Proc.Spec curl(ServerUnderTest server, Vsftpd vsftpd, String offered, int stream, long bytes) {
        String url = "ftp://127.0.0.1:" + ServerUnderTest.CONTROL + "/";
        List<String> command = new ArrayList<>(List.of(
                Peers.require("curl", "curl"), "-q", "-sS", "--max-time", Long.toString(Lab.LIMIT.toSeconds() - 10),
                "--user", vsftpd.user() + ":" + vsftpd.password()));
        command.addAll(direction == Direction.DOWN
                ? List.of("-w", "%{size_download}", "-o", "/dev/null", url + offered)
                : List.of("-w", "%{size_upload}", "-T", server.lab.content.file(bytes).toString(), url + Vsftpd.FOLDER + "/" + uploaded(stream)));
        return Proc.spec(server.lab.hosts.client, command);
    }

    private void check(ServerUnderTest server, Vsftpd vsftpd, Proc.Result result, int stream, long bytes) {
        if (result.exit() != 0 || !result.out().equals(Long.toString(bytes))) {
            throw new AssertionError("curl, of " + bytes + " bytes, " + result + "\n" + vsftpd.tail() + "\n" + server.daemon.proc().tail());
        }
        if (direction == Direction.UP) {
            Path arrived = vsftpd.folder().resolve(uploaded(stream));
            server.lab.content.check(arrived, bytes);
            try {
                Files.delete(arrived);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String uploaded(int stream) {
        return "uploaded-" + stream;
    }
}
