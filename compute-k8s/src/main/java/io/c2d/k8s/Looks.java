package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.Observation;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What there is of a job. From the watches: present, or not known. From the cluster itself: pods are always listed anew;
 * anchors and volumes only where the watches show none, since what they show may count as present, and only a list says
 * absent. Thread-safe.
 */
final class Looks {
    private final Api api;
    private final ClusterCache cache;
    private final Labels labels;
    private final AnchorObjects objects;
    private final Removed removed;
    private final Manifests manifests;

    Looks(Api api, ClusterCache cache, Labels labels, AnchorObjects objects, Removed removed, Manifests manifests) {
        this.api = api;
        this.cache = cache;
        this.labels = labels;
        this.objects = objects;
        this.removed = removed;
        this.manifests = manifests;
    }

    /** What is known of a job's objects. */
    private record Objects(
            ImmutableList<ConfigMap> anchors, ImmutableList<PersistentVolumeClaim> volumes, ImmutableList<Pod> pods) {
        boolean has(AttemptRef attempt, Labels labels) {
            return Stream.of(anchors, volumes, pods)
                    .flatMap(Collection::stream)
                    .anyMatch(object -> labels.areOf(object, attempt));
        }
    }

    Observation cached(JobRef job) {
        return observation(job, known(job), Presence.UNKNOWN);
    }

    Observation live(JobRef job) {
        ImmutableMap<String, String> ofJob = labels.selectJob(job.job());
        Objects known = known(job);
        ImmutableList<Pod> pods = listed(namespace -> api.pods(namespace, ofJob));
        pods.forEach(cache::remember);
        Objects seen = new Objects(known.anchors(), known.volumes(), pods);
        AttemptRef present = new AttemptRef(job.job(), job.attempt());
        boolean allAnchored = anchor(seen, present, job).isPresent();
        for (int k = lowest(job); k < job.attempt() && allAnchored; k++) {
            allAnchored = seen.has(new AttemptRef(job.job(), k), labels);
        }
        return observation(
                job,
                allAnchored
                        ? seen
                        : new Objects(
                                listed(namespace -> api.anchors(namespace, ofJob)),
                                listed(namespace -> api.volumes(namespace, ofJob)),
                                pods),
                Presence.ABSENT);
    }

    private interface Listing<T> {
        ImmutableList<T> in(String namespace);
    }

    private <T> ImmutableList<T> listed(Listing<T> listing) {
        return cache.namespaces().stream()
                .flatMap(namespace -> listing.in(namespace).stream())
                .collect(ImmutableList.toImmutableList());
    }

    private Objects known(JobRef job) {
        return new Objects(
                cache.anchors(job.job()).stream()
                        .filter(anchor -> !removed.isAnchorRemoved(AnchorId.of(anchor)))
                        .collect(ImmutableList.toImmutableList()),
                cache.volumes(job.job()),
                cache.pods(job.job()));
    }

    private static int lowest(JobRef job) {
        return Math.min(job.lowestAttempt(), job.attempt());
    }

    private Observation observation(JobRef job, Objects objects, Presence otherwise) {
        ImmutableMap.Builder<Integer, Presence> attempts = ImmutableMap.builder();
        for (int k = lowest(job); k <= job.attempt(); k++) {
            boolean there = objects.has(new AttemptRef(job.job(), k), labels);
            attempts.put(k, there ? Presence.PRESENT : otherwise);
        }
        boolean live = otherwise == Presence.ABSENT;
        String anchor = anchor(objects, new AttemptRef(job.job(), job.attempt()), job)
                .map(AnchorId::toString)
                .orElse(null);
        StepSeen step = job.step().map(s -> step(job, s.id(), objects, live)).orElse(null);
        return new Observation(live, attempts.buildOrThrow(), anchor, step);
    }

    /**
     * The present attempt's anchor, where its volume is there too: nothing makes a volume any more once the anchor is stored,
     * and without it, or with one that is being deleted, nothing of the attempt can start.
     */
    private Optional<AnchorId> anchor(Objects seen, AttemptRef attempt, JobRef job) {
        ImmutableList<AnchorId> there = seen.anchors().stream()
                .filter(anchor -> objects.isAnchorOf(anchor, attempt))
                .map(AnchorId::of)
                .collect(ImmutableList.toImmutableList());
        Optional<AnchorId> stored = job.anchor().flatMap(AnchorId::parse).filter(there::contains);
        return stored.isPresent()
                ? stored.filter(anchor -> hasVolume(seen, anchor))
                : there.stream().filter(anchor -> hasVolume(seen, anchor)).findFirst();
    }

    private static boolean hasVolume(Objects seen, AnchorId anchor) {
        return seen.volumes().stream()
                .filter(volume -> volume.getMetadata().getDeletionTimestamp() == null)
                .anyMatch(volume -> volume.getMetadata().getName().equals(Names.volume(anchor)));
    }

    private StepSeen step(JobRef job, StepId step, Objects seen, boolean live) {
        @Nullable AnchorId anchor = job.anchor().flatMap(AnchorId::parse).orElse(null);
        ImmutableList<Pod> pods = seen.pods().stream()
                .filter(pod -> isOf(pod, step))
                .filter(pod ->
                        Labels.anchorOf(pod).filter(a -> a.equals(anchor)).isPresent())
                .collect(ImmutableList.toImmutableList());
        return Instances.together(
                pods, live ? StepSeen.State.ABSENT : StepSeen.State.UNKNOWN, pod -> seen(pod, step, live));
    }

    private static boolean isOf(HasMetadata pod, StepId step) {
        String register = Names.pod(step, 0);
        String name = pod.getMetadata().getName();
        return name.equals(register) || name.startsWith(register + "-");
    }

    private StepSeen seen(Pod pod, StepId step, boolean live) {
        StepSeen seen = PodState.of(pod);
        Optional<StepEnd> end = seen.end();
        if (end.isEmpty()) {
            return seen;
        }
        return StepSeen.ended(
                switch (end.get().cause()) {
                    case NEVER_STARTED, LOST -> withLastWaiting(pod, end.get());
                    default -> withReport(pod, step, end.get(), live);
                });
    }

    /** A pod that waited when it was last seen has lost that, and its containers count as lost although they never were. */
    private StepEnd withLastWaiting(Pod pod, StepEnd end) {
        Optional<String> waited = cache.lastWaiting(pod);
        boolean plain = PodFrame.placeholderReason(pod).isPresent();
        return waited.isEmpty() || plain
                ? end
                : new StepEnd(StepEnd.Cause.NEVER_STARTED, null, waited.get(), end.artifacts());
    }

    /** A step of ours tells more than its exit code; what an algorithm writes there is nobody's business. */
    private StepEnd withReport(Pod pod, StepId step, StepEnd end, boolean live) {
        if (step.kind() == StepKind.ALGORITHM || end.cause() != StepEnd.Cause.EXITED) {
            return end;
        }
        WorkerReport report =
                WorkerReport.parse(PodState.terminationMessage(pod).orElse(null));
        String message = report.message() != null ? report.message() : end.message();
        // An end is acted on after a live look alone, so the list is read only then.
        var stored = live && report.stored().isPresent()
                ? manifests.read(step, report.stored().get())
                : end.artifacts();
        return new StepEnd(end.cause(), end.code(), message, stored);
    }
}
