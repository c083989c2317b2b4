package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Submission;
import io.c2d.core.model.Wishes;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.core.port.Observation;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSeen;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Situations to decide on: a job at a place of its life, and what is seen of it. */
final class Situations {
    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    static final EngineId ENGINE = EngineId.create(new Random(1));
    static final JobId ID = JobId.create(NOW, new Random(2));
    static final Workflow WORK = WorkflowCodec.read("""
            {"stages":[{"input":[],"compute":{"maxtime":100},"algorithm":{"rawcode":"x",
            "container":{"image":"sh","entrypoint":"sh $ALGO"}}}]}""");
    static final Environment PLAIN = Environment.defaults("default");
    static final Environment FILTERED = PLAIN.withFilter("true");

    enum Wish {
        NONE,
        STOP,
        MAXTIME,
        DELETE
    }

    static Wishes wishes(Wish wish) {
        return switch (wish) {
            case NONE -> Wishes.NONE;
            case STOP -> new Wishes(StopRequest.CALLED, NOW, null);
            case MAXTIME -> new Wishes(StopRequest.MAXTIME, NOW, null);
            case DELETE -> new Wishes(StopRequest.CALLED, NOW, NOW);
        };
    }

    static StepId step(StepKind kind, int tryNumber) {
        return new StepId(ID, 1, 0, kind, tryNumber);
    }

    static Job at(JobStatus status, @Nullable StepKind kind, int tryNumber, Wish wish) {
        StepTry current = kind == null
                ? null
                : new StepTry(step(kind, tryNumber), ENGINE, NOW.minus(Duration.ofSeconds(5)), tryNumber - 1);
        boolean results = kind == StepKind.FILTER || kind == StepKind.PUBLISH;
        boolean running = status == JobStatus.RUNNING;
        Attempt attempt = new Attempt(
                1,
                status,
                NOW.minusSeconds(5),
                kind == null ? null : "anchor",
                kind == null || kind == StepKind.STAGE_IN ? null : step(StepKind.STAGE_IN, 1),
                current,
                running ? NOW.minusSeconds(5) : null,
                results ? new AlgorithmEnd(Outcome.SUCCEEDED, 0, null, step(StepKind.ALGORITHM, 1), null, true) : null,
                ImmutableList.of(),
                null,
                null,
                null,
                null,
                null);
        Submission submission = new Submission(new Owner("me"), "a", WORK, "default", NOW);
        return new Job(ID, 7, ENGINE, 1, submission, attempt, wishes(wish), 1, false);
    }

    static Situation seen(Job job, Environment environment, @Nullable String anchor, @Nullable StepSeen step) {
        Presence presence = anchor == null ? Presence.ABSENT : Presence.PRESENT;
        return new Situation(
                job,
                new Observation(true, ImmutableMap.of(1, presence), anchor, step),
                ImmutableSet.of(),
                environment,
                ENGINE,
                NOW);
    }

    static StepSeen exit(int code) {
        return StepSeen.ended(StepEnd.exited(code));
    }

    static StepSeen end(Cause cause) {
        return StepSeen.ended(StepEnd.of(cause));
    }

    static final StepSeen RUNS = StepSeen.of(StepSeen.State.RUNNING);
    static final StepSeen ABSENT = StepSeen.of(StepSeen.State.ABSENT);

    static Job next(Job job, Environment environment, StepSeen seen) {
        return Decider.decide(seen(job, environment, "anchor", seen))
                .transition()
                .orElseThrow()
                .next();
    }

    private Situations() {}
}
