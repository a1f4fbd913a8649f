package io.sshdftp.store;

/**
 * What a tree holds, in bytes and files, uploads under way included.
 *
 * <p>THREADS: any.
 */
final class Usage {
    private long bytes;
    private long files;
    private boolean countable = true;

    /** @param whole false when nobody can tell how much there is; nothing may become more then, where there is a quota */
    synchronized void countable(boolean whole) {
        countable = whole;
    }

    /** After a count of what is really there. */
    synchronized void set(long countedBytes, long countedFiles) {
        bytes = countedBytes;
        files = countedFiles;
    }

    /**
     * Adds, or takes away; what grows must then be within {@code quota}.
     *
     * @param path for the message
     * @throws QuotaExceededException and nothing is changed
     */
    synchronized void add(long moreBytes, long moreFiles, Quota quota, StorePath path) throws QuotaExceededException {
        if (!countable && quota.limits() && (moreBytes > 0 || moreFiles > 0)) {
            throw new QuotaExceededException(path.toString(), "directories are more than " + TreeCount.MAX_DEPTH
                    + " deep in one another, too deep to be counted for the quota; move them up, or delete them, and log in again in a while");
        }
        if (moreBytes > 0 && quota.bytes().isPresent() && moreBytes > quota.bytes().getAsLong() - bytes) {
            throw new QuotaExceededException(path.toString(), "the quota of " + quota.bytes().getAsLong() + " bytes leaves room for "
                    + Math.max(0, quota.bytes().getAsLong() - bytes) + " bytes");
        }
        if (moreFiles > 0 && quota.files().isPresent() && moreFiles > quota.files().getAsLong() - files) {
            throw new QuotaExceededException(path.toString(), "the quota of " + quota.files().getAsLong() + " files is used up");
        }
        add(moreBytes, moreFiles);
    }

    /** Adds what is there already, or takes away. */
    synchronized void add(long moreBytes, long moreFiles) {
        bytes += moreBytes;
        files += moreFiles;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized long files() {
        return files;
    }
}
