package io.sshdftp.dist;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** curl(1). */
final class Curl extends FtpClient {
    /** In bytes a second. curl keeps to it only after its first hundred reads, each of at most this size. */
    private static final String RATE = "40000";

    Curl(Host host, FtpAccess access) {
        super(host, access);
    }

    @Override
    String list(String folder) {
        return run(url(folder + "/")).out();
    }

    @Override
    List<String> names(String folder) {
        return run("--list-only", url(folder + "/")).out().lines().toList();
    }

    @Override
    void get(String remote, Path local) {
        run("-o", local.toString(), url(remote));
    }

    @Override
    void put(Path local, String remote) {
        run("-T", local.toString(), url(remote));
    }

    @Override
    void resumeGet(String remote, Path local) {
        run("-C", "-", "-o", local.toString(), url(remote));
    }

    @Override
    void resumePut(Path local, String remote) {
        run("-C", "-", "-T", local.toString(), url(remote));
    }

    @Override
    void getAll(String folder, List<String> names, Path localFolder, int parallel) {
        many(names, name -> "url = \"" + url(folder + "/" + name) + "\"\noutput = \"" + localFolder.resolve(name) + "\"\n", parallel);
    }

    @Override
    void putAll(Path localFolder, List<String> names, String folder, int parallel) {
        many(
                names,
                name -> "url = \"" + url(folder + "/" + name) + "\"\nupload-file = \"" + localFolder.resolve(name) + "\"\n",
                parallel);
    }

    @Override
    void abortGet(String remote, Path local) {
        try (Proc curl = spec("--limit-rate", RATE, "-o", local.toString(), url(remote)).start()) {
            Waiting.until("a part of the file", LIMIT, () -> alive(curl) && Payload.size(local) > 0, curl::tail);
            curl.terminate();
            curl.await(LIMIT);
        }
    }

    @Override
    void abortPut(Path local, String remote, Path arriving) {
        try (Proc curl = spec("--limit-rate", RATE, "-T", local.toString(), url(remote)).start()) {
            Waiting.until("a part of the file at the server", LIMIT, () -> alive(curl) && Payload.size(arriving) > 0, curl::tail);
            curl.terminate();
            curl.await(LIMIT);
        }
    }

    /** Any other use of curl on this host with the options for this server. */
    Proc.Spec spec(String... arguments) {
        List<String> command = new ArrayList<>();
        // -q: no ~/.curlrc. --max-time is the limit of a test that hangs, so that curl says itself where it hung.
        Collections.addAll(command, Peers.require("curl", "curl"), "-q", "-sS", "-v", "--max-time", "80",
                "--user", access.user() + ":" + access.password());
        switch (access.mode()) {
            case PASV -> command.add("--disable-epsv");
            case EPSV -> command.add("--ftp-pasv");
            case PORT -> Collections.addAll(command, "--disable-eprt", "--ftp-port", activeAddress());
            case EPRT -> Collections.addAll(command, "--ftp-port", activeAddress());
        }
        access.socksPort().ifPresent(port -> Collections.addAll(command, "--proxy", "socks5h://127.0.0.1:" + port));
        Collections.addAll(command, arguments);
        return Proc.spec(host, command);
    }

    private String activeAddress() {
        // "-" is the address that the control connection comes from; with a range curl takes no "-".
        String loopback = access.host().contains(":") ? "[::1]:" : "127.0.0.1:";
        return access.activePorts().map(range -> loopback + range).orElse("-");
    }

    private Proc.Result run(String... arguments) {
        return spec(arguments).runWell(LIMIT);
    }

    private void many(List<String> names, java.util.function.Function<String, String> entry, int parallel) {
        String config = names.stream().map(entry).collect(Collectors.joining());
        spec("--parallel", "--parallel-immediate", "--parallel-max", Integer.toString(parallel), "--fail-early", "--config", "-")
                .input(config)
                .runWell(LIMIT);
    }

    private String url(String path) {
        return access.url() + Stream.of(path.split("/", -1))
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    private static boolean alive(Proc curl) {
        if (!curl.isAlive()) {
            throw new AssertionError("curl has ended before it could be stopped\n" + curl.tail());
        }
        return true;
    }
}
