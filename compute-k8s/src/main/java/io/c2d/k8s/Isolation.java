package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a namespace shuts algorithms off the network: by a NetworkPolicy of a fixed name that selects the pods of
 * algorithm and filter, and allows nothing (Kubernetes: "Network Policies", default deny all). That the cluster's network
 * plugin enforces policies is not to be seen here.
 */
final class Isolation {
    /** The policy's name, as in {@code deploy/kubernetes}. */
    static final String POLICY = "c2d-default-deny";

    private static final ImmutableSet<String> BOTH_WAYS = ImmutableSet.of("Ingress", "Egress");
    private static final ImmutableList<StepKind> CONFINED = ImmutableList.of(StepKind.ALGORITHM, StepKind.FILTER);

    private Isolation() {}

    /** What is wrong in a namespace with this policy, if anything. */
    static Optional<String> fault(String namespace, Optional<NetworkPolicy> policy) {
        if (policy.isEmpty()) {
            return Optional.of("the namespace " + namespace + " has no NetworkPolicy " + POLICY);
        }
        NetworkPolicySpec spec = policy.get().getSpec();
        boolean allows = !spec.getIngress().isEmpty() || !spec.getEgress().isEmpty();
        if (allows || !new HashSet<>(spec.getPolicyTypes()).equals(BOTH_WAYS)) {
            return Optional.of("the NetworkPolicy " + POLICY + " of " + namespace + " does not deny all, both ways");
        }
        boolean selects = samples().allMatch(labels -> selects(spec.getPodSelector(), labels));
        return selects
                ? Optional.empty()
                : Optional.of(
                        "the NetworkPolicy " + POLICY + " of " + namespace + " does not select algorithm and filter");
    }

    /** The labels of pods that it must select: as they are made, with an owner and without. */
    private static Stream<ImmutableMap<String, String>> samples() {
        JobId job = new JobId("0".repeat(32));
        Labels labels = new Labels("sample");
        AnchorId anchor = new AnchorId("sample", "sample");
        return CONFINED.stream()
                .map(kind -> new StepId(job, 1, 0, kind, 1))
                .flatMap(step -> Stream.of(
                        labels.step(PodFrame.Place.unowned(step, anchor, 0, 1)),
                        labels.step(new PodFrame.Place(step, anchor, 0, 1, new Owner("sample")))));
    }

    /** Whether a selector takes in what bears these labels, among others that it does not ask for. */
    private static boolean selects(LabelSelector selector, ImmutableMap<String, String> labels) {
        boolean all = selector.getMatchLabels() == null
                || selector.getMatchLabels().entrySet().stream()
                        .allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
        List<LabelSelectorRequirement> more = selector.getMatchExpressions();
        return all && more.stream().allMatch(each -> matches(each, labels.get(each.getKey())));
    }

    private static boolean matches(LabelSelectorRequirement requirement, @Nullable String value) {
        return switch (requirement.getOperator()) {
            case "In" -> value != null && requirement.getValues().contains(value);
            case "NotIn" -> value == null || !requirement.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
