package io.c2d.k8s.simulator;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of objects that the simulator knows. */
public enum Kind {
    CONFIG_MAP("ConfigMap", "configmaps", ConfigMap.class),
    VOLUME_CLAIM("PersistentVolumeClaim", "persistentvolumeclaims", PersistentVolumeClaim.class),
    SECRET("Secret", "secrets", Secret.class),
    POD("Pod", "pods", Pod.class),
    NETWORK_POLICY("NetworkPolicy", "networkpolicies", NetworkPolicy.class);

    private final String label;
    private final String plural;
    private final Class<? extends HasMetadata> model;

    Kind(String label, String plural, Class<? extends HasMetadata> model) {
        this.label = label;
        this.plural = plural;
        this.model = model;
    }

    String label() {
        return label;
    }

    /** As in paths and Roles. */
    public String plural() {
        return plural;
    }

    Class<? extends HasMetadata> model() {
        return model;
    }

    static Optional<Kind> ofPlural(String plural) {
        return Arrays.stream(values()).filter(k -> k.plural.equals(plural)).findFirst();
    }
}
