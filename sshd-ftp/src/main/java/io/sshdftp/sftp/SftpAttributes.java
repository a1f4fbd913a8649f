package io.sshdftp.sftp;

import io.sshdftp.store.FileStat;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.sshd.common.util.io.IoUtils;
import org.apache.sshd.sftp.common.SftpHelper;

/** Attributes of files as MINA reads and writes them, by name, and as a line of {@code ls -l}. */
final class SftpAttributes {
    /** From here on a line has the time of day in place of the year, as in ls(1). */
    private static final long RECENT_SECONDS = 182L * 24 * 3600;

    private static final DateTimeFormatter RECENT = DateTimeFormatter.ofPattern("MMM dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter OLD = DateTimeFormatter.ofPattern("MMM dd  yyyy", Locale.ROOT);

    private SftpAttributes() {}

    static Map<String, Object> of(FileStat stat) {
        Map<String, Object> attributes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        attributes.put(IoUtils.SIZE_VIEW_ATTR, stat.size());
        attributes.put(IoUtils.REGFILE_VIEW_ATTR, stat.isFile());
        attributes.put(IoUtils.DIRECTORY_VIEW_ATTR, stat.isDirectory());
        attributes.put(IoUtils.SYMLINK_VIEW_ATTR, stat.type() == FileStat.Type.LINK);
        attributes.put(IoUtils.PERMISSIONS_VIEW_ATTR, SftpHelper.permissionsToAttributes(stat.mode()));
        attributes.put(IoUtils.LASTMOD_TIME_VIEW_ATTR, stat.modified());
        attributes.put(IoUtils.LASTACC_TIME_VIEW_ATTR, stat.accessed());
        return attributes;
    }

    /** {@code -rw-r--r--    1 owner    group        1234 Jan 01 12:34 name}: what clients show, and some parse. */
    static String line(String name, FileStat stat, Instant now) {
        char type = switch (stat.type()) {
            case DIRECTORY -> 'd';
            case LINK -> 'l';
            case FILE -> '-';
            case OTHER -> '?';
        };
        StringBuilder mode = new StringBuilder().append(type);
        for (int bit = 8; bit >= 0; bit--) {
            mode.append((stat.mode() & 1 << bit) != 0 ? "xwr".charAt(bit % 3) : '-');
        }
        Instant modified = stat.modified().toInstant();
        ZonedDateTime date = modified.atZone(ZoneId.systemDefault());
        long age = now.getEpochSecond() - modified.getEpochSecond();
        String time = (age >= 0 && age < RECENT_SECONDS ? RECENT : OLD).format(date);
        return String.format(
                Locale.ROOT, "%s %4d %-8s %-8s %8d %s %s", mode, 1, stat.owner(), stat.group(), stat.size(), time, name);
    }

    static Optional<Long> size(Map<String, ?> attributes) {
        return Optional.ofNullable((Number) attributes.get(IoUtils.SIZE_VIEW_ATTR)).map(Number::longValue);
    }

    static Optional<Integer> mode(Map<String, ?> attributes) {
        @SuppressWarnings("unchecked")
        Set<PosixFilePermission> permissions = (Set<PosixFilePermission>) attributes.get(IoUtils.PERMISSIONS_VIEW_ATTR);
        return Optional.ofNullable(permissions).map(SftpAttributes::bits);
    }

    private static int bits(Set<PosixFilePermission> permissions) {
        // The constants of the enumeration stand in the order of the bits, from the owner's read down.
        return permissions.stream().mapToInt(permission -> 0400 >> permission.ordinal()).sum();
    }

    static Optional<FileTime> modified(Map<String, ?> attributes) {
        return Optional.ofNullable((FileTime) attributes.get(IoUtils.LASTMOD_TIME_VIEW_ATTR));
    }

    static Optional<FileTime> accessed(Map<String, ?> attributes) {
        return Optional.ofNullable((FileTime) attributes.get(IoUtils.LASTACC_TIME_VIEW_ATTR));
    }

    static boolean hasOwner(Map<String, ?> attributes) {
        return attributes.containsKey(IoUtils.USERID_VIEW_ATTR) || attributes.containsKey(IoUtils.GROUPID_VIEW_ATTR);
    }
}
