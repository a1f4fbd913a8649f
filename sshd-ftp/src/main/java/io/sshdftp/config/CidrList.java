package io.sshdftp.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Blocks of addresses; the empty list contains nothing. */
public record CidrList(List<Cidr> blocks) {
    /** Contains no address. */
    public static final CidrList NONE = new CidrList(List.of());

    /** Contains every address of both families. */
    public static final CidrList ALL = new CidrList(List.of(zero(4), zero(16)));

    /** Copies the list. */
    public CidrList {
        blocks = List.copyOf(blocks);
    }

    /** True if any block contains the address. */
    public boolean contains(InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    private static Cidr zero(int length) {
        try {
            return new Cidr(InetAddress.getByAddress(new byte[length]), 0);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
