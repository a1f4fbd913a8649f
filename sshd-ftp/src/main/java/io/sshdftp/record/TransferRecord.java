package io.sshdftp.record;

import io.sshdftp.forward.ControlEvents;
import java.util.Set;
import java.util.function.LongSupplier;

/** One FTP transfer on its way into the logs. THREADS: on the loop of its control channel, except {@link #direction} and {@link #bytes}. */
final class TransferRecord implements Counts.Moving {
    private static final Set<String> UPLOADS = Set.of("STOR", "STOU", "APPE");
    private static final Set<String> LISTINGS = Set.of("LIST", "NLST", "MLSD");

    private final ControlEvents.Transfer transfer;
    private final boolean ascii;
    private final long began = System.nanoTime();
    private String path;
    private int code;
    private boolean brokenOff;

    TransferRecord(ControlEvents.Transfer transfer, String path, boolean ascii) {
        this.transfer = transfer;
        this.path = path;
        this.ascii = ascii;
    }

    void path(String named) {
        path = named;
    }

    /**
     * @param replied 0 for no reply
     * @param reason empty unless it was broken off
     */
    void ended(int replied, String reason) {
        code = replied;
        brokenOff = !reason.isEmpty();
    }

    /** The final reply was a positive one, which the client gets only when all of the data went. */
    @Override
    public boolean isComplete() {
        return code >= 200 && code < 300 && !brokenOff;
    }

    boolean isUpload() {
        return direction() == Direction.UPLOAD;
    }

    /** A listing is no transfer to the transfer log. */
    boolean isFile() {
        return direction() != Direction.LISTING;
    }

    @Override
    public Direction direction() {
        return UPLOADS.contains(transfer.verb()) ? Direction.UPLOAD : LISTINGS.contains(transfer.verb()) ? Direction.LISTING : Direction.DOWNLOAD;
    }

    boolean ascii() {
        return ascii;
    }

    String path() {
        return path;
    }

    @Override
    public LongSupplier bytes() {
        return transfer.bytes();
    }

    double seconds() {
        return Seconds.since(began);
    }

    Json describe(Json event) {
        return event.with("command", transfer.verb()).withSome("path", path);
    }
}
