package io.c2d.k8s;

import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** Makes anchors and volumes, and tells whether an anchor is there. Thread-safe. */
final class Anchors {
    private final Api api;
    private final ClusterCache cache;
    private final AnchorObjects objects;
    private final Removed removed;

    Anchors(Api api, ClusterCache cache, AnchorObjects objects, Removed removed) {
        this.api = api;
        this.cache = cache;
        this.objects = objects;
        this.removed = removed;
    }

    /** Makes the attempt's anchor and volume unless they are there. */
    void prepare(AttemptRef attempt, KubernetesEnvironment where) {
        AnchorId anchor = cached(attempt, where.namespace()).orElseGet(() -> make(attempt, where));
        boolean there = cache.volumes(attempt.job()).stream()
                .anyMatch(volume -> volume.getMetadata().getName().equals(Names.volume(anchor)));
        if (!there) {
            makeVolume(attempt, anchor, where);
        }
    }

    private Optional<AnchorId> cached(AttemptRef attempt, String namespace) {
        return cache.anchors(attempt.job()).stream()
                .filter(found -> found.getMetadata().getNamespace().equals(namespace))
                .filter(found -> found.getMetadata().getDeletionTimestamp() == null)
                .filter(found -> objects.isAnchorOf(found, attempt))
                .map(AnchorId::of)
                .filter(found -> !removed.isAnchorRemoved(found))
                .findFirst();
    }

    private AnchorId make(AttemptRef attempt, KubernetesEnvironment where) {
        try {
            ConfigMap made = api.create(objects.anchor(attempt, where));
            cache.created(made);
            return AnchorId.of(made);
        } catch (KubernetesClientException e) {
            if (ApiFailure.ofCreate(e) != ApiFailure.Create.NAME_IN_USE) {
                throw ApiFailure.told("the attempt's anchor can't be made", e);
            }
        }
        ConfigMap found = api.anchor(where.namespace(), Names.anchor(attempt))
                .orElseThrow(() -> new ClusterException("the attempt's anchor has just been removed"));
        if (!objects.isAnchorOf(found, attempt)) {
            throw new ClusterException("the name " + Names.anchor(attempt) + " is in use by somebody else");
        }
        if (found.getMetadata().getDeletionTimestamp() != null) {
            throw new ClusterException("an earlier anchor of this attempt is still being deleted");
        }
        return AnchorId.of(found);
    }

    private void makeVolume(AttemptRef attempt, AnchorId anchor, KubernetesEnvironment where) {
        try {
            cache.created(api.create(objects.volume(attempt, anchor, where)));
        } catch (KubernetesClientException e) {
            if (ApiFailure.ofCreate(e) != ApiFailure.Create.NAME_IN_USE) {
                throw ApiFailure.told("the attempt's volume can't be made", e);
            }
            PersistentVolumeClaim found = api.volume(anchor.namespace(), Names.volume(anchor))
                    .orElseThrow(() -> new ClusterException("the attempt's volume has just been removed"));
            requireOwned(found, anchor);
        }
    }

    /**
     * Whether the anchor of this identity is there: from the watches where they show it, unless this process has deleted it,
     * else from the cluster itself. Should it go the moment after, what is created finds no volume and never runs.
     */
    boolean isThere(AttemptRef attempt, AnchorId anchor) {
        if (removed.isAnchorRemoved(anchor)) {
            return false;
        }
        boolean known = cache.anchors(attempt.job()).stream()
                .anyMatch(found -> AnchorId.of(found).equals(anchor));
        return known
                || api.anchor(anchor.namespace(), Names.anchor(attempt))
                        .map(AnchorId::of)
                        .filter(anchor::equals)
                        .isPresent();
    }

    /** Checks that what was found under a name of ours hangs on our anchor, so that it may be taken for what we meant. */
    static void requireOwned(HasMetadata found, AnchorId anchor) {
        boolean owned = found.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .anyMatch(anchor.uid()::equals);
        if (!owned) {
            throw new ClusterException("the name " + found.getMetadata().getName()
                    + " is in use by something that is not of this attempt");
        }
    }
}
