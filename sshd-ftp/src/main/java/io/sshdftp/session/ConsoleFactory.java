package io.sshdftp.session;

import io.sshdftp.auth.KeyGrant;
import java.util.Optional;
import java.util.function.Function;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.command.CommandFactory;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.shell.ShellFactory;

/**
 * Makes a console for a shell or an exec request. The server needs it as both its shell factory and its command factory, with
 * {@link ConsoleChannel.Factory} for the channel. THREADS: any.
 */
public final class ConsoleFactory implements ShellFactory, CommandFactory {
    /** Longest line of the console's input, in bytes. */
    public static final int MAX_LINE_BYTES = 4096;

    private final Function<ServerSession, ConsoleView> views;
    private final Function<ServerSession, Optional<String>> forceCommand;

    /**
     * @param views asked once for each session channel, on the I/O worker
     * @param forceCommand {@code ForceCommand} of the session; it goes before the {@code command=} of the user's key, as in sshd_config(5)
     */
    public ConsoleFactory(Function<ServerSession, ConsoleView> views, Function<ServerSession, Optional<String>> forceCommand) {
        this.views = views;
        this.forceCommand = forceCommand;
    }

    @Override
    public Command createShell(ChannelSession channel) {
        return console(channel, Optional.empty());
    }

    @Override
    public Command createCommand(ChannelSession channel, String command) {
        return console(channel, Optional.of(command));
    }

    private Command console(ChannelSession channel, Optional<String> asked) {
        ServerSession session = channel.getServerSession();
        Optional<String> forced = forceCommand.apply(session)
                .or(() -> Optional.ofNullable(session.getAttribute(KeyGrant.GRANTED)).flatMap(KeyGrant::command));
        return new Console(new ConsoleCommands(views.apply(session)), forced.or(() -> asked));
    }
}
