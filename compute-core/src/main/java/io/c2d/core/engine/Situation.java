package io.c2d.core.engine;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.Environment;
import io.c2d.core.port.Observation;
import io.c2d.core.port.StepSpec;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a decision is made from.
 *
 * @param job as stored
 * @param seen what the cluster shows
 * @param storedArtifacts the attempts of which artifacts are stored; looked up only where one is to go
 * @param environment where the job runs, {@code null} where the configuration no longer has it
 * @param engine who decides
 * @param lookedAt the store's time just before the look: whether a limit has passed is judged by it, since what a look shows
 *     may be old by the time that it is answered
 * @param now the store's time after it: what is stored bears it, so that nothing counts from before it was seen
 */
record Situation(
        Job job,
        Observation seen,
        ImmutableSet<Integer> storedArtifacts,
        @Nullable Environment environment,
        EngineId engine,
        Instant lookedAt,
        Instant now) {

    /** Where the look took no time. */
    Situation(
            Job job,
            Observation seen,
            ImmutableSet<Integer> storedArtifacts,
            @Nullable Environment environment,
            EngineId engine,
            Instant now) {
        this(job, seen, storedArtifacts, environment, engine, now, now);
    }

    /** What the cluster's own limit is looser by than the engine's, so that the engine's comes first. */
    private static final Duration SLACK = Duration.ofSeconds(60);

    Attempt attempt() {
        return job.attempt();
    }

    Environment where() {
        return environment != null
                ? environment
                : Environment.defaults(job.submission().environment());
    }

    /** The longest that the algorithm may run: the workflow's wish within the environment's limit. */
    Duration maxTime() {
        Duration most = where().maxTime();
        Duration asked = job.submission().workflow().stage(0).compute().maxTime();
        return asked == null || asked.compareTo(most) > 0 ? most : asked;
    }

    /** The longest that a step of this kind may take once it is stored (the algorithm: once it runs). */
    Duration limit(StepKind kind) {
        Environment.PhaseLimits limits = where().limits();
        return switch (kind) {
            case STAGE_IN -> limits.staging();
            case ALGORITHM -> maxTime();
            case FILTER -> limits.filtering();
            case PUBLISH -> limits.publishing();
        };
    }

    /** When the engine ends the present try: an algorithm that doesn't run yet has the limit of scheduling. */
    Instant deadline(StepTry step) {
        if (step.id().kind() != StepKind.ALGORITHM) {
            return step.since().plus(limit(step.id().kind()));
        }
        Instant running = attempt().runningSince();
        return running == null ? step.since().plus(where().limits().scheduling()) : running.plus(maxTime());
    }

    boolean isPast(Instant instant) {
        return !lookedAt.isBefore(instant);
    }

    /** The first try of a step. */
    StepTry firstTry(StepKind kind) {
        return new StepTry(new StepId(job.id(), attempt().number(), 0, kind, 1), engine, now, 0);
    }

    /** The try after this one. */
    StepTry tryAfter(StepTry step, int failures) {
        return new StepTry(step.id().nextTry(), engine, now, failures);
    }

    /** What is to be started for a try that is or becomes stored. */
    StepSpec spec(StepTry step, Attempt stored) {
        var end = stored.end();
        return new StepSpec(
                step.id(),
                requireAnchor(stored),
                engine,
                job.submission().owner(),
                job.submission().workflow().stage(step.id().stage()),
                where(),
                limit(step.id().kind()).plus(SLACK),
                stored.staged(),
                end == null ? null : end.algorithm(),
                end == null ? null : end.filter(),
                end != null && end.withOutputs());
    }

    static String requireAnchor(Attempt attempt) {
        String anchor = attempt.anchor();
        if (anchor == null) {
            throw new IllegalStateException("no step is stored before its anchor");
        }
        return anchor;
    }
}
