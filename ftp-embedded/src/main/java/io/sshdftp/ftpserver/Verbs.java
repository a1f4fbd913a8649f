package io.sshdftp.ftpserver;

import static io.sshdftp.ftpserver.Verb.Phase.CONNECTED;
import static io.sshdftp.ftpserver.Verb.Phase.LOGGED_IN;

import io.sshdftp.store.HashAlgorithm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.ftpserver.command.Command;
import org.apache.ftpserver.command.CommandFactory;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.impl.FtpIoSession;

/**
 * The table of commands, a row each. None is FtpServer's own: each of those that there are has something to be mended, if only in its
 * reply.
 *
 * <p>To add a command: a row here, its line in {@link #features} where it has one, a test.
 */
final class Verbs implements CommandFactory {
    private static final String NAME = "name";

    private final Map<String, Verb> verbs = new LinkedHashMap<>();

    Verbs(Logins logins) {
        AccessCommands access = new AccessCommands(logins);
        row("USER", NAME, CONNECTED, access::user);
        row("PASS", "[password]", CONNECTED, access::pass);
        row("ACCT", "[account]", CONNECTED, access::account);
        row("REIN", "", CONNECTED, access::reinitialize);
        row("QUIT", "", CONNECTED, access::quit);
        row("HOST", NAME, CONNECTED, access::host);
        row("CLNT", NAME, CONNECTED, access::clientName);

        row("FEAT", "", CONNECTED, Verbs::features);
        row("OPTS", "UTF8|MLST|HASH [value]", CONNECTED, ParameterCommands::options);
        row("SYST", "", CONNECTED, (session, pi, argument) -> Reply.of(215, "UNIX Type: L8"));
        row("NOOP", "", CONNECTED, (session, pi, argument) -> Reply.of(200, "NOOP command successful"));
        row("HELP", "[command]", CONNECTED, this::help);

        row("TYPE", "A|I|L 8", LOGGED_IN, ParameterCommands::type);
        row("MODE", "S", LOGGED_IN, ParameterCommands::mode);
        row("STRU", "F", LOGGED_IN, ParameterCommands::structure);
        row("REST", "offset", LOGGED_IN, ParameterCommands::restart);
        row("RANG", "first last", LOGGED_IN, ParameterCommands::range);
        row("PASV", "", LOGGED_IN, ParameterCommands::passive);
        row("EPSV", "[protocol|ALL]", LOGGED_IN, ParameterCommands::extendedPassive);
        row("PORT", "h1,h2,h3,h4,p1,p2", LOGGED_IN, ParameterCommands::port);
        row("EPRT", "|protocol|address|port|", LOGGED_IN, ParameterCommands::extendedPort);

        row("RETR", NAME, LOGGED_IN, TransferCommands::retrieve);
        row("STOR", NAME, LOGGED_IN, TransferCommands::store);
        row("APPE", NAME, LOGGED_IN, TransferCommands::append);
        row("STOU", "[name]", LOGGED_IN, TransferCommands::storeUnique);
        row("ABOR", "", CONNECTED, TransferCommands::abort);
        row("ALLO", "size", LOGGED_IN, FileCommands::allocate);
        row("LIST", "[name]", LOGGED_IN, ListCommands::list);
        row("NLST", "[name]", LOGGED_IN, ListCommands::names);
        row("MLSD", "[name]", LOGGED_IN, ListCommands::machineList);
        row("MLST", "[name]", LOGGED_IN, FileCommands::facts);
        row("STAT", "[name]", LOGGED_IN, ListCommands::status);

        row("PWD", "", LOGGED_IN, FileCommands::workingDirectory);
        row("CWD", "[name]", LOGGED_IN, FileCommands::change);
        row("CDUP", "", LOGGED_IN, FileCommands::changeUp);
        row("MKD", NAME, LOGGED_IN, FileCommands::makeDirectory);
        row("RMD", NAME, LOGGED_IN, FileCommands::removeDirectory);
        row("DELE", NAME, LOGGED_IN, FileCommands::delete);
        row("RNFR", NAME, LOGGED_IN, FileCommands::renameFrom);
        row("RNTO", NAME, LOGGED_IN, FileCommands::renameTo);
        row("SIZE", NAME, LOGGED_IN, FileCommands::size);
        row("MDTM", NAME, LOGGED_IN, FileCommands::modificationTime);
        row("MFMT", "time name", LOGGED_IN, FileCommands::modifyTime);
        row("MFCT", "time name", LOGGED_IN, FileCommands::createTime);
        row("MFF", "fact=value; name", LOGGED_IN, FileCommands::modifyFacts);
        row("AVBL", "[name]", LOGGED_IN, FileCommands::available);
        row("SITE", "CHMOD|UTIME|HELP", LOGGED_IN, FileCommands::site);

        row("HASH", NAME, LOGGED_IN, HashCommands::hash);
        row("MD5", NAME, LOGGED_IN, HashCommands::md5);
        row("XCRC", NAME, LOGGED_IN, HashCommands.digest(HashAlgorithm.CRC32));
        row("XMD5", NAME, LOGGED_IN, HashCommands.digest(HashAlgorithm.MD5));
        row("XSHA", NAME, LOGGED_IN, HashCommands.digest(HashAlgorithm.SHA1));
        row("XSHA1", NAME, LOGGED_IN, HashCommands.digest(HashAlgorithm.SHA1));
        row("XSHA256", NAME, LOGGED_IN, HashCommands.digest(HashAlgorithm.SHA256));
        row("XSHA512", NAME, LOGGED_IN, HashCommands.digest(HashAlgorithm.SHA512));

        // RFC 775, RFC 1123, 4.1.3.1.
        for (String old : List.of("CWD", "CUP", "MKD", "PWD", "RMD")) {
            verbs.put("X" + old, verbs.get(old.equals("CUP") ? "CDUP" : old));
        }
    }

