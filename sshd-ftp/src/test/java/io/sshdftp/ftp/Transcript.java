package io.sshdftp.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Plays a written conversation through an engine, with a clock of its own, and compares all that comes out, line by line.
 *
 * <pre>
 * C: PASV                                a line from the client (c: the same without its CRLF); \r \n \0 \xHH are bytes
 * S: 227 ...                             a line from the server (s: likewise)
 * + listening 1 CLIENT 127.0.0.1:30020 ; remedy
 * + reachable 1 CLIENT                   answers of the legs
 * + failed 1 SERVER reason
 * + connected 1 CLIENT
 * + delivered 1
 * + finished 1                           or: + finished 1 CLIENT reason
 * + left 1                               finished by the client, after all of its upload
 * + ended CLIENT                         half-close
 * + closed SERVER                        or: + cut SERVER
 * + secured                              TLS is there
 * + wait 60                              seconds pass, timeouts are called
 * &lt; 227 ...                              expected: a line to the client
 * &gt; PASV                                 expected: a line to the server
 * ! Listen 1 CLIENT                      expected: an action
 * </pre>
 */
final class Transcript {
    private static final long SECOND = 1_000_000_000L;

    /** Near the wrap-around of a nanosecond clock, which must not matter. */
    private long now = Long.MAX_VALUE - 7 * SECOND / 2;

    private final ControlEngine engine;

    Transcript(Options options) {
        engine = new ControlEngine(options.build(), now);
    }

    /** After the greeting, with the usual options. */
    static Transcript session() {
        return session(new Options());
    }

    static Transcript session(Options options) {
        return new Transcript(options).play("""
                S: 220 ready
                < 220 ready
                """);
    }

    ControlEngine engine() {
        return engine;
    }

    Transcript play(String script) {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        for (String line : script.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
            expected.add(line);
            switch (line.charAt(0)) {
                case '<', '>', '!' -> {}
                default -> {
                    actual.add(line);
                    actual.addAll(describe(input(line)));
                }
            }
        }
        assertEquals(String.join("\n", expected), String.join("\n", actual));
        return this;
    }

    /** What comes out for these inputs besides what {@link #play} compares. */
    List<String> recorded(String script) {
        List<String> recorded = new ArrayList<>();
        for (String line : script.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
            for (Action action : input(line)) {
                if (action instanceof Action.Answered a) {
                    recorded.add(("answered " + a.command() + " [" + a.argument() + "] " + a.code() + " " + a.path()).strip());
                } else if (action instanceof Action.Told a) {
                    recorded.add("told " + a.text());
                } else if (action instanceof Action.DataFailed a) {
                    recorded.add("failed " + a.failure());
                } else if (action instanceof Action.Refused a) {
                    recorded.add("refused " + a.command() + " [" + a.argument() + "]");
                }
            }
        }
        return recorded;
    }

    /** All that comes out for one input, for what is not known to the letter. */
    String outputOf(String input) {
        return String.join("\n", describe(input(input)));
    }

    private List<Action> input(String line) {
        String rest = line.substring(2).strip();
        return switch (line.substring(0, 2)) {
            case "C:" -> engine.receive(Side.CLIENT, bytes(rest + "\\r\\n"), now);
            case "S:" -> engine.receive(Side.SERVER, bytes(rest + "\\r\\n"), now);
            case "c:" -> engine.receive(Side.CLIENT, bytes(rest), now);
            case "s:" -> engine.receive(Side.SERVER, bytes(rest), now);
            case "+ " -> event(rest.split(" ", 2)[0], rest.replaceFirst("^\\S+ ?", ""));
            default -> throw new IllegalArgumentException(line);
        };
    }

    private List<Action> event(String verb, String arguments) {
        String[] a = arguments.split(" ", 3);
        return switch (verb) {
            case "listening" -> {
                String[] parts = a[2].split(" ; ", 2);
                yield engine.listening(number(a[0]), Side.valueOf(a[1]), address(parts[0]), parts.length > 1 ? parts[1] : "", now);
            }
            case "reachable" -> engine.reachable(number(a[0]), Side.valueOf(a[1]), now);
            case "failed" -> engine.failed(number(a[0]), Side.valueOf(a[1]), a[2], now);
            case "connected" -> engine.connected(number(a[0]), Side.valueOf(a[1]), now);
            case "carried" -> {
                engine.carried(number(a[0]), Long.parseLong(a[1]));
                yield List.of();
            }
            case "delivered" -> engine.delivered(number(a[0]), now);
            case "finished" -> engine.finished(
                    number(a[0]), a.length == 1, a.length > 1 ? Optional.of(Side.valueOf(a[1])) : Optional.empty(), a.length > 2 ? a[2] : "", now);
            case "left" -> engine.finished(number(a[0]), true, Optional.of(Side.CLIENT), "closed", now);
            case "ended" -> engine.ended(Side.valueOf(a[0]), now);
            case "closed" -> engine.closed(Side.valueOf(a[0]), false, "closed", now);
            case "cut" -> engine.closed(Side.valueOf(a[0]), true, "connection reset", now);
            case "secured" -> engine.secured(now);
            case "wait" -> pass(number(a[0]) * SECOND);
            default -> throw new IllegalArgumentException(verb);
        };
    }

