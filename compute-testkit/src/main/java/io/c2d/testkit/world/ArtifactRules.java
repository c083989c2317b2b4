package io.c2d.testkit.world;

import io.c2d.core.model.Job;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepTry;
import java.util.Optional;

/** What a sound artifact store checks; the deliberately broken variants override one method each. */
class ArtifactRules {
    /** Whether a step elsewhere may begin an upload. */
    boolean mayBegin(Optional<Job> row, StepId step) {
        return names(row, step);
    }

    /** Whether an upload that has come to its end may be kept. */
    boolean mayEnd(Optional<Job> row, StepId step) {
        return names(row, step);
    }

    /** Whether a delete takes one attempt's artifacts alone. */
    boolean deletesOneAttempt() {
        return true;
    }

    /** Whether the row is at that very try. */
    static boolean names(Optional<Job> row, StepId step) {
        StepTry current = row.filter(job -> !job.isFinished())
                .map(job -> job.attempt().step())
                .orElse(null);
        return current != null && current.id().equals(step);
    }
}
