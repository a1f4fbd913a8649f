package io.sshdftp.ftpserver;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.Space;
import io.sshdftp.store.Store;
import io.sshdftp.store.StorePath;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.impl.FtpIoSession;

/** What is done to files without a data connection: RFC 959, 4.1.3, RFC 3659, draft-somers-ftp-mfxx and draft-peterson-streamlined-ftp. */
final class FileCommands {
    private static final Pattern MODE = Pattern.compile("0?([0-7]{3})");
    /** SITE UTIME as NcFTP writes it: name, access, modification and change time, UTC. */
    private static final Pattern UTIME_OF_NAME =
            Pattern.compile("(.+) (\\d{12,14}) (\\d{12,14}) (\\d{12,14}) UTC", Pattern.CASE_INSENSITIVE);
    /** SITE UTIME as Pure-FTPd wants it: modification time, name. */
    private static final Pattern UTIME_TO_NAME = Pattern.compile("(\\d{12,14}) (.+)");

    private FileCommands() {}

    static StorePath path(ServerPi pi, String text) throws IOException {
        return pi.login().directory.resolve(text);
    }

    static FtpReply workingDirectory(FtpIoSession session, ServerPi pi, String argument) {
        return Reply.of(257, Reply.quoted(pi.login().directory) + " is the current directory");
    }

    static FtpReply change(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        StorePath directory = argument.isEmpty() ? StorePath.ROOT : path(pi, argument);
        if (!pi.login().store().stat(directory).isDirectory()) {
            throw new NotDirectoryException(directory.toString());
        }
        pi.login().directory = directory;
        return Reply.of(250, "Directory changed to " + directory);
    }

    static FtpReply changeUp(FtpIoSession session, ServerPi pi, String argument) {
        pi.login().directory = pi.login().directory.parent();
        return Reply.of(250, "Directory changed to " + pi.login().directory);
    }

    static FtpReply delete(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        StorePath file = path(pi, argument);
        if (pi.login().store().stat(file).isDirectory()) {
            return Reply.of(550, file + ": a directory; RMD removes it");
        }
        pi.login().store().delete(file);
        return Reply.of(250, "Deleted " + file);
    }

    static FtpReply makeDirectory(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        StorePath directory = path(pi, argument);
        pi.login().store().makeDirectory(directory);
        return Reply.of(257, Reply.quoted(directory) + " created");
    }

    static FtpReply removeDirectory(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        StorePath directory = path(pi, argument);
        pi.login().store().removeDirectory(directory);
        return Reply.of(250, "Removed " + directory);
    }

    static FtpReply renameFrom(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        pi.renameFrom = Optional.empty();
        StorePath from = path(pi, argument);
        pi.login().store().stat(from);
        pi.renameFrom = Optional.of(from);
        return Reply.of(350, "RNTO with the new name");
    }

    static FtpReply renameTo(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        Optional<StorePath> from = pi.renameFrom;
        pi.renameFrom = Optional.empty();
        if (from.isEmpty()) {
            return Reply.of(503, "RNFR first");
        }
        StorePath to = path(pi, argument);
        pi.login().store().rename(from.get(), to, true);
        return Reply.of(250, "Renamed " + from.get() + " to " + to);
    }

    /** RFC 3659, 4: the bytes that a RETR would carry. For ASCII that is known only by reading it all. */
    static FtpReply size(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        if (pi.type == ServerPi.Type.ASCII) {
            return Reply.of(550, "SIZE is for TYPE I");
        }
        StorePath file = path(pi, argument);
        FileStat stat = pi.login().store().stat(file);
        return stat.isFile() ? Reply.of(213, "" + stat.size()) : Reply.of(550, file + ": not a plain file");
    }

    static FtpReply modificationTime(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        return Reply.of(213, TimeVal.format(pi.login().store().stat(path(pi, argument)).modified()));
    }

    static FtpReply facts(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        StorePath file = path(pi, argument);
        Store store = pi.login().store();
        return Reply.lines(250, "Listing", List.of(pi.facts.of(store, file, store.stat(file)) + " " + file), "End");
    }

    /** MFMT: sets the modification time. */
    static FtpReply modifyTime(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        String[] words = argument.split(" ", 2);
        Optional<FileTime> time = TimeVal.parse(words[0]);
        if (words.length < 2 || time.isEmpty()) {
            return Reply.of(501, "MFMT takes YYYYMMDDHHMMSS and a name");
        }
        StorePath file = path(pi, words[1]);
        pi.login().store().setTimes(file, time, Optional.empty());
        return Reply.of(213, "Modify=" + TimeVal.format(time.get()) + "; " + file);
    }

