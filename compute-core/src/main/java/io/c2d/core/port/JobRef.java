package io.c2d.core.port;

import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepTry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster must know to say how a job stands there.
 *
 * @param job the job
 * @param lowestAttempt the lowest attempt that may still have objects
 * @param attempt the present attempt
 * @param stored the anchor's identity as stored, {@code null} before
 * @param current the try that the attempt is at, {@code null} between steps
 * @param observer the engine that asks, which owns the job
 */
public record JobRef(
        JobId job,
        int lowestAttempt,
        int attempt,
        @Nullable String stored,
        @Nullable StepTry current,
        EngineId observer) {
    /** What this engine asks about this job. */
    public static JobRef of(Job job, EngineId observer) {
        return new JobRef(
                job.id(),
                job.lowestAttempt(),
                job.attempt().number(),
                job.attempt().anchor(),
                job.attempt().step(),
                observer);
    }

    /** The anchor's identity as stored, if any. */
    public Optional<String> anchor() {
        return Optional.ofNullable(stored);
    }

    /** The try that the attempt is at, if any. */
    public Optional<StepTry> step() {
        return Optional.ofNullable(current);
    }
}
