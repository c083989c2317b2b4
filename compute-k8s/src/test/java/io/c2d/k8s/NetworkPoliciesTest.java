package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.Environment;
import io.c2d.k8s.NetworkRules.Peer;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which pods the policies select, by the labels of pods as the server makes them, and what that lets each do. */
final class NetworkPoliciesTest {
    private static final ManifestTree SHIPPED = ManifestTree.shipped();
    private static final String ADDRESS = "10.244.1.7";
    private static final KubernetesEnvironment WHERE = KubernetesEnvironment.in(
            "jobs", Environment.defaults("default").withLimits(Fixture.LIMITS).withFilter("true"));

    /** The server's own namespace, with the policies of the server and of the steps. */
    private final NetworkRules here = rules("base", "environment");
    /** A further namespace of an environment, with those of the steps. */
    private final NetworkRules elsewhere = rules("environment");

    private static NetworkRules rules(String... folders) {
        return new NetworkRules(Stream.of(folders)
                .flatMap(folder -> SHIPPED.in(folder, NetworkPolicy.class).stream())
                .collect(ImmutableList.toImmutableList()));
    }

    private static Map<String, String> step(StepKind kind) {
        Pod pod = new StepPods(new PodFrame(new Labels("test")), Fixture.worker())
                .pod(Specs.of(kind, WHERE, Specs.stage("python", "python $ALGO", 1)), Specs.ANCHOR, WHERE, 0);
        return pod.getMetadata().getLabels();
    }

    /** As an environment's network=open marks its algorithms. */
    private static Map<String, String> open(StepKind kind) {
        return ImmutableMap.<String, String>builder()
                .putAll(step(kind))
                .putAll(Labels.OPEN_NETWORK)
                .buildOrThrow();
    }

    private static Map<String, String> server() {
        return SHIPPED.only("base/deployment.yaml", Deployment.class)
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels();
    }

    private static Map<String, String> pod(String who) {
        return switch (who) {
            case "server" -> server();
            case "open" -> open(StepKind.ALGORITHM);
            default -> step(kind(who));
        };
    }

