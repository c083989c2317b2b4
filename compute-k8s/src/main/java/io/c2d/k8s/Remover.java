package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.FoundAttempt;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes attempts by the identity of their anchors: the volume first, from when on nothing of it can start; then the pods,
 * whose finalizer is taken off once their containers have ended; when a live list shows none, the anchor. Tasks go with
 * the anchor, which owns them. Thread-safe.
 */
final class Remover {
    private final Api api;
    private final ClusterCache cache;
    private final Labels labels;
    private final Removed removed;

    Remover(Api api, ClusterCache cache, Labels labels, Removed removed) {
        this.api = api;
        this.cache = cache;
        this.labels = labels;
        this.removed = removed;
    }

    /** One pass over everything of an attempt, whatever its identity. */
    void remove(AttemptRef attempt) {
        Set<AnchorId> known = identities(
                attempt,
                cache.anchors(attempt.job()),
                ImmutableList.<HasMetadata>builder()
                        .addAll(cache.volumes(attempt.job()))
                        .addAll(cache.pods(attempt.job()))
                        .build());
        known.removeIf(removed::isAnchorRemoved);
        if (known.isEmpty()) {
            // What the watches don't show may be there all the same.
            known.addAll(live(attempt));
        }
        known.forEach(anchor -> remove(attempt, anchor));
    }

    /** One pass over what hangs on one anchor. */
    void remove(FoundAttempt found) {
        AnchorId.parse(found.identity()).ifPresent(anchor -> remove(found.attempt(), anchor));
    }

    private void remove(AttemptRef attempt, AnchorId anchor) {
        if (!removed.isVolumeRemoved(anchor)) {
            api.deleteVolume(anchor);
            removed.volumeOf(anchor);
        }
        ImmutableList<Pod> pods = cache.pods(attempt.job()).stream()
                .filter(pod -> Labels.anchorOf(pod).filter(anchor::equals).isPresent())
                .collect(ImmutableList.toImmutableList());
        boolean goAtOnce = end(pods, anchor);
        if (!goAtOnce) {
            return;
        }
        ImmutableList<Pod> left = api.pods(anchor.namespace(), labels.selectAnchored(anchor));
        if (left.isEmpty()) {
            api.deleteAnchor(anchor, Names.anchor(attempt));
            removed.anchor(anchor);
        } else if (pods.isEmpty()) {
            // The watches lag behind, or never told.
            boolean unused = end(left, anchor);
        }
    }

    /** Deletes pods and lets those go that have ended; whether none of them is left to wait for. */
    private boolean end(ImmutableList<Pod> pods, AnchorId anchor) {
        if (pods.stream().anyMatch(pod -> !PodFields.isTerminating(pod))) {
            api.deletePods(anchor, labels.selectAnchored(anchor));
        }
        boolean goAtOnce = true;
        for (Pod pod : pods) {
            boolean held = pod.getMetadata().getFinalizers().contains(PodFrame.FINALIZER);
            if (PodState.isOver(pod) && held) {
                api.release(pod);
            }
            boolean unscheduled = pod.getSpec().getNodeName() == null;
            goAtOnce &= PodState.isOver(pod) && (PodFields.hasFinalPhase(pod) || unscheduled);
        }
        return goAtOnce;
    }

    /** Every attempt of which anything is there, read from the cluster itself. */
    ImmutableList<FoundAttempt> all() {
        Map<String, FoundAttempt> found = new LinkedHashMap<>();
        for (String namespace : cache.namespaces()) {
            ImmutableMap<String, String> ours = labels.selectAll();
            Stream.of(api.anchors(namespace, ours), api.volumes(namespace, ours), api.pods(namespace, ours))
                    .flatMap(Collection::stream)
                    .forEach(object -> Labels.attemptOf(object)
                            .ifPresent(attempt -> identity(object)
                                    .map(anchor -> new FoundAttempt(attempt, anchor.toString()))
                                    .ifPresent(each -> found.putIfAbsent(each.toString(), each))));
        }
        return ImmutableList.copyOf(found.values());
    }

    private ImmutableSet<AnchorId> live(AttemptRef attempt) {
        ImmutableMap<String, String> ofJob = labels.selectJob(attempt.job());
        ImmutableSet.Builder<AnchorId> found = ImmutableSet.builder();
        for (String namespace : cache.namespaces()) {
            found.addAll(identities(
                    attempt,
                    api.anchors(namespace, ofJob),
                    ImmutableList.<HasMetadata>builder()
                            .addAll(api.volumes(namespace, ofJob))
                            .addAll(api.pods(namespace, ofJob))
                            .build()));
        }
        return found.build();
    }

    private Set<AnchorId> identities(
            AttemptRef attempt, Collection<? extends HasMetadata> anchors, Collection<? extends HasMetadata> others) {
        Set<AnchorId> found = new LinkedHashSet<>();
        Stream.concat(anchors.stream(), others.stream())
                .filter(object -> labels.areOf(object, attempt))
                .forEach(object -> identity(object).ifPresent(found::add));
        return found;
    }

    private static Optional<AnchorId> identity(HasMetadata object) {
        return object.getKind().equals("ConfigMap") ? Optional.of(AnchorId.of(object)) : Labels.anchorOf(object);
    }
}