    /** Calls {@code timeout} whenever the engine asked for it, as its owner would. */
    private List<Action> pass(long nanos) {
        long until = now + nanos;
        List<Action> actions = new ArrayList<>();
        for (OptionalLong at = engine.deadline(); at.isPresent() && at.getAsLong() - until <= 0; at = engine.deadline()) {
            now = at.getAsLong();
            actions.addAll(engine.timeout(now));
        }
        now = until;
        return actions;
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }

    private static DataAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new DataAddress(Options.ip(text.substring(0, colon).replaceAll("[\\[\\]]", "")), number(text.substring(colon + 1)));
    }

    static List<String> describe(List<Action> actions) {
        List<String> lines = new ArrayList<>();
        for (Action action : actions) {
            if (action instanceof Action.Answered || action instanceof Action.Told || action instanceof Action.DataFailed) {
                // They tell again what stands beside them; RecordedActionsTest is about them.
                continue;
            }
            if (action instanceof Action.Send send) {
                String mark = send.to() == Side.CLIENT ? "<" : ">";
                String text = new String(send.bytes(), ISO_8859_1);
                String[] parts = text.split("\r\n", -1);
                for (int i = 0; i < parts.length - 1; i++) {
                    lines.add((mark + " " + escaped(parts[i])).strip());
                }
                if (!parts[parts.length - 1].isEmpty()) {
                    lines.add(mark + " " + escaped(parts[parts.length - 1]) + "...");
                }
            } else {
                lines.add("! " + describe(action));
            }
        }
        return lines;
    }

    private static String describe(Action action) {
        if (action instanceof Action.Listen a) {
            return "Listen " + a.exchange() + " " + a.side() + (a.port().isPresent() ? " " + a.port().getAsInt() : "");
        } else if (action instanceof Action.Probe a) {
            return "Probe " + a.exchange() + " " + a.side() + " " + a.address();
        } else if (action instanceof Action.ProbeAny a) {
            return "ProbeAny " + a.exchange() + " " + a.side();
        } else if (action instanceof Action.Expect a) {
            return "Expect " + a.exchange() + " " + a.side();
        } else if (action instanceof Action.Dial a) {
            return "Dial " + a.exchange() + " " + a.side() + " " + a.address();
        } else if (action instanceof Action.Join a) {
            return "Join " + a.exchange();
        } else if (action instanceof Action.Cancel a) {
            return "Cancel " + a.exchange() + (a.broken() ? " broken" : "");
        } else if (action instanceof Action.Pause a) {
            return "Pause " + a.side();
        } else if (action instanceof Action.Resume a) {
            return "Resume " + a.side();
        } else if (action instanceof Action.StartTls) {
            return "StartTls";
        } else if (action instanceof Action.ShutdownOutput a) {
            return "ShutdownOutput " + a.to();
        } else if (action instanceof Action.Terminate a) {
            return "Terminate" + (a.fault() ? " fault" : "") + (a.cut() ? " cut" : "") + ": " + a.reason();
        } else if (action instanceof Action.TransferBegan a) {
            return ("TransferBegan " + a.exchange() + " " + a.verb() + " " + escaped(a.argument())).strip();
        } else if (action instanceof Action.TransferNamed a) {
            return "TransferNamed " + a.exchange() + " " + escaped(a.file());
        } else if (action instanceof Action.TransferEnded a) {
            return "TransferEnded " + a.exchange() + " " + a.code() + (a.aborted() && a.code() < 300 ? " aborted" : "");
        } else if (action instanceof Action.Refused a) {
            return "Refused " + a.command() + " " + a.directive();
        } else if (action instanceof Action.Note a) {
            return "Note " + a.text();
        }
        throw new IllegalArgumentException(action.toString());
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray()) {
            escaped.append(c >= 32 && c < 127 ? String.valueOf(c) : String.format("\\x%02X", (int) c));
        }
        return escaped.toString();
    }

    private static ByteBuffer bytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                bytes.write(c);
                continue;
            }
            switch (text.charAt(++i)) {
                case 'r' -> bytes.write('\r');
                case 'n' -> bytes.write('\n');
                case '0' -> bytes.write(0);
                case 'x' -> {
                    bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException(text);
            }
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }
}
