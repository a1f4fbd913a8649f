package io.sshdftp.ftp;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which commands of a client reach the server ({@code FtpAllowCommands}, {@code FtpDenyCommands}, {@code FtpReadOnly}).
 *
 * <p>The predicates are given a command's name: its verb in upper case, of SITE with the sub-command, as in {@code SITE CHMOD}.
 *
 * <p>What a command's argument may be, and so what of it may be told, is known here as well: see {@link #told}.
 *
 * @param allowed what may be done to files, where not everything may; logging in, steering the session and setting up data connections
 *     ({@link #STEERING}) needs no mention
 * @param denied what is refused, whatever else is said; nothing where it is empty
 * @param readOnly only what is known to change nothing passes
 */
public record CommandPolicy(Optional<Predicate<String>> allowed, Optional<Predicate<String>> denied, boolean readOnly) {
    /** Everything passes. */
    public static final CommandPolicy OPEN = new CommandPolicy(Optional.empty(), Optional.empty(), false);

    private static final String SITE = "SITE";

    /** What a session is made of, and needs before it gets to a file. */
    private static final Set<String> STEERING = Set.of(
            "USER", "PASS", "ACCT", "QUIT", "REIN", "HOST", "LANG", "CLNT", "CSID", "OPTS", "FEAT", "HELP", "SYST", "NOOP", "ABOR", "TYPE",
            "MODE", "STRU", "ALLO", "REST", "RANG", "PASV", "EPSV", "LPSV", "PORT", "EPRT", "LPRT", "CWD", "XCWD", "CDUP", "XCUP", "PWD", "XPWD",
            "AUTH", "PBSZ", "PROT", "CCC", "ADAT", "MIC", "CONF", "ENC");

    private static final Set<String> READING = Set.of(
            "RETR", "LIST", "NLST", "MLSD", "MLST", "STAT", "SIZE", "MDTM", "AVBL", "DSIZ", "HASH", "MD5", "MMD5", "XMD5", "XCRC", "XSHA", "XSHA1",
            "XSHA256", "XSHA512");

    private static final Set<String> CHANGING = Set.of(
            "STOR", "STOU", "APPE", "DELE", "RNFR", "RNTO", "MKD", "XMKD", "RMD", "XRMD", "RMDA", "MFMT", "MFCT", "MFF", "SMNT", "COMB", SITE);

    /** Older and longer names of commands (RFC 775, and servers' own); a server that has one takes it for the other. */
    private static final Map<String, String> SAME =
            Map.of("XMKD", "MKD", "XRMD", "RMD", "RMDA", "RMD", "XCWD", "CWD", "XCUP", "CDUP", "XPWD", "PWD");

    /** What follows these names files, and no secret. */
    private static final Set<String> SITE_OF_FILES = Set.of(
            "SITE CHMOD", "SITE CHGRP", "SITE CHOWN", "SITE UTIME", "SITE CPFR", "SITE CPTO", "SITE COPY", "SITE MKDIR", "SITE RMDIR", "SITE SYMLINK");

    private static final Set<String> TOLD = Set.of("USER", "TYPE", "CWD", "XCWD", "REST", "ALLO");

    private static final Set<String> HARMLESS_SITE = Set.of("SITE HELP", "SITE IDLE", "SITE UMASK", "SITE TIME", "SITE WHO");

    /** Digits before the first blank that make of MDTM's file name a time to set: some servers take {@code MDTM 20260102030405 file}. */
    private static final int DATE_DIGITS = 8;

    /** True when nothing is ever refused. */
    public boolean isOpen() {
        return allowed.isEmpty() && denied.isEmpty() && !readOnly;
    }

    /** True for a verb that stands in an RFC or that servers are known to have; a sub-command of SITE is nobody's. */
    public static boolean isKnown(String verb) {
        return Stream.of(STEERING, READING, CHANGING).anyMatch(verbs -> verbs.contains(verb));
    }

    /** The directive that keeps the command from the server; empty when it passes. */
    Optional<String> refusal(Command command) {
        String name = name(command);
        // What a server makes of bytes that are no text, we cannot know: "SITE", a Telnet command, "CHMOD" may be SITE CHMOD to it.
        if (denied.isPresent() && (names(denied.get(), name) || !isPlain(name))) {
            return Optional.of("FtpDenyCommands");
        }
        if (allowed.isPresent() && !STEERING.contains(name) && !names(allowed.get(), name)) {
            return Optional.of("FtpAllowCommands");
        }
        return readOnly && !isHarmless(command, name) ? Optional.of("FtpReadOnly") : Optional.empty();
    }

    /** True when the reply to FEAT should not tell of it: what is no command, such as UTF8, stays. */
    boolean hides(Command feature) {
        // What follows is a format, except that SITE has names there.
        Command bare = feature.verb().equals(SITE) ? feature : new Command(feature.verb(), "", feature.line());
        return denied.isPresent() && names(denied.get(), name(bare)) || isKnown(feature.verb()) && refusal(bare).isPresent();
    }

    private static boolean names(Predicate<String> list, String name) {
        return list.test(name) || SAME.containsKey(name) && list.test(SAME.get(name));
    }

    /** The name by which the directives, the log and the reply call a command. */
    static String name(Command command) {
        if (!command.verb().equals(SITE)) {
            return command.verb();
        }
        String sub = command.argument().replaceFirst("^[ \t]+", "").split("[ \t]", 2)[0];
        return sub.isEmpty() ? SITE : SITE + " " + sub.toUpperCase(Locale.ROOT);
    }

    /**
     * What may be told of a command's argument: names of files, types, the user. Never a password, so nothing of PASS, of ACCT, of what is
     * not known (XPASS), nor of SITE but where it has to do with files.
     */
    static String told(Command command) {
        String name = name(command);
        boolean site = command.verb().equals(SITE);
        boolean may = site
                ? SITE_OF_FILES.contains(name)
                : TOLD.contains(name) || READING.contains(name) || CHANGING.contains(name);
        return !may ? "" : site ? command.argument().strip().substring(name.length() - SITE.length() - 1).strip() : command.argument();
    }

    /** The name as far as it may be told: a sub-command of SITE that is not known may be anything. */
    static String toldName(Command command) {
        String name = name(command);
        boolean known = SITE_OF_FILES.contains(name) || HARMLESS_SITE.contains(name) || name.matches("SITE [A-Z]{1,12}");
        return !command.verb().equals(SITE) || known ? name : SITE;
    }

    private static boolean isPlain(String name) {
        return name.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** A verb that is not known could do anything. */
    private static boolean isHarmless(Command command, String name) {
        if (name.equals("MDTM")) {
            String argument = command.argument().strip();
            String[] words = argument.split("[\\x00-\\x20]", 2);
            return words.length == 1 || words[0].chars().filter(Character::isDigit).count() < DATE_DIGITS;
        }
        return STEERING.contains(name) || READING.contains(name) || HARMLESS_SITE.contains(name);
    }
}
