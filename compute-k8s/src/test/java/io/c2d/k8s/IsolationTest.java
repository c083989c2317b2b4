package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.k8s.simulator.Kind;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IsolationTest {
    private static final NetworkPolicy DENY = new NetworkPolicyBuilder()
            .withNewMetadata()
            .withName("c2d-default-deny")
            .endMetadata()
            .withNewSpec()
            .withNewPodSelector()
            .addToMatchLabels("app.kubernetes.io/managed-by", "c2d")
            .addNewMatchExpression()
            .withKey("c2d.io/step")
            .withOperator("In")
            .withValues("algorithm", "filter")
            .endMatchExpression()
            .endPodSelector()
            .withPolicyTypes("Ingress", "Egress")
            .endSpec()
            .build();

    private static Optional<String> fault(NetworkPolicy policy) {
        return Isolation.fault("jobs", Optional.of(policy));
    }

    @Test
    void aPolicyThatDeniesAllToAlgorithmAndFilterIsWhatIsAskedFor() {
        assertThat(fault(DENY)).isEmpty();
        assertThat(fault(new NetworkPolicyBuilder(DENY)
                        .editSpec()
                        .withNewPodSelector()
                        .endPodSelector()
                        .endSpec()
                        .build()))
                .isEmpty();
    }

    @Test
    void aPolicyThatAllowsAnythingOrOneWayIsNone() {
        String allows = "the NetworkPolicy c2d-default-deny of jobs does not deny all, both ways";
        assertThat(fault(new NetworkPolicyBuilder(DENY)
                        .editSpec()
                        .addNewEgress()
                        .endEgress()
                        .endSpec()
                        .build()))
                .contains(allows);
        assertThat(fault(new NetworkPolicyBuilder(DENY)
                        .editSpec()
                        .withPolicyTypes("Ingress")
                        .endSpec()
                        .build()))
                .contains(allows);
    }

    @Test
    void aPolicyThatLeavesTheFilterOutIsNone() {
        assertThat(fault(new NetworkPolicyBuilder(DENY)
                        .editSpec()
                        .editPodSelector()
                        .addToMatchLabels("c2d.io/step", "algorithm")
                        .endPodSelector()
                        .endSpec()
                        .build()))
                .contains("the NetworkPolicy c2d-default-deny of jobs does not select algorithm and filter");
    }

    @Test
    void aPolicyThatLeavesOutWhatBearsALabelOfEveryStepIsNone() {
        assertThat(fault(new NetworkPolicyBuilder(DENY)
                        .editSpec()
                        .editPodSelector()
                        .addNewMatchExpression()
                        .withKey("c2d.io/job")
                        .withOperator("DoesNotExist")
                        .endMatchExpression()
                        .endPodSelector()
                        .endSpec()
                        .build()))
                .contains("the NetworkPolicy c2d-default-deny of jobs does not select algorithm and filter");
    }

    @Test
    void aClusterIsAskedForItInEachNamespace() throws Exception {
        try (Fixture fixture = Fixture.opened()) {
            assertThat(fixture.cluster().isolationFaults())
                    .containsExactly("the namespace jobs has no NetworkPolicy c2d-default-deny");
            fixture.kubernetes().apply(Kind.NETWORK_POLICY, "jobs", DENY);
            assertThat(fixture.cluster().isolationFaults()).isEmpty();
        }
    }
}
