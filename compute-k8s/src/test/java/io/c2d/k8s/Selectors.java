package io.c2d.k8s;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;

/** What a label selector selects, by the API's rules: all that it says must hold, and an empty one selects everything. */
final class Selectors {
    private Selectors() {}

    static boolean matches(LabelSelector selector, Map<String, String> labels) {
        boolean equal = selector.getMatchLabels() == null
                || labels.entrySet().containsAll(selector.getMatchLabels().entrySet());
        return equal && selector.getMatchExpressions().stream().allMatch(each -> matches(each, labels));
    }

    private static boolean matches(LabelSelectorRequirement each, Map<String, String> labels) {
        String value = labels.get(each.getKey());
        return switch (each.getOperator()) {
            case "In" -> value != null && each.getValues().contains(value);
            case "NotIn" -> value == null || !each.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> throw new IllegalArgumentException("no operator of a selector: " + each.getOperator());
        };
    }
}
