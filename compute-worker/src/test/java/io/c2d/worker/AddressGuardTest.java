package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    private final AddressGuard guard = new AddressGuard(ImmutableList.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "100.100.100.200",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.1.1.1",
                "240.0.0.1",
                "255.255.255.255"
            })
    void refusesSpecialIpv4(String address) {
        assertThat(guard.permits(InetAddresses.forString(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "100::1",
                "2001:db8::1",
                "2001:0:1::1",
                "3fff::1",
                "5f00::1",
                "::10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a00:1",
                "64:ff9b:1::1",
                "2002:7f00:1::1",
                "2002:a00:1::1",
                "2002:c0a8:101::1",
                "::ffff:0:127.0.0.1"
            })
    void refusesSpecialIpv6AndWhatIsHiddenInIt(String address) {
        assertThat(guard.permits(InetAddresses.forString(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00::1",
                "64:ff9b::808:808",
                "2002:808:808::1",
                "::ffff:8.8.8.8"
            })
    void permitsPublicAddresses(String address) {
        assertThat(guard.permits(InetAddresses.forString(address))).isTrue();
    }

    @Test
    void refusesAnIpv4AddressMappedIntoIpv6() throws UnknownHostException {
        assertThat(guard.permits(InetAddress.getByName("::ffff:127.0.0.1"))).isFalse();
    }

    @Test
    void permitsWhatTheOperatorAllowsAndNothingBeside() {
        AddressGuard open = new AddressGuard(ImmutableList.of(Network.parse("10.1.0.0/16"), Network.parse("fd00::/8")));
        assertThat(open.permits(InetAddresses.forString("10.1.255.1"))).isTrue();
        assertThat(open.permits(InetAddresses.forString("10.2.0.1"))).isFalse();
        assertThat(open.permits(InetAddresses.forString("fd12::1"))).isTrue();
        assertThat(open.permits(InetAddresses.forString("fc12::1"))).isFalse();
        assertThat(open.permits(InetAddresses.forString("64:ff9b::10.1.0.1"))).isTrue();
        assertThat(open.permits(InetAddresses.forString("127.0.0.1"))).isFalse();
    }

    @Test
    void aNetworkReadsCidrNotationAndSingleAddresses() {
        assertThat(Network.parse("10.1.2.3/8"))
                .isEqualTo(Network.parse("10.0.0.0/8"))
                .hasToString("10.0.0.0/8");
        assertThat(Network.parse("127.0.0.1")).hasToString("127.0.0.1/32");
        assertThat(Network.parse("::1").prefix()).isEqualTo(128);
        assertThat(Network.parse("0.0.0.0/0").contains(InetAddresses.forString("200.1.2.3")))
                .isTrue();
        assertThat(Network.parse("0.0.0.0/0").contains(InetAddresses.forString("::1")))
                .isFalse();
        assertThat(Network.parse("192.0.2.128/25").contains(InetAddresses.forString("192.0.2.127")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/33",
                "10.0.0/8",
                "example.org/8",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "::/129",
                "1.2.3.4/8/8"
            })
    void aNetworkRefusesOtherTexts(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
