package io.sshdftp.ftpserver;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.Rights;
import io.sshdftp.store.Store;
import io.sshdftp.store.StorePath;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The facts of MLST and MLSD (RFC 3659, 7) that a client wants to be told. Immutable. */
final class MlstFacts {
    private enum Fact {
        TYPE("Type"),
        SIZE("Size"),
        MODIFY("Modify"),
        PERM("Perm"),
        UNIQUE("Unique"),
        CREATE("Create"),
        UNIX_MODE("UNIX.mode"),
        UNIX_OWNERNAME("UNIX.ownername"),
        UNIX_GROUPNAME("UNIX.groupname");

        private final String label;

        Fact(String label) {
            this.label = label;
        }
    }

    /** All but those that cost a look elsewhere, or that few clients use. */
    static final MlstFacts DEFAULT = new MlstFacts(
            EnumSet.of(Fact.TYPE, Fact.SIZE, Fact.MODIFY, Fact.PERM, Fact.UNIQUE, Fact.UNIX_MODE));

    private final Set<Fact> wanted;

    private MlstFacts(Set<Fact> wanted) {
        this.wanted = wanted;
    }

    /** What OPTS MLST names; a fact that there is not is left out, as the RFC wants it. */
    static MlstFacts named(String names) {
        Set<Fact> wanted = EnumSet.noneOf(Fact.class);
        for (String name : names.toLowerCase(Locale.ROOT).split(";")) {
            for (Fact fact : Fact.values()) {
                if (fact.label.toLowerCase(Locale.ROOT).equals(name.strip())) {
                    wanted.add(fact);
                }
            }
        }
        return new MlstFacts(wanted);
    }

    /** The line of FEAT: every fact there is, those that are wanted with an asterisk. */
    String feature() {
        StringBuilder line = new StringBuilder("MLST ");
        for (Fact fact : Fact.values()) {
            line.append(fact.label).append(wanted.contains(fact) ? "*;" : ";");
        }
        return line.toString();
    }

    /** The facts of a file, each with a semicolon behind it; no name and no blank. */
    String of(Store store, StorePath path, FileStat stat) {
        StringBuilder line = new StringBuilder();
        for (Fact fact : wanted) {
            line.append(fact.label).append('=').append(value(fact, store, path, stat)).append(';');
        }
        return line.toString();
    }

    private static Object value(Fact fact, Store store, StorePath path, FileStat stat) {
        return switch (fact) {
            case TYPE -> type(stat.type());
            case SIZE -> stat.size();
            case MODIFY -> TimeVal.format(stat.modified());
            case CREATE -> TimeVal.format(stat.created());
            case PERM -> permissions(store, path, stat);
            case UNIQUE -> stat.unique();
            case UNIX_MODE -> String.format("0%03o", stat.mode());
            case UNIX_OWNERNAME -> stat.owner();
            case UNIX_GROUPNAME -> stat.group();
        };
    }

    private static String type(FileStat.Type type) {
        return switch (type) {
            case FILE -> "file";
            case DIRECTORY -> "dir";
            case LINK -> "OS.unix=slink";
            case OTHER -> "OS.unix=special";
        };
    }

    /** RFC 3659, 7.5.5. */
    private static String permissions(Store store, StorePath path, FileStat stat) {
        Rights rights = store.rights(path);
        StringBuilder letters = new StringBuilder();
        if (stat.isDirectory()) {
            letters.append(rights.write() ? "cm" : "").append(rights.list() ? "el" : "e").append(rights.delete() ? "p" : "");
        } else if (stat.isFile()) {
            letters.append(rights.read() ? "r" : "").append(rights.write() ? "aw" : "");
        }
        if (rights.delete() && !path.isRoot()) {
            letters.append("df");
        }
        return letters.toString();
    }

    /** As the reply to OPTS MLST tells them. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder();
        wanted.forEach(fact -> names.append(fact.label).append(';'));
        return names.toString();
    }
}
