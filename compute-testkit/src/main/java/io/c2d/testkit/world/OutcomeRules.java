package io.c2d.testkit.world;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.model.StopRequest;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.Environment;
import io.c2d.core.port.StepEnd;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Holds what is stored of an attempt's end to the containers that really ran, and to the files that are really there. */
final class OutcomeRules {
    private static final Duration HEARTBEATS = Duration.ofSeconds(30);
    private static final Duration CLOCK_ERROR = Duration.ofSeconds(1);

    private final SimulatedScheduler scheduler;
    private final WorldClock clock;
    private final ImmutableMap<String, Environment> environments;
    private final Supplier<ClusterModel> cluster;
    private final Supplier<SimulatedArtifacts> artifacts;
    private final Verdict verdict;
    private final Set<AttemptRef> peaceful = new LinkedHashSet<>();
    private long peaceSince = Long.MAX_VALUE;
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);

    OutcomeRules(
            SimulatedScheduler scheduler,
            WorldClock clock,
            ImmutableMap<String, Environment> environments,
            Supplier<ClusterModel> cluster,
            Supplier<SimulatedArtifacts> artifacts,
            Verdict verdict) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.environments = environments;
        this.cluster = cluster;
        this.artifacts = artifacts;
        this.verdict = verdict;
    }

    Map<Outcome, Integer> counts() {
        return counts;
    }

    /** An engine's write. */
    void stored(Job before, Job after) {
        boolean peace = scheduler.ticker().read() >= peaceSince;
        if (peace && before.attempt().anchor() == null && after.attempt().anchor() != null) {
            peaceful.add(AttemptRef.present(after));
        }
        if (before.attempt().end() == null && after.attempt().end() != null) {
            algorithmEnded(before, after, after.attempt().end());
        }
        if (!before.isFinished() && after.isFinished()) {
            counts.merge(after.outcome().orElseThrow(), 1, Integer::sum);
            finished(after);
        }
        if (after.lowestAttempt() > before.lowestAttempt()) {
            left(before, after);
        }
        if (after.removed() && !before.removed() && !cluster.get().isLocal()) {
            // On this machine a paused engine's publish may come late; the sweeper takes what it left.
            verdict.require(
                    artifacts.get().attempts(after.id()).isEmpty(),
                    "9",
                    () -> "artifacts are left of removed " + after);
        }
    }

    private Optional<Container> container(StepId id) {
        return cluster.get().containers().stream()
                .filter(c -> c.id.equals(id) && c.spec != null)
                .findFirst();
    }

    private List<Container> containers(Job job, StepKind kind) {
        List<Container> found = new ArrayList<>();
        for (Container container : cluster.get().containers()) {
            StepId id = container.id;
            if (id.job().equals(job.id()) && id.attempt() == job.attempt().number() && id.kind() == kind) {
                found.add(container);
            }
        }
        return found;
    }

    /** Rule 8 where it is decided: what is stored of the algorithm's end is how it really ended. */
    private void algorithmEnded(Job before, Job after, AlgorithmEnd stored) {
        Optional<Container> ran = container(stored.algorithm());
        StepEnd real = ran.map(c -> c.end).orElse(null);
        boolean success = stored.outcome() == Outcome.SUCCEEDED;
        boolean wished = before.wishes().wantEnd();
        verdict.require(!(success && wished), "8", () -> "a success after a stored stop: " + after);
        if (success) {
            boolean true0 = ran.map(Container::isCleanSuccess).orElse(false);
            verdict.require(true0, "8", () -> "a success that is none (" + real + "): " + after);
        }
        if (stored.outcome() == Outcome.ALGORITHM_FAILED) {
            boolean clean = ran.map(Container::isCleanSuccess).orElse(false);
            verdict.require(!clean && real != null, "8", () -> "a failure that is none (" + real + "): " + after);
            Integer code = real == null ? null : real.code();
            boolean trueCode = stored.exitCode() == null || stored.exitCode().equals(code);
            verdict.require(trueCode, "8", () -> "not the real exit code of " + real + ": " + after);
        }
    }

    /** The engine says that the algorithm ran for its longest time: it must have. */
    void maxTimePassed(Job after) {
        AlgorithmEnd end = after.attempt().end();
        StepTry step = after.attempt().step();
        StepId algorithm = end != null ? end.algorithm() : step == null ? null : step.id();
        Container ran = algorithm == null ? null : container(algorithm).orElse(null);
        if (ran == null || !ran.began()) {
            throw verdict.broken("8", "timed out what never ran: " + after);
        }
        long until = ran.endedAt >= 0 ? ran.endedAt : scheduler.ticker().read();
        // An engine knows the store's clock from its last heartbeat, and to a second.
        long heardOf = ran.startedAt - HEARTBEATS.toNanos();
        Duration real = Duration.ofNanos(until - ran.startedAt)
                .plus(clock.aheadSince(heardOf))
                .plus(CLOCK_ERROR);
        verdict.require(real.compareTo(maxTime(after)) >= 0, "8", () -> "timed out after " + real + ": " + after);
    }

    Duration maxTime(Job job) {
        Environment where = environments.get(job.submission().environment());
        Duration most = where == null ? Duration.ofHours(24) : where.maxTime();
        Duration asked = job.submission().workflow().stage(0).compute().maxTime();
        return asked == null || asked.compareTo(most) > 0 ? most : asked;
    }

    private void finished(Job job) {
        AlgorithmEnd end = job.attempt().end();
        switch (job.outcome().orElseThrow()) {
            case SUCCEEDED -> published(job, end);
            case STOPPED ->
                verdict.require(
                        job.wishes().stop() == StopRequest.CALLED
                                || job.wishes().delete(),
                        "8",
                        () -> "nobody stopped " + job);
            case TIMED_OUT ->
                verdict.require(job.wishes().stop() == StopRequest.MAXTIME, "8", () -> "not timed out: " + job);
            case ALGORITHM_FAILED ->
                verdict.require(
                        end != null && end.outcome() == Outcome.ALGORITHM_FAILED,
                        "8",
                        () -> "no failure stored: " + job);
            case DATA_PROVISIONING_FAILED -> stagingFailed(job, StepEnd.DATA_FAILED, true);
            case ALGORITHM_PROVISIONING_FAILED -> stagingFailed(job, StepEnd.ALGORITHM_FAILED, false);
            case FILTER_FAILED ->
                verdict.require(
                        containers(job, StepKind.FILTER).stream()
                                .anyMatch(c ->
                                        c.end == null || !c.end.isSuccess() || c.disturbed || pastFilterLimit(job)),
                        "8",
                        () -> "no filter failed: " + job);
            case PUBLISH_FAILED ->
                verdict.require(!lastPublishSucceeded(job), "8", () -> "publishing did not fail: " + job);
            case INFRASTRUCTURE_FAILED -> verdict.require(!bornInPeace(job), "8", () -> "nothing failed around " + job);
        }
        if (bornInPeace(job) && !job.wishes().wantEnd()) {
            verdict.require(
                    job.outcome().orElseThrow() == asScripted(job), "8", () -> "not as the script says: " + job);
        }
        boolean kept = job.attempt().artifacts().stream()
                .allMatch(a -> artifacts.get().text(a).isPresent());
        verdict.require(kept || job.wishes().delete(), "9", () -> "the manifest names what is not there: " + job);
    }

    /** Whether filtering was over its limit, which is decided before the filter is told to end. */
    private static boolean pastFilterLimit(Job job) {
        String reason = job.attempt().reason();
        return reason != null && reason.contains("filter took longer");
    }

    private boolean lastPublishSucceeded(Job job) {
        StepTry step = job.attempt().step();
        return step != null
                && containers(job, StepKind.PUBLISH).stream()
                        .anyMatch(c -> c.id.equals(step.id()) && c.end != null && c.end.isSuccess());
    }

    /** From now on nothing fails any more. */
    void peaceBegins() {
        peaceSince = scheduler.ticker().read();
    }

    /** Whether an attempt's first step was stored when nothing failed any more. */
    private boolean bornInPeace(Job job) {
        return peaceful.contains(AttemptRef.present(job));
    }

    private Outcome asScripted(Job job) {
        Script script = Script.of(job.submission().workflow().stage(0));
        if (script.staging() != 0) {
            return script.staging() == StepEnd.DATA_FAILED
                    ? Outcome.DATA_PROVISIONING_FAILED
                    : Outcome.ALGORITHM_PROVISIONING_FAILED;
        }
        if (job.wishes().stop() == StopRequest.MAXTIME) {
            return Outcome.TIMED_OUT;
        }
        return script.oom() || script.exit() != 0 ? Outcome.ALGORITHM_FAILED : Outcome.SUCCEEDED;
    }

    private void stagingFailed(Job job, int code, boolean orLate) {
        StepTry step = job.attempt().step();
        Container ran = step == null ? null : container(step.id()).orElse(null);
        boolean said = ran != null && ran.end != null && Integer.valueOf(code).equals(ran.end.code());
        Environment where = environments.get(job.submission().environment());
        boolean late = orLate
                && step != null
                && where != null
                && !latestKnown(job).isBefore(step.since().plus(where.limits().staging()));
        verdict.require(said || late, "8", () -> "staging in did not fail so: " + job);
    }

    /** An engine goes by the clock as its last heartbeat found it, which may have jumped back since. */
    private Instant latestKnown(Job job) {
        Instant finished = job.attempt().finished();
        return clock.jumped() && finished != null && finished.isAfter(clock.instant()) ? finished : clock.instant();
    }

    /** Rules 5 and 8: exactly the bytes of the algorithm that exited 0, through the filter where there is one. */
    private void published(Job job, @Nullable AlgorithmEnd end) {
        if (end == null || end.outcome() != Outcome.SUCCEEDED) {
            throw verdict.broken("8", "no success was stored: " + job);
        }
        Container ran = container(end.algorithm()).orElseThrow();
        Map<String, String> expected = new TreeMap<>();
        ran.wrote.forEach(
                (path, content) -> expected.put(path, end.filter() == null ? content : "filtered " + content));
        Map<String, String> found = new TreeMap<>();
        for (Artifact artifact : job.attempt().artifacts()) {
            if (artifact.role() == Artifact.Role.OUTPUT) {
                found.put(artifact.path(), artifacts.get().text(artifact).orElse("(absent)"));
            }
        }
        boolean lost = job.wishes().delete();
        verdict.require(
                expected.equals(found) || lost, "8", () -> "published " + found + ", not " + expected + ": " + job);
    }

    /** An attempt counts as gone: then nothing of it runs. */
    private void left(Job before, Job after) {
        for (Container container : cluster.get().containers()) {
            boolean gone = container.id.job().equals(after.id()) && container.id.attempt() < after.lowestAttempt();
            verdict.require(
                    !gone || container.isInProcess() || !container.isAlive(),
                    "3",
                    () -> container + " runs on: " + after);
        }
        AttemptObjects objects = cluster.get().objects(AttemptRef.present(after));
        boolean there = after.lowestAttempt() > after.attempt().number()
                && objects != null
                && objects.identity.equals(before.attempt().anchor());
        verdict.require(!there, "3", () -> "objects are left of an attempt that counts as gone: " + after);
    }
}
