package io.c2d.core.port;

import io.c2d.core.model.Job;
import java.time.Instant;

/**
 * One write by an engine: from the version before to this job, with its event.
 *
 * @param next the job as it becomes; its version is one above the one that the decision was made on
 * @param at the event's instant, by the store's clock as the engine knows it
 * @param note one short sentence for the history; the {@link #event} has it as it is stored
 */
public record Transition(Job next, Instant at, String note) {
    /** The version that the row must still have. */
    public long expectedVersion() {
        return next.version() - 1;
    }

    /** The event that goes with it. */
    public JobEvent event() {
        return JobEvent.of(next, at, note);
    }
}
