package io.sshdftp.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** lftp(1), with its settings at their defaults but for what chooses the mode of data connections and ends a hopeless try. */
final class Lftp extends FtpClient {
    private static final String RATE = "set net:limit-rate 200000";

    Lftp(Host host, FtpAccess access) {
        super(host, access);
    }

    @Override
    String list(String folder) {
        return run("ls " + quoted(folder)).out();
    }

    @Override
    List<String> names(String folder) {
        // Some servers answer NLST with the folder before each name.
        return run("nlist " + quoted(folder)).out().lines().map(name -> name.substring(name.lastIndexOf('/') + 1))
                .toList();
    }

    @Override
    void get(String remote, Path local) {
        run("get " + quoted(remote) + " -o " + quoted(local));
    }

    @Override
    void put(Path local, String remote) {
        run("put " + quoted(local) + " -o " + quoted(remote));
    }

    @Override
    void resumeGet(String remote, Path local) {
        run("get -c " + quoted(remote) + " -o " + quoted(local));
    }

    @Override
    void resumePut(Path local, String remote) {
        run("put -c " + quoted(local) + " -o " + quoted(remote));
    }

    @Override
    void getAll(String folder, List<String> names, Path localFolder, int parallel) {
        run("mirror --parallel=" + parallel + " " + quoted(folder) + " " + quoted(localFolder));
    }

    @Override
    void putAll(Path localFolder, List<String> names, String folder, int parallel) {
        run("mirror -R --parallel=" + parallel + " " + quoted(localFolder) + " " + quoted(folder));
    }

    /** lftp's own way: it sends ABOR, and the same control connection must be good for the listing after it. */
    @Override
    void abortGet(String remote, Path local) {
        run(RATE, "get " + quoted(remote) + " -o " + quoted(local) + " &",
                "sleep 1", "kill all", "wait all", "set net:limit-rate 0", "cls -1 " + quoted(parent(remote)));
    }

    @Override
    void abortPut(Path local, String remote, Path arriving) {
        run(RATE, "put " + quoted(local) + " -o " + quoted(remote) + " &",
                "sleep 1", "kill all", "wait all", "set net:limit-rate 0", "cls -1 " + quoted(parent(remote)));
        if (!Files.exists(arriving)) {
            throw new AssertionError("lftp has not begun to send " + remote);
        }
    }

    private Proc.Result run(String... commands) {
        StringBuilder script = new StringBuilder();
        script.append("set net:max-retries 1\nset net:timeout 20\nset cmd:fail-exit yes\nset ftp:ssl-allow no\n");
        // vsftpd answers ABOR in an upload only when the data connection ends, for which lftp would wait 15 seconds.
        script.append("set ftp:abor-max-wait 2\n");
        // Pure-FTPd's 426 and 226 after ABOR come faster than lftp takes them: it reconnects, by default after 15 seconds and in the
        // other mode.
        script.append("set net:reconnect-interval-base 1\nset ftp:auto-passive-mode no\n");
        script.append("set ftp:passive-mode ").append(!access.mode().isActive()).append('\n');
        script.append("set ftp:prefer-epsv ").append(access.mode() == DataMode.EPSV).append('\n');
        access.activePorts().ifPresent(range -> script.append("set ftp:port-range ").append(range).append('\n'));
        script.append("open -u ").append(quoted(access.user())).append(',').append(quoted(access.password()));
        script.append(' ').append(access.url()).append('\n');
        for (String command : commands) {
            script.append(command).append('\n');
        }
        Proc.Spec spec = Proc.spec(host, Peers.require("lftp", "lftp"), "--norc", "-d", "-f", "/dev/stdin").input(script.toString());
        return spec.env("HOME", Proc.WORK.toString()).runWell(LIMIT);
    }

    private static String parent(String remote) {
        return remote.substring(0, Math.max(0, remote.lastIndexOf('/')));
    }

    private static String quoted(Object text) {
        return '"' + text.toString() + '"';
    }
}
