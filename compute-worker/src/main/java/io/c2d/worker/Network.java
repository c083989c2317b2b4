package io.c2d.worker;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A range of IP addresses, IPv4 or IPv6, as CIDR notation names it.
 *
 * @param first an address of the range; the bits after the prefix are set to 0
 * @param prefix how many leading bits count, 0 to 32 or 128
 */
public record Network(InetAddress first, int prefix) {
    /** Checks the prefix and clears the bits after it. */
    public Network {
        byte[] bytes = first.getAddress();
        if (prefix < 0 || prefix > bytes.length * 8) {
            throw new IllegalArgumentException(
                    "a prefix of " + prefix + " bits does not fit " + first.getHostAddress());
        }
        try {
            first = InetAddress.getByAddress(masked(bytes, prefix));
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("no address", impossible);
        }
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or a single address.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddresses.forString(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new Network(address, address.getAddress().length * 8);
        }
        String bits = text.substring(slash + 1);
        if (!bits.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("no network: " + text);
        }
        return new Network(address, Integer.parseInt(bits));
    }

    /** Whether the address is in the range. An IPv4 address is never in an IPv6 range, and the other way round. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] own = first.getAddress();
        return bytes.length == own.length && Arrays.equals(masked(bytes, prefix), own);
    }

    private static byte[] masked(byte[] bytes, int prefix) {
        byte[] kept = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int bits = Math.max(0, Math.min(8, prefix - i * 8));
            kept[i] = (byte) (bytes[i] & (0xff00 >> bits));
        }
        return kept;
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + prefix;
    }
}