    private void row(String name, String syntax, Verb.Phase phase, Verb.Action action) {
        verbs.put(name, new Verb(name, syntax, phase, action));
    }

    /** @return null for a command that there is not, as FtpServer wants it */
    @Override
    public Command getCommand(String name) {
        return verbs.get(name);
    }

    /** RFC 2389: what is here beyond RFC 959, and nothing else. */
    private static FtpReply features(FtpIoSession session, ServerPi pi, String argument) {
        List<String> lines = new ArrayList<>(List.of(
                "AVBL", "CLNT", "EPRT", "EPSV", "HASH " + hashes(pi), "HOST", "MD5", "MDTM", "MFF Modify;UNIX.mode;", "MFMT",
                pi.facts.feature(), "RANG STREAM", "REST STREAM", "SITE CHMOD", "SITE UTIME", "SIZE", "TVFS", "UTF8", "XCRC", "XMD5",
                "XSHA", "XSHA1", "XSHA256", "XSHA512"));
        return Reply.lines(211, "Features", lines, "End");
    }

    private static String hashes(ServerPi pi) {
        StringBuilder names = new StringBuilder();
        for (HashAlgorithm algorithm : HashAlgorithm.values()) {
            names.append(algorithm.registeredName()).append(algorithm == pi.hash ? "*;" : ";");
        }
        return names.toString();
    }

    private FtpReply help(FtpIoSession session, ServerPi pi, String argument) {
        Verb verb = verbs.get(argument.strip().toUpperCase(Locale.ROOT));
        if (verb != null) {
            return Reply.of(214, ("Syntax: " + verb.name() + " " + verb.syntax()).strip());
        }
        if (!argument.isBlank()) {
            return Reply.of(501, "There is no such command");
        }
        List<String> names = new ArrayList<>(verbs.keySet());
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < names.size(); i += 10) {
            lines.add(String.join(" ", names.subList(i, Math.min(names.size(), i + 10))));
        }
        return Reply.lines(214, "Commands", lines, "End");
    }
}
