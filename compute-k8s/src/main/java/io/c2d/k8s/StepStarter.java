package io.c2d.k8s;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.StepId;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.StepSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts tries: create only. A name that is in use is left as it is, after a check that it is ours. What the cluster will
 * never take is told by a placeholder that bears the reason, so that every engine sees it and nothing of it starts later.
 * Thread-safe.
 */
final class StepStarter {
    private static final Logger log = LoggerFactory.getLogger(StepStarter.class);

    private final Api api;
    private final ClusterCache cache;
    private final Anchors anchors;
    private final PodFrame frame;
    private final StepPods pods;
    private final WorkerSettings worker;
    private final ImmutableMap<String, KubernetesEnvironment> environments;

    StepStarter(
            Api api,
            ClusterCache cache,
            Anchors anchors,
            PodFrame frame,
            WorkerSettings worker,
            ImmutableMap<String, KubernetesEnvironment> environments) {
        this.api = api;
        this.cache = cache;
        this.anchors = anchors;
        this.frame = frame;
        this.pods = new StepPods(frame, worker);
        this.worker = worker;
        this.environments = environments;
    }

    /** Starts a try unless its name is in use or its anchor gone. */
    void start(StepSpec spec) {
        StepId step = spec.id();
        Optional<AnchorId> parsed = AnchorId.parse(spec.anchor());
        AttemptRef attempt = new AttemptRef(step.job(), step.attempt());
        if (parsed.isEmpty() || !anchors.isThere(attempt, parsed.get())) {
            log.debug("{} does not start: its anchor is gone", step);
            return;
        }
        AnchorId anchor = parsed.get();
        KubernetesEnvironment where = environments.get(spec.environment().name());
        if (where == null) {
            throw new ClusterException("the environment " + spec.environment().name() + " is not configured");
        }
        if (!where.images().allow(spec.stage().algorithm().container())) {
            occupy(new PodFrame.Place(step, anchor, 0, StepPods.instances(spec), spec.owner()), refusedImage(spec));
            return;
        }
        // The first instance is the register of the try: where it is a placeholder, no other is made.
        for (int i = 0; i < StepPods.instances(spec); i++) {
            Pod pod = startInstance(spec, anchor, where, i);
            if (i == 0 && PodFrame.placeholderReason(pod).isPresent()) {
                return;
            }
        }
    }

    private static String refusedImage(StepSpec spec) {
        return "the image " + ImageRules.reference(spec.stage().algorithm().container()) + " is not allowed here";
    }

    private Pod startInstance(StepSpec spec, AnchorId anchor, KubernetesEnvironment where, int instance) {
        StepId step = spec.id();
        Optional<Pod> known = cached(step, anchor, instance);
        if (known.isPresent()) {
            return known.get();
        }
        try {
            if (StepPods.hasTask(step.kind())) {
                makeTask(spec, anchor, where);
            }
            return createOrAdopt(
                    pods.pod(spec, anchor, where, instance),
                    anchor,
                    () -> api.pod(anchor.namespace(), Names.pod(step, instance)));
        } catch (KubernetesClientException e) {
            if (ApiFailure.ofCreate(e) != ApiFailure.Create.FOR_GOOD) {
                throw ApiFailure.told("the step can't be started", e);
            }
            String why = "the step can't be started: " + ApiFailure.sentence(e);
            log.warn("{} is given up: {}", step, why);
            return occupy(new PodFrame.Place(step, anchor, instance, StepPods.instances(spec), spec.owner()), why);
        }
    }

    private void makeTask(StepSpec spec, AnchorId anchor, KubernetesEnvironment where) {
        Secret task = WorkerTask.secret(spec, frame, anchor, where, worker);
        String name = task.getMetadata().getName();
        Secret unused = createOrAdopt(task, anchor, () -> api.secret(anchor.namespace(), name));
    }

    private <T extends HasMetadata> T createOrAdopt(T object, AnchorId anchor, Supplier<Optional<T>> lookUp) {
        try {
            T made = api.create(object);
            cache.created(made);
            return made;
        } catch (KubernetesClientException e) {
            if (ApiFailure.ofCreate(e) != ApiFailure.Create.NAME_IN_USE) {
                throw e;
            }
        }
        T found = lookUp.get()
                .orElseThrow(() -> new ClusterException(
                        "the name " + object.getMetadata().getName() + " was in use until just now"));
        Anchors.requireOwned(found, anchor);
        return found;
    }

    /** The instance's pod, where the watches show it under this anchor. */
    Optional<Pod> cached(StepId step, AnchorId anchor, int instance) {
        String name = Names.pod(step, instance);
        return cache.pods(step.job()).stream()
                .filter(pod -> pod.getMetadata().getName().equals(name))
                .filter(pod -> Labels.anchorOf(pod).filter(anchor::equals).isPresent())
                .findFirst();
    }

    /** Occupies a name by a pod that never runs; what has the name already stays, and is returned. */
    Pod occupy(PodFrame.Place place, String refused) {
        try {
            return createOrAdopt(
                    frame.placeholder(place, refused),
                    place.anchor(),
                    () -> api.pod(place.anchor().namespace(), Names.pod(place.step(), place.instance())));
        } catch (KubernetesClientException e) {
            throw ApiFailure.told("the step's name can't be occupied", e);
        }
    }
}
