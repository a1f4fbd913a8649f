package io.sshdftp.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * {@code PerSourceNetBlockSize}: how many bits of an address make a source.
 *
 * @param ipv4 0 to 32
 * @param ipv6 0 to 128
 */
public record PerSourceNetBlockSize(int ipv4, int ipv6) {
    /** The block that {@code address} belongs to. */
    public Cidr source(InetAddress address) {
        byte[] bytes = address.getAddress();
        int bits = address instanceof Inet4Address ? ipv4 : ipv6;
        for (int bit = bits; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        try {
            return new Cidr(InetAddress.getByAddress(bytes), bits);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("it has the length of an address", e);
        }
    }

    static PerSourceNetBlockSize parse(String word) throws BadValue {
        if (word.matches("\\d{1,2}(:\\d{1,3})?")) {
            String[] parts = word.split(":");
            int ipv4 = Integer.parseInt(parts[0]);
            int ipv6 = parts.length > 1 ? Integer.parseInt(parts[1]) : 128;
            if (ipv4 <= 32 && ipv6 <= 128) {
                return new PerSourceNetBlockSize(ipv4, ipv6);
            }
        }
        throw new BadValue("bad value \"" + word + "\"; expected bits of IPv4, or of IPv4 and IPv6, such as 32:128");
    }

    @Override
    public String toString() {
        return ipv4 + ":" + ipv6;
    }
}