    private static StepKind kind(String label) {
        return Stream.of(StepKind.values())
                .filter(kind -> kind.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    /** The server's pods, as the pods of a namespace see them. */
    private static Peer serverFrom(boolean isHere) {
        Namespace namespace = SHIPPED.only("overlays/example/server/namespace.yaml", Namespace.class);
        return new Peer(
                ImmutableMap.copyOf(namespace.getMetadata().getLabels()),
                ImmutableMap.copyOf(server()),
                isHere,
                ADDRESS);
    }

    private static Peer dns() {
        return new Peer(
                ImmutableMap.of("kubernetes.io/metadata.name", "kube-system"),
                ImmutableMap.of("k8s-app", "kube-dns"),
                false,
                ADDRESS);
    }

    @ParameterizedTest
    @CsvSource({
        "stage-in, c2d-stage-in",
        "algorithm, c2d-default-deny",
        "filter, c2d-default-deny",
        "publish, c2d-publish",
        "server, c2d-server"
    })
    void eachPodIsSelectedByOnePolicyAndByNoOther(String who, String policy) {
        assertThat(here.selecting(pod(who))).containsExactly(policy);
        if (!who.equals("server")) {
            assertThat(elsewhere.selecting(pod(who))).containsExactly(policy);
        }
    }

    @Test
    void anOpenNetworkIsForAlgorithmsAlone() {
        assertThat(here.selecting(open(StepKind.ALGORITHM)))
                .containsExactlyInAnyOrder("c2d-default-deny", "c2d-open-network");
        for (StepKind kind : StepKind.values()) {
            if (kind != StepKind.ALGORITHM) {
                assertThat(here.selecting(open(kind))).isEqualTo(here.selecting(step(kind)));
            }
        }
    }

    @Test
    void theDenyingPolicyHasNoRules() {
        var spec = SHIPPED.only("environment/default-deny.yaml", NetworkPolicy.class)
                .getSpec();
        assertThat(spec.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(spec.getEgress()).isEmpty();
        assertThat(spec.getIngress()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // who, public, private, metadata, DNS, server
        "algorithm, false, false, false, false, false",
        "filter, false, false, false, false, false",
        "open, true, false, false, true, false",
        "stage-in, true, false, false, true, true",
        "publish, false, false, false, true, true",
    })
    void eachStepReachesWhatItNeedsAndNothingElse(
            String who, boolean world, boolean inside, boolean metadata, boolean dns, boolean server) {
        Map<String, String> pod = pod(who);
        for (NetworkRules rules : new NetworkRules[] {here, elsewhere}) {
            for (String address : new String[] {"1.1.1.1", "93.184.216.34", "2606:4700::1111"}) {
                assertThat(rules.letOut(pod, Peer.at(address), 443, "TCP"))
                        .as(address)
                        .isEqualTo(world);
            }
            for (String address : new String[] {
                "10.96.0.1",
                "10.0.0.5",
                "172.16.3.4",
                "172.31.255.1",
                "192.168.1.1",
                "100.64.0.1",
                "127.0.0.1",
                "0.0.0.0",
                "fd12::1",
                "fe80::1",
                "::1",
                "2002:a00:1::1"
            }) {
                assertThat(rules.letOut(pod, Peer.at(address), 443, "TCP"))
                        .as(address)
                        .isEqualTo(inside);
            }
            for (String address : new String[] {
                "169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"
            }) {
                assertThat(rules.letOut(pod, Peer.at(address), 80, "TCP"))
                        .as(address)
                        .isEqualTo(metadata);
            }
            assertThat(rules.letOut(pod, dns(), 53, "UDP")).isEqualTo(dns);
            assertThat(rules.letOut(pod, dns(), 53, "TCP")).isEqualTo(dns);
            assertThat(rules.letOut(pod, dns(), 9153, "TCP"))
                    .as("metrics of the DNS")
                    .isFalse();
            Peer those = serverFrom(rules.equals(here));
            assertThat(rules.letOut(pod, those, 8080, "TCP")).isEqualTo(server);
            assertThat(rules.letOut(pod, those, 22, "TCP")).isFalse();
        }
    }

    /** Who may make pods in some namespace may give them any labels, but may not label the namespace. */
    @Test
    void podsThatOnlyLookLikeTheServerAreNotReached() {
        Peer other = new Peer(
                ImmutableMap.of("kubernetes.io/metadata.name", "other"), ImmutableMap.copyOf(server()), false, ADDRESS);
        for (StepKind kind : StepKind.values()) {
            assertThat(here.letOut(step(kind), other, 8080, "TCP")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void nobodyReachesAStep(StepKind kind) {
        for (Map<String, String> pod : ImmutableList.of(step(kind), open(kind))) {
            assertThat(here.letIn(pod, serverFrom(true), 8080, "TCP")).isFalse();
            assertThat(here.letIn(pod, Peer.at("93.184.216.34"), 80, "TCP")).isFalse();
            Peer sibling = new Peer(ImmutableMap.of(), ImmutableMap.copyOf(step(StepKind.ALGORITHM)), true, ADDRESS);
            assertThat(here.letIn(pod, sibling, 80, "TCP")).isFalse();
        }
    }

    @Test
    void theServerIsReachedAtItsPortAloneAndReachesTheDatabaseAndTheApi() {
        assertThat(here.letIn(server(), Peer.at("93.184.216.34"), 8080, "TCP")).isTrue();
        assertThat(here.letIn(server(), Peer.at("93.184.216.34"), 8081, "TCP")).isFalse();
        assertThat(here.letOut(server(), Peer.at("10.0.0.9"), 5432, "TCP")).isTrue();
        assertThat(here.letOut(server(), Peer.at("10.96.0.1"), 443, "TCP")).isTrue();
    }

    /** That the rules above can say yes: a policy that opens one door too many is seen. */
    @Test
    void aRuleTooManyIsSeen() {
        NetworkPolicy opened = new NetworkPolicyBuilder(
                        SHIPPED.only("environment/default-deny.yaml", NetworkPolicy.class))
                .editSpec()
                .addNewEgress()
                .endEgress()
                .endSpec()
                .build();
        NetworkRules rules = new NetworkRules(ImmutableList.of(opened));
        assertThat(rules.letOut(step(StepKind.ALGORITHM), Peer.at("169.254.169.254"), 80, "TCP"))
                .isTrue();
        NetworkRules none = new NetworkRules(ImmutableList.of());
        assertThat(none.letIn(step(StepKind.ALGORITHM), Peer.at("10.0.0.1"), 80, "TCP"))
                .isTrue();
    }

    @Test
    void aSelectorOfAnotherStepSelectsNothing() {
        LabelSelector selector = SHIPPED.only("environment/default-deny.yaml", NetworkPolicy.class)
                .getSpec()
                .getPodSelector();
        assertThat(Selectors.matches(selector, step(StepKind.FILTER))).isTrue();
        assertThat(Selectors.matches(selector, ImmutableMap.of("c2d.io/step", "filter")))
                .as("a pod that is not ours")
                .isFalse();
        assertThat(Selectors.matches(new LabelSelector(), ImmutableMap.of())).isTrue();
    }

    @Test
    void bothPublicRulesLeaveOutTheSame() {
        assertThat(blocks("environment/stage-in.yaml")).isEqualTo(blocks("environment/open-network.yaml"));
    }

    private static ImmutableList<Object> blocks(String file) {
        return SHIPPED.only(file, NetworkPolicy.class).getSpec().getEgress().stream()
                .flatMap(rule -> rule.getTo().stream())
                .filter(peer -> peer.getIpBlock() != null)
                .collect(ImmutableList.toImmutableList());
    }
}
