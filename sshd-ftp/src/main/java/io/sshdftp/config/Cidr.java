package io.sshdftp.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A block of addresses, {@code 192.0.2.0/24} or {@code 2001:db8::/32}; a lone address is a block of one.
 *
 * @param network the block's first address: no bit is set behind the prefix
 * @param prefix bits, 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(InetAddress network, int prefix) {
    /** @throws IllegalArgumentException if the prefix does not fit the family or a bit behind it is set */
    public Cidr {
        byte[] bytes = network.getAddress();
        if (prefix < 0 || prefix > bytes.length * 8) {
            throw new IllegalArgumentException("prefix /" + prefix + " does not fit " + Addresses.text(network));
        }
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            if ((bytes[bit / 8] & 0x80 >> bit % 8) != 0) {
                throw new IllegalArgumentException("bits are set behind the prefix /" + prefix + " of " + Addresses.text(network));
            }
        }
    }

    /** False for an address of the other family. */
    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            if (((ours[bit / 8] ^ theirs[bit / 8]) & 0x80 >> bit % 8) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        String text = Addresses.text(network);
        return prefix == network.getAddress().length * 8 ? text : text + "/" + prefix;
    }

    static Cidr parse(String text) throws BadValue {
        return parseIfAddress(text).orElseThrow(
                () -> new BadValue("\"" + text + "\" is no address block; expected an address or ADDRESS/BITS such as 192.0.2.0/24"));
    }

    /** Empty where the text is not meant as an address: a host name or a wildcard. */
    static Optional<Cidr> parseIfAddress(String text) throws BadValue {
        int slash = text.indexOf('/');
        Optional<InetAddress> network = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
        if (network.isEmpty()) {
            if (slash >= 0) {
                throw new BadValue("\"" + text + "\" is no address block; expected ADDRESS/BITS such as 192.0.2.0/24");
            }
            return Optional.empty();
        }
        int bits = network.get().getAddress().length * 8;
        if (slash >= 0) {
            String length = text.substring(slash + 1);
            if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > bits) {
                throw new BadValue("bad prefix length in \"" + text + "\"; expected 0 to " + bits + " after the slash");
            }
            bits = Integer.parseInt(length);
        }
        try {
            return Optional.of(new Cidr(network.get(), bits));
        } catch (IllegalArgumentException e) {
            throw new BadValue(e.getMessage() + "; write the block's first address, or the right length");
        }
    }
}
