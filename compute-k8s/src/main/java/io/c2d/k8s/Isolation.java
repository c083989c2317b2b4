package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.StepKind;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
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
        boolean selects = CONFINED.stream()
                .allMatch(kind -> selects(
                        spec.getPodSelector(),
                        ImmutableMap.of("app.kubernetes.io/managed-by", "c2d", Labels.STEP, kind.label())));
        return selects
                ? Optional.empty()
                : Optional.of(
                        "the NetworkPolicy " + POLICY + " of " + namespace + " does not select algorithm and filter");
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
