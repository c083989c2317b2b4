package io.c2d.core.engine;

import io.c2d.core.engine.ClusterAction.DeleteArtifacts;
import io.c2d.core.engine.ClusterAction.Remove;
import io.c2d.core.model.Job;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.Presence;
import java.util.ArrayList;
import java.util.List;

/**
 * How an ended attempt leaves: its cluster objects at once, its artifacts when it is replaced or deleted. An attempt counts
 * as gone only on a live look.
 */
final class RemovalRules {
    private RemovalRules() {}

    /** Of a job that has ended. */
    static Decision decide(Situation s) {
        Job job = s.job();
        if (job.lowestAttempt() <= job.attempt().number()) {
            return remove(s, job.attempt().number());
        }
        if (!job.wishes().delete() || job.removed()) {
            return Decision.DONE;
        }
        if (s.storedArtifacts().isEmpty()) {
            return Decision.store(job.asTombstone(), s.now(), "removed");
        }
        return act(
                s,
                s.storedArtifacts().stream()
                        .sorted()
                        .<ClusterAction>map(k -> new DeleteArtifacts(job.id(), k))
                        .toList());
    }

    /** Of a restarted job that prepares nothing until its earlier attempts are gone. */
    static Decision removeEarlier(Situation s) {
        return remove(s, s.attempt().number() - 1);
    }

    private static Decision remove(Situation s, int highest) {
        Job job = s.job();
        List<ClusterAction> actions = new ArrayList<>();
        boolean absent = true;
        boolean unknown = false;
        for (int k = job.lowestAttempt(); k <= highest; k++) {
            Presence there = s.seen().attempt(k);
            if (there != Presence.ABSENT) {
                absent = false;
                unknown |= there == Presence.UNKNOWN;
                actions.add(new Remove(new AttemptRef(job.id(), k)));
            }
            if (k < s.attempt().number() && s.storedArtifacts().contains(k)) {
                absent = false;
                actions.add(new DeleteArtifacts(job.id(), k));
            }
        }
        if ((absent || unknown) && !s.seen().live()) {
            // A cache never says absent, so what it does not know may be gone.
            return Decision.LOOK_LIVE;
        }
        if (!absent) {
            return act(s, actions);
        }
        return Decision.store(job.withLowestAttempt(highest + 1), s.now(), "left the cluster");
    }

    private static Decision act(Situation s, List<ClusterAction> actions) {
        return Decision.act(s.now().plus(Decider.LOOK_AGAIN), actions.toArray(ClusterAction[]::new));
    }
}
