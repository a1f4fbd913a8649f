package io.sshdftp.ftpserver;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.HashAlgorithm;
import io.sshdftp.store.StorePath;
import java.io.IOException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.impl.FtpIoSession;

/** Digests of files: HASH (draft-bryan-ftpext-hash), and what clients had before it: XCRC and its kin, MD5 (draft-twine-ftpmd5). */
final class HashCommands {
    /** A name, between quotation marks when offsets or blanks follow. */
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"(?: +(\\d{1,18})(?: +(\\d{1,18}))?)?");

    private HashCommands() {}

    /** HASH of the range that RANG has set. */
    static FtpReply hash(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        FileRange range = pi.takeRange();
        StorePath file = FileCommands.path(pi, argument);
        FileStat stat = pi.login().store().stat(file);
        if (!stat.isFile()) {
            return notPlain(file);
        }
        byte[] digest = pi.login().store().hash(file, pi.hash, range.start(), range.length(stat.size()));
        long last = range.start() + Math.max(1, range.length(stat.size())) - 1;
        String where = range.start() + "-" + last;
        return Reply.of(213, pi.hash.registeredName() + " " + where + " " + HexFormat.of().formatHex(digest) + " " + argument);
    }

    /** {@code XCRC name}, or {@code XCRC "name" first behind-the-last}. */
    static Verb.Action digest(HashAlgorithm algorithm) {
        return (session, pi, argument) -> {
            Matcher matcher = QUOTED.matcher(argument.strip());
            String name = matcher.matches() ? matcher.group(1) : argument;
            long start = matcher.matches() && matcher.group(2) != null ? Long.parseLong(matcher.group(2)) : 0;
            long end = matcher.matches() && matcher.group(3) != null ? Long.parseLong(matcher.group(3)) : Long.MAX_VALUE;
            StorePath file = FileCommands.path(pi, name);
            FileStat stat = pi.login().store().stat(file);
            if (!stat.isFile()) {
                return notPlain(file);
            }
            if (start > end || start > stat.size()) {
                return Reply.of(501, "There is no such part of the file, which has " + stat.size() + " bytes");
            }
            long length = new FileRange(start, end).length(stat.size());
            return Reply.of(250, hex(pi.login().store().hash(file, algorithm, start, length)));
        };
    }

    static FtpReply md5(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        StorePath file = FileCommands.path(pi, argument);
        FileStat stat = pi.login().store().stat(file);
        if (!stat.isFile()) {
            return Reply.of(504, file + ": not a plain file");
        }
        return Reply.of(251, Reply.quoted(argument) + " " + hex(pi.login().store().hash(file, HashAlgorithm.MD5, 0, stat.size())));
    }

    private static FtpReply notPlain(StorePath file) {
        return Reply.of(553, file + ": not a plain file");
    }

    /** In capitals, as the commands before HASH have it. */
    private static String hex(byte[] digest) {
        return HexFormat.of().withUpperCase().formatHex(digest);
    }
}