    /**
     * MFCT would set the time at which a file was made; the kernel has no call for that, so the client is told and nothing else happens.
     */
    static FtpReply createTime(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        String[] words = argument.split(" ", 2);
        if (words.length < 2 || TimeVal.parse(words[0]).isEmpty()) {
            return Reply.of(501, "MFCT takes YYYYMMDDHHMMSS and a name");
        }
        StorePath file = path(pi, words[1]);
        pi.login().store().stat(file);
        return Reply.of(550, file + ": the time at which a file was made cannot be changed on this system; MFMT sets the other");
    }

    /** MFF: sets facts, each as MLST tells it. None is set unless all can be. */
    static FtpReply modifyFacts(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        int end = argument.indexOf("; ");
        if (end < 0) {
            return Reply.of(501, "MFF takes facts, a blank and a name: Modify=20260101120000;UNIX.mode=0644; name");
        }
        StorePath file = path(pi, argument.substring(end + 2));
        Optional<FileTime> modified = Optional.empty();
        OptionalInt mode = OptionalInt.empty();
        List<String> done = new ArrayList<>();
        for (String fact : argument.substring(0, end).split(";")) {
            String[] parts = fact.split("=", 2);
            String value = parts.length > 1 ? parts[1] : "";
            switch (parts[0].toLowerCase(Locale.ROOT)) {
                case "modify" -> {
                    modified = TimeVal.parse(value);
                    if (modified.isEmpty()) {
                        return Reply.of(501, "Modify takes YYYYMMDDHHMMSS");
                    }
                    done.add("Modify=" + TimeVal.format(modified.get()) + ";");
                }
                case "unix.mode" -> {
                    mode = mode(value);
                    if (mode.isEmpty()) {
                        return Reply.of(501, "UNIX.mode takes three octal digits");
                    }
                    done.add(String.format("UNIX.mode=0%03o;", mode.getAsInt()));
                }
                default -> {
                    return Reply.of(504, "MFF sets Modify and UNIX.mode only");
                }
            }
        }
        Store store = pi.login().store();
        if (mode.isPresent()) {
            store.setMode(file, mode.getAsInt());
        }
        if (modified.isPresent()) {
            store.setTimes(file, modified, Optional.empty());
        }
        return Reply.of(213, String.join("", done) + " " + file);
    }

    private static OptionalInt mode(String text) {
        Matcher matcher = MODE.matcher(text);
        return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1), 8)) : OptionalInt.empty();
    }

    static FtpReply available(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        if (!argument.isEmpty()) {
            pi.login().store().stat(path(pi, argument));
        }
        Space space = pi.login().store().space();
        return Reply.of(213, "" + space.freeBytes());
    }

    static FtpReply allocate(FtpIoSession session, ServerPi pi, String argument) {
        return Reply.of(202, "No space need be allocated");
    }

    static FtpReply site(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        String[] words = argument.strip().split(" +", 2);
        String rest = words.length > 1 ? words[1] : "";
        return switch (words[0].toUpperCase(Locale.ROOT)) {
            case "CHMOD" -> changeMode(pi, rest);
            case "UTIME" -> setTimes(pi, rest);
            case "HELP" -> Reply.lines(
                    214, "SITE commands", List.of("CHMOD mode name", "UTIME YYYYMMDDhhmm[ss] name", "HELP"), "End");
            default -> Reply.of(504, "SITE CHMOD, UTIME or HELP");
        };
    }

    private static FtpReply changeMode(ServerPi pi, String argument) throws IOException {
        String[] words = argument.split(" ", 2);
        OptionalInt mode = mode(words[0]);
        if (words.length < 2 || mode.isEmpty()) {
            return Reply.of(501, "SITE CHMOD takes three octal digits and a name");
        }
        StorePath file = path(pi, words[1]);
        pi.login().store().setMode(file, mode.getAsInt());
        return Reply.of(200, String.format("Mode of %s is %03o", file, mode.getAsInt()));
    }

    private static FtpReply setTimes(ServerPi pi, String argument) throws IOException {
        Matcher before = UTIME_TO_NAME.matcher(argument);
        Matcher behind = UTIME_OF_NAME.matcher(argument);
        Optional<FileTime> accessed = Optional.empty();
        Optional<FileTime> modified = Optional.empty();
        String name = "";
        if (behind.matches()) {
            name = behind.group(1);
            accessed = TimeVal.parse(behind.group(2));
            modified = TimeVal.parse(behind.group(3));
        } else if (before.matches()) {
            modified = TimeVal.parse(before.group(1));
            name = before.group(2);
        }
        if (modified.isEmpty()) {
            return Reply.of(501, "SITE UTIME takes YYYYMMDDhhmm[ss] and a name");
        }
        StorePath file = path(pi, name);
        pi.login().store().setTimes(file, modified, accessed);
        return Reply.of(200, "Times of " + file + " set");
    }
}
