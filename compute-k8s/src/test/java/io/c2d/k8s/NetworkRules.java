package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.net.InetAddresses;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * What the network policies of a namespace allow its pods, by the API's rules: a pod that no policy selects for a direction
 * may do all in it; one that is selected may do what any of these policies allows.
 */
record NetworkRules(ImmutableList<NetworkPolicy> policies) {
    /**
     * The other end.
     *
     * @param namespace the labels of its namespace, empty for what is no pod
     * @param pod its own labels, empty for what is no pod
     * @param isHere whether it is a pod of the policies' namespace
     * @param address an address of its
     */
    record Peer(
            ImmutableMap<String, String> namespace, ImmutableMap<String, String> pod, boolean isHere, String address) {
        static Peer at(String address) {
            return new Peer(ImmutableMap.of(), ImmutableMap.of(), false, address);
        }
    }

    /** The names of the policies that select a pod. */
    List<String> selecting(Map<String, String> pod) {
        return policies.stream()
                .filter(policy -> Selectors.matches(policy.getSpec().getPodSelector(), pod))
                .map(policy -> policy.getMetadata().getName())
                .toList();
    }

    /** Whether a pod may open a connection. */
    boolean letOut(Map<String, String> pod, Peer to, int port, String protocol) {
        List<NetworkPolicy> those = those(pod, "Egress");
        return those.isEmpty()
                || those.stream()
                        .flatMap(policy -> policy.getSpec().getEgress().stream())
                        .anyMatch(rule -> peers(rule.getTo(), to) && ports(rule.getPorts(), port, protocol));
    }

    /** Whether a connection to a pod is let through. */
    boolean letIn(Map<String, String> pod, Peer from, int port, String protocol) {
        List<NetworkPolicy> those = those(pod, "Ingress");
        return those.isEmpty()
                || those.stream()
                        .flatMap(policy -> policy.getSpec().getIngress().stream())
                        .anyMatch(rule -> peers(rule.getFrom(), from) && ports(rule.getPorts(), port, protocol));
    }

    private List<NetworkPolicy> those(Map<String, String> pod, String direction) {
        return policies.stream()
                .filter(policy -> policy.getSpec().getPolicyTypes().contains(direction))
                .filter(policy -> Selectors.matches(policy.getSpec().getPodSelector(), pod))
                .toList();
    }

    private static boolean peers(List<NetworkPolicyPeer> peers, Peer other) {
        return peers.isEmpty() || peers.stream().anyMatch(peer -> is(peer, other));
    }

    private static boolean is(NetworkPolicyPeer peer, Peer other) {
        if (peer.getIpBlock() != null) {
            return isIn(peer.getIpBlock(), InetAddresses.forString(other.address()));
        }
        boolean inNamespace = peer.getNamespaceSelector() == null
                ? other.isHere()
                : !other.namespace().isEmpty() && Selectors.matches(peer.getNamespaceSelector(), other.namespace());
        return inNamespace && (peer.getPodSelector() == null || Selectors.matches(peer.getPodSelector(), other.pod()));
    }

    private static boolean isIn(IPBlock block, InetAddress address) {
        return isIn(block.getCidr(), address) && block.getExcept().stream().noneMatch(except -> isIn(except, address));
    }

    private static boolean isIn(String cidr, InetAddress address) {
        int slash = cidr.indexOf('/');
        byte[] network = InetAddresses.forString(cidr.substring(0, slash)).getAddress();
        byte[] bytes = address.getAddress();
        if (network.length != bytes.length) {
            return false;
        }
        int host = network.length * 8 - Integer.parseInt(cidr.substring(slash + 1));
        return new BigInteger(1, network).shiftRight(host).equals(new BigInteger(1, bytes).shiftRight(host));
    }

    private static boolean ports(List<NetworkPolicyPort> ports, int port, String protocol) {
        return ports.isEmpty()
                || ports.stream()
                        .anyMatch(each -> each.getProtocol().equals(protocol)
                                && each.getPort().getIntVal() == port);
    }
}
