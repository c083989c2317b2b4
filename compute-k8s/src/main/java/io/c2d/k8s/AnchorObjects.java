package io.c2d.k8s;

import io.c2d.core.port.AttemptRef;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;

/** Builds what an attempt hangs on: its anchor and its volume. Pure. */
final class AnchorObjects {
    private final Labels labels;

    AnchorObjects(Labels labels) {
        this.labels = labels;
    }

    /** The anchor: it holds nothing but whose it is, so that it fits whatever the workflow is. */
    ConfigMap anchor(AttemptRef attempt, KubernetesEnvironment environment) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(Names.anchor(attempt))
                .withNamespace(environment.namespace())
                .withLabels(labels.attempt(attempt))
                .endMetadata()
                .addToData("installation", labels.installation())
                .addToData("job", attempt.job().value())
                .addToData("attempt", Integer.toString(attempt.attempt()))
                .withImmutable(true)
                .build();
    }

    /** Whether an anchor of that name is the one that was meant; its data can't be changed, its labels can. */
    boolean isAnchorOf(ConfigMap found, AttemptRef attempt) {
        return labels.areOf(found, attempt)
                && found.getData() != null
                && labels.installation().equals(found.getData().get("installation"))
                && attempt.job().value().equals(found.getData().get("job"))
                && Integer.toString(attempt.attempt()).equals(found.getData().get("attempt"));
    }

    /** The volume that every step mounts. */
    PersistentVolumeClaim volume(AttemptRef attempt, AnchorId anchor, KubernetesEnvironment environment) {
        KubernetesEnvironment.Volume volume = environment.volume();
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(Names.volume(anchor))
                .withNamespace(anchor.namespace())
                .withLabels(labels.anchored(attempt, anchor))
                .withOwnerReferences(owner(attempt, anchor))
                .endMetadata()
                .withNewSpec()
                .withAccessModes(volume.accessMode())
                .withStorageClassName(volume.storage().orElse(null))
                .withNewResources()
                .addToRequests("storage", new Quantity(Long.toString(volume.bytes())))
                .endResources()
                .endSpec()
                .build();
    }

    /** By UID: another anchor of that name owns nothing of this one's. */
    static OwnerReference owner(AttemptRef attempt, AnchorId anchor) {
        return new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName(Names.anchor(attempt))
                .withUid(anchor.uid())
                .withController(true)
                .withBlockOwnerDeletion(false)
                .build();
    }
}
