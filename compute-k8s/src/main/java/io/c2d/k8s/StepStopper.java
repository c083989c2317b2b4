package io.c2d.k8s;

import io.c2d.core.model.StepId;
import io.c2d.core.port.AttemptRef;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Optional;

/** Ends tries, and occupies the names of those that were never seen. Thread-safe. */
final class StepStopper {
    private static final String NOT_REFUSED = "";

    private final Api api;
    private final Anchors anchors;
    private final StepStarter starter;

    StepStopper(Api api, Anchors anchors, StepStarter starter) {
        this.api = api;
        this.anchors = anchors;
        this.starter = starter;
    }

    /** Tells all instances of a try to end, each after the grace. */
    void stop(StepId step, String storedAnchor, Duration grace) {
        Optional<AnchorId> parsed = AnchorId.parse(storedAnchor);
        AttemptRef attempt = new AttemptRef(step.job(), step.attempt());
        if (parsed.isEmpty() || !anchors.isThere(attempt, parsed.get())) {
            return;
        }
        // The first one is the register: once it is there, it tells how many there are, and once it is a placeholder no
        // other will be made.
        Pod register = end(PodFrame.Place.unowned(step, parsed.get(), 0, 1), grace);
        int instances = PodFrame.placeholderReason(register).isPresent() ? 1 : PodFrame.instances(register);
        for (int i = 1; i < instances; i++) {
            Pod unused = end(PodFrame.Place.unowned(step, parsed.get(), i, instances), grace);
        }
    }

    private Pod end(PodFrame.Place place, Duration grace) {
        Pod pod = starter.cached(place.step(), place.anchor(), place.instance())
                .orElseGet(() -> starter.occupy(place, NOT_REFUSED));
        if (!PodState.isOver(pod) && !PodFields.isTerminating(pod)) {
            api.deletePod(pod, grace);
        }
        return pod;
    }
}
