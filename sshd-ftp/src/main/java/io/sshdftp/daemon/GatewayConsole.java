package io.sshdftp.daemon;

import io.sshdftp.config.Directives;
import io.sshdftp.config.PassivePorts;
import io.sshdftp.config.PermitOpenList;
import io.sshdftp.config.Settings;
import io.sshdftp.forward.ForwardListing;
import io.sshdftp.forward.Forwarding;
import io.sshdftp.forward.ForwardingPolicy;
import io.sshdftp.forward.FtpForwarding;
import io.sshdftp.forward.FtpPolicy;
import io.sshdftp.forward.GatewayPorts;
import io.sshdftp.session.ConsoleView;
import io.sshdftp.session.Recipes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.sshd.server.session.ServerSession;

/** What the console of one SSH connection shows. */
final class GatewayConsole implements ConsoleView {
    private final SessionState state;
    private final ServerSession session;
    private final Forwarding forwarding;

    GatewayConsole(ServerSession session, Forwarding forwarding) {
        this.session = session;
        this.state = SessionState.of(session);
        this.forwarding = forwarding;
    }

    @Override
    public Recipes recipes() {
        Settings settings = state.settings();
        PassivePorts passive = settings.get(Directives.FTP_PASSIVE_PORTS);
        FtpPolicy ftp = Policies.ftp(state, state.settings());
        return new Recipes(
                state.local().getAddress().getHostAddress(),
                state.local().getPort(),
                state.userName(),
                passive.server() ? "server" : passive.ports().toString(),
                settings.get(Directives.FTP_ACTIVE_PORTS).toString(),
                settings.get(Directives.FTP_REVERSE_SOCKS_PORT),
                destinations(settings),
                ftp.local(),
                remote(ftp));
    }

    /** The first port of {@code FtpControlPorts} that this user may listen at. */
    private Optional<Recipes.Remote> remote(FtpPolicy ftp) {
        ForwardingPolicy policy = Policies.forwarding(state);
        GatewayPorts listeners = policy.gatewayPorts();
        String bind = listeners == GatewayPorts.CLIENTSPECIFIED ? "*:" : "";
        return IntStream.rangeClosed(1024, 65535)
                .filter(port -> isControl(ftp, port) && policy.permitsListen(bind.isEmpty() ? "localhost" : "", port))
                .mapToObj(port -> new Recipes.Remote(port, bind, listeners != GatewayPorts.NO))
                .findFirst();
    }

    private static boolean isControl(FtpPolicy ftp, int port) {
        return ftp.remote() && ftp.controlPorts().test(port);
    }

    /** The FTP servers of PermitOpen; empty when it limits nothing. */
    private static Optional<List<String>> destinations(Settings settings) {
        PermitOpenList permitted = settings.get(Directives.PERMIT_OPEN);
        return permitted.equals(PermitOpenList.ANY)
                ? Optional.empty()
                : Optional.of(permitted.targets(settings.get(Directives.FTP_CONTROL_PORTS)::contains));
    }

    @Override
    public List<String> forwards() {
        ForwardListing listing = forwarding.listing(session);
        FtpPolicy ftp = Policies.ftp(state, state.settings());
        List<String> lines = new ArrayList<>();
        for (ForwardListing.RemoteForward forward : listing.remoteForwards()) {
            String where = forward.listeners().isEmpty()
                    ? "for FTP data, no listener"
                    : (isControl(ftp, forward.port()) ? "FTP control; " : "") + "listening on " + forward.listeners();
            lines.add("-R " + (forward.host().isEmpty() ? "*" : forward.host()) + ":" + forward.port() + "  " + where);
        }
        for (ForwardListing.OpenChannel channel : listing.channels()) {
            lines.add(channel.type() + " #" + channel.id() + "  " + channel.originatorHost() + ":" + channel.originatorPort() + " -> "
                    + channel.host() + ":" + channel.port() + "  " + channel.fromClient() + " bytes from, " + channel.toClient()
                    + " bytes to the ssh client");
        }
        return lines;
    }

    @Override
    public List<String> transfers() {
        return state.ftp().map(FtpForwarding::transfers).orElse(List.of()).stream()
                .map(transfer -> transfer.verb() + " " + transfer.argument() + "  " + transfer.bytes() + " bytes, "
                        + transfer.age().toSeconds() + " s")
                .toList();
    }
}
