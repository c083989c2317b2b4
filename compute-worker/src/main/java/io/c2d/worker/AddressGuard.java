package io.c2d.worker;

import com.google.common.collect.ImmutableList;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Says which addresses may be connected to: public ones, and those that the operator allows. What callers name as inputs
 * must not reach the machine itself, its neighbours or a cloud's metadata service. Immutable.
 *
 * <p>The ranges are those of the IANA special-purpose address registries (RFC 6890 and later).
 */
final class AddressGuard {
    private static final ImmutableList<Network> REFUSED_V4 = networks(
            "0.0.0.0/8", // this network; connects to the machine itself
            "10.0.0.0/8", // private
            "100.64.0.0/10", // carrier-grade NAT; one cloud's metadata
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // a cloud's metadata, though in public space
            "169.254.0.0/16", // link-local; most clouds' metadata
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments; one cloud's metadata
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16", // private
            "198.18.0.0/15", // benchmarking
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4"); // reserved and broadcast

    /** All that is global unicast; everything else of IPv6 is loopback, local, multicast or unassigned. */
    private static final Network GLOBAL_V6 = Network.parse("2000::/3");

    private static final ImmutableList<Network> REFUSED_V6 = networks(
            "2001::/23", // protocol assignments, Teredo among them
            "2001:db8::/32", // documentation
            "3fff::/20"); // documentation

    private static final Network SIX_TO_FOUR = Network.parse("2002::/16");
    private static final Network NAT64 = Network.parse("64:ff9b::/96");
    /** {@code ::a.b.c.d}; also holds {@code ::} and {@code ::1}, which end as 0.0.0.0/8. */
    private static final Network COMPATIBLE = Network.parse("::/96");
    /** {@code ::ffff:0:a.b.c.d} of RFC 2765. (The mapped form {@code ::ffff:a.b.c.d} Java makes IPv4 at once.) */
    private static final Network TRANSLATED = Network.parse("::ffff:0:0:0/96");

    private final ImmutableList<Network> allowed;

    AddressGuard(ImmutableList<Network> allowed) {
        this.allowed = allowed;
    }

    /** Whether this address may be connected to. */
    boolean permits(InetAddress address) {
        if (isIn(allowed, address)) {
            return true;
        }
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address)) {
            return !isIn(REFUSED_V4, address);
        }
        if (SIX_TO_FOUR.contains(address)) {
            return permits(v4(bytes, 2));
        }
        if (NAT64.contains(address) || COMPATIBLE.contains(address) || TRANSLATED.contains(address)) {
            return permits(v4(bytes, 12));
        }
        return GLOBAL_V6.contains(address) && !isIn(REFUSED_V6, address);
    }

    private static InetAddress v4(byte[] bytes, int from) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an address", impossible);
        }
    }

    private static boolean isIn(ImmutableList<Network> networks, InetAddress address) {
        return networks.stream().anyMatch(n -> n.contains(address));
    }

    private static ImmutableList<Network> networks(String... texts) {
        return Arrays.stream(texts).map(Network::parse).collect(ImmutableList.toImmutableList());
    }
}
