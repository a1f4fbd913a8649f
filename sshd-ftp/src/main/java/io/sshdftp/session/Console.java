package io.sshdftp.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.common.io.IoInputStream;
import org.apache.sshd.common.io.IoOutputStream;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelDataReceiver;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionAware;
import org.apache.sshd.server.command.AsyncCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console of one session channel, interactive or for one command.
 *
 * <p>THREADS: see the package. {@link #run} is the only method that touches the fields below {@link #news}; it runs on one thread at a
 * time, and {@link #news} counts what has come in meanwhile.
 */
final class Console implements AsyncCommand, ChannelSessionAware, ChannelDataReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);
    private static final String PROMPT = "sshd-ftp> ";
    /** Output that is gathered before input waits for it. */
    private static final int ENOUGH_OUTPUT = 8 * 1024;

    private final ConsoleCommands commands;
    private final Optional<String> command;
    private volatile ChannelSession channel;
    private volatile IoOutputStream out;
    private volatile IoOutputStream err;
    private volatile ExitCallback exitCallback;
    private volatile Optional<LineDiscipline> started = Optional.empty();
    private volatile boolean ended;
    private volatile boolean writing;
    /** The channel is on its way out, or a write failed, which comes to the same. */
    private volatile boolean gone;
    /** Within the channel's window: its bytes are released when they are looked at. */
    private final Queue<ByteBuffer> arrived = new ConcurrentLinkedQueue<>();

    private final AtomicInteger news = new AtomicInteger();

    private final Deque<Output> outputs = new ArrayDeque<>();
    private boolean terminal;
    private boolean begun;
    private boolean finished;
    private boolean exited;
    private int status;

    Console(ConsoleCommands commands, Optional<String> command) {
        this.commands = commands;
        this.command = command;
    }

    private record Output(boolean error, ByteArrayOutputStream bytes) {}

    @Override
    public void setChannelSession(ChannelSession session) {
        channel = session;
        session.setDataReceiver(this);
    }

    @Override
    public void setIoOutputStream(IoOutputStream stream) {
        out = stream;
    }

    @Override
    public void setIoErrorStream(IoOutputStream stream) {
        err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exitCallback = callback;
    }

    @Override
    public void start(ChannelSession session, Environment environment) {
        boolean pty = environment.getEnv().containsKey(Environment.ENV_TERM);
        Integer echo = environment.getPtyModes().get(PtyMode.ECHO);
        started = Optional.of(new LineDiscipline(pty, echo == null || echo != 0, ConsoleFactory.MAX_LINE_BYTES));
        terminal = pty;
        wake();
    }

    @Override
    public int data(ChannelSession session, byte[] buffer, int start, int length) {
        // Nothing is released now: the window is what keeps a flood of commands away while their output is not read.
        arrived.add(ByteBuffer.wrap(Arrays.copyOfRange(buffer, start, start + length)));
        wake();
        return 0;
    }

    /** End of input; or the channel closes, and MINA waits for the exit callback. */
    @Override
    public void close() {
        ended = true;
        gone |= channel.isClosing();
        wake();
    }

    @Override
    public void destroy(ChannelSession session) {
        gone = true;
        wake();
    }

    private void wake() {
        if (news.getAndIncrement() > 0) {
            return;
        }
        int seen;
        do {
            seen = news.get();
            try {
                run();
            } catch (RuntimeException e) {
                LOG.error("internal error in the console", e);
                gone = true;
                exitCallback.onExit(255);
            }
        } while (news.addAndGet(-seen) != 0);
    }

    private void run() {
        while (!gone && started.isPresent() && !writing) {
            if (!begun) {
                begun = true;
                begin();
            } else if (!outputs.isEmpty()) {
                write(outputs.remove());
            } else if (finished) {
                exit();
                return;
            } else if (!input(started.get())) {
                return;
            }
        }
        if (gone) {
            arrived.clear();
            outputs.clear();
            // Before that, the callback would send an end and an exit status to a peer that has closed already.
            if (channel.isClosing()) {
                exit();
            }
        }
    }

    private void exit() {
        if (!exited && exitCallback != null) {
            exited = true;
            exitCallback.onExit(status);
        }
    }

    private void begin() {
        if (command.isPresent()) {
            answer(commands.run(command.get(), ConsoleCommands.OK));
            finished = true;
        } else if (terminal) {
            print(false, List.of("This is an FTP gateway. Type help for the ssh and FTP commands to use it with."));
            prompt();
        }
    }

    /** Works off input until there is output enough. False when there was nothing to do. */
    private boolean input(LineDiscipline discipline) {
        ByteBuffer bytes = arrived.peek();
        if (bytes == null) {
            if (!ended) {
                return false;
            }
            finished = true;
            event(discipline.end());
            return true;
        }
        int before = bytes.position();
        int gathered = 0;
        while (bytes.hasRemaining() && !finished && gathered < ENOUGH_OUTPUT) {
            event(discipline.accept(bytes.get()));
            raw(false, discipline.takeEcho());
            gathered = outputs.stream().mapToInt(output -> output.bytes().size()).sum();
        }
        release(bytes.position() - before);
        if (!bytes.hasRemaining()) {
            arrived.remove();
        }
        return true;
    }

    private void release(int count) {
        try {
            if (count > 0 && channel.getLocalWindow().isOpen()) {
                channel.getLocalWindow().release(count);
            }
        } catch (IOException e) {
            LOG.debug("the channel went away while its window was opened", e);
            gone = true;
        }
    }

    private void event(LineDiscipline.Event event) {
        // The echo of a line's end goes out before its answer.
        raw(false, started.orElseThrow().takeEcho());
        if (event instanceof LineDiscipline.Line line) {
            answer(commands.run(line.text(), status));
            prompt();
        } else if (event instanceof LineDiscipline.TooLong) {
            answer(commands.tooLong());
            prompt();
        } else if (event instanceof LineDiscipline.Interrupt) {
            prompt();
        } else if (event instanceof LineDiscipline.EndOfInput) {
            finished = true;
        }
    }

    private void answer(ConsoleCommands.Answer answer) {
        print(false, answer.out());
        print(true, answer.err());
        status = answer.status();
        finished |= answer.exit();
    }

    private void prompt() {
        if (terminal && !finished) {
            raw(false, PROMPT.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void print(boolean error, List<String> lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line).append(terminal ? "\r\n" : "\n");
        }
        raw(error, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void raw(boolean error, byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        // A terminal has one screen: two streams could arrive in another order.
        boolean toError = error && !terminal;
        if (outputs.isEmpty() || outputs.getLast().error() != toError) {
            outputs.add(new Output(toError, new ByteArrayOutputStream()));
        }
        outputs.getLast().bytes().writeBytes(bytes);
    }

    private void write(Output output) {
        writing = true;
        try {
            IoOutputStream stream = output.error() ? err : out;
            stream.writeBuffer(new ByteArrayBuffer(output.bytes().toByteArray())).addListener(future -> {
                if (!future.isWritten()) {
                    gone = true;
                }
                writing = false;
                wake();
            });
        } catch (IOException e) {
            LOG.debug("the channel went away while it was written to", e);
            gone = true;
        }
    }

    @Override
    public void setIoInputStream(IoInputStream stream) {
        throw new IllegalStateException("this command has its own data receiver");
    }

    @Override
    public void setInputStream(InputStream stream) {
        throw new IllegalStateException("this command has its own data receiver");
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        throw new IllegalStateException("this command writes without waiting");
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        throw new IllegalStateException("this command writes without waiting");
    }
}
