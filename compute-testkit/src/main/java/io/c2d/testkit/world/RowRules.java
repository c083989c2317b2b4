package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Wishes;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds every write to rules 6, 7, 10, 11, 12 and 17: after each call that may write, all rows are compared with what they
 * were, so a write is judged whoever made it and whatever he says of it.
 */
final class RowRules implements SimulatedStore.StoreWatcher {
    private record Known(Job job, int events) {}

    private final JobStore store;
    private final ImmutableMap<String, Environment> environments;
    private final OutcomeRules outcomes;
    private final Verdict verdict;
    private final Trace trace;
    private final Map<JobId, Known> known = new LinkedHashMap<>();
    private final Map<EngineId, Instant> leases = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();

    RowRules(
            JobStore store,
            ImmutableMap<String, Environment> environments,
            OutcomeRules outcomes,
            Verdict verdict,
            Trace trace) {
        this.store = store;
        this.environments = environments;
        this.outcomes = outcomes;
        this.verdict = verdict;
        this.trace = trace;
    }

    /** All rows as they are. */
    ImmutableList<Job> rows() {
        return known.values().stream().map(Known::job).collect(ImmutableList.toImmutableList());
    }

    /** Whether a lease is alive. */
    boolean isAlive(@Nullable EngineId engine) {
        return engine != null && leases.getOrDefault(engine, Instant.MIN).isAfter(store.now());
    }

    @Override
    public void leaseOpened(EngineId engine, Instant until) {
        trace.add("engine " + engine + " begins");
        verdict.require(leases.put(engine, until) == null, "12", () -> "the engine id " + engine + " was used before");
    }

    @Override
    public void leaseRenewed(EngineId engine, Instant now, boolean granted, Duration length) {
        if (granted) {
            verdict.require(isAlive(engine), "12", () -> "the lease of " + engine + " had run out and was renewed");
            leases.put(engine, now.plus(length));
        }
    }

    @Override
    public void leaseReleased(EngineId engine) {
        leases.replace(engine, Instant.MIN);
    }

    @Override
    public void wrote(SimulatedStore.Writer by, Optional<EngineId> engine, Iterable<JobId> named) {
        Set<JobId> ids = new LinkedHashSet<>(known.keySet());
        Iterables.addAll(ids, named);
        for (JobId id : ids) {
            Known before = known.get(id);
            Job after = store.get(id).orElse(null);
            if (before == null && after != null) {
                created(by, after);
            } else if (before != null && after == null) {
                verdict.require(
                        by == SimulatedStore.Writer.PURGE && before.job().removed(),
                        "11",
                        () -> "the row of " + id + " is gone");
                known.remove(id);
            } else if (before != null && after != null && !before.job().equals(after)) {
                changed(by, engine, before, after);
            } else if (before != null && Iterables.contains(named, id)) {
                verdict.require(
                        store.history(id).size() == before.events(), "6", () -> "an event of " + id + " for no write");
            }
        }
        if (by == SimulatedStore.Writer.CLAIM) {
            limits();
        }
    }

    private void created(SimulatedStore.Writer by, Job after) {
        trace.add("created: " + after.id() + " of " + after.submission().agreementId());
        verdict.require(by == SimulatedStore.Writer.SUBMIT, "12", () -> by + " made the job " + after.id());
        boolean clean = after.version() == 1 && after.attempt().number() == 1 && !after.isFinished();
        verdict.require(clean, "6", () -> "a new job is not clean: " + after);
        known.put(after.id(), new Known(after, 1));
        history(after, 1);
        oneRunning(after);
    }

    private void changed(SimulatedStore.Writer by, Optional<EngineId> engine, Known known, Job after) {
        Job before = known.job();
        trace.add(by + " " + after.id() + " v" + after.version() + " " + after.status() + " "
                + (after.attempt().step() == null
                        ? ""
                        : after.attempt().step().id().name()) + " "
                + after.wishes().stop() + (after.wishes().delete() ? " delete" : "")
                + after.outcome().map(o -> " " + o).orElse(""));
        int events = known.events() + (by == SimulatedStore.Writer.CLAIM ? 0 : 1);
        this.known.put(after.id(), new Known(after, events));
        verdict.require(after.version() == before.version() + 1, "6", () -> by + " made of " + before + " " + after);
        history(after, events);
        boolean sameAttempt = after.attempt().number() == before.attempt().number();
        boolean mayMove = before.status() == after.status() || before.status().canMoveTo(after.status());
        verdict.require(
                !sameAttempt || mayMove, "6", () -> "no move from " + before.status() + " to " + after.status());
        verdict.require(after.lowestAttempt() >= before.lowestAttempt(), "6", "the lowest attempt fell");
        if (sameAttempt && before.isFinished()) {
            verdict.require(before.attempt().equals(after.attempt()), "7", () -> "an ended attempt changed: " + after);
        }
        wishes(by, before, after, sameAttempt);
        switch (by) {
            case CLAIM -> claimed(engine.orElseThrow(), before, after);
            case COMMIT -> committed(engine.orElseThrow(), before, after);
            case WISH, EXPIRE -> wished(by, before, after);
            case SUBMIT -> restarted(before, after);
            case PURGE -> throw verdict.broken("12", "a purge changed " + after);
        }
    }

    private void history(Job after, int events) {
        ImmutableList<JobEvent> history = store.history(after.id());
        verdict.require(
                history.size() == events, "6", () -> history.size() + " events of " + after + ", not " + events);
        JobEvent last = history.get(history.size() - 1);
        boolean folds = last.version() <= after.version()
                && last.attempt() == after.attempt().number()
                && last.status() == after.status();
        verdict.require(folds, "6", () -> "the last event is not the row: " + last + ", " + after);
    }

    private void wishes(SimulatedStore.Writer by, Job before, Job after, boolean sameAttempt) {
        Wishes was = before.wishes();
        Wishes is = after.wishes();
        boolean deleteStays = was.deleteAt() == null || was.deleteAt().equals(is.deleteAt());
        verdict.require(deleteStays, "10", () -> by + " took a delete back: " + after);
        boolean stopStays = was.stop() == StopRequest.NONE || (was.stop() == is.stop());
        verdict.require(!sameAttempt || stopStays, "10", () -> by + " took a stop back: " + after);
        if (!sameAttempt) {
            verdict.require(is.equals(Wishes.NONE), "10", () -> "a new attempt begins with a wish: " + after);
        }
        if (is.stop() == StopRequest.MAXTIME && was.stop() == StopRequest.NONE) {
            outcomes.maxTimePassed(after);
        }
    }

    private void claimed(EngineId engine, Job before, Job after) {
        boolean onlyOwner = after.equals(before.claimedBy(engine));
        verdict.require(onlyOwner, "12", () -> "a claim changed more than the owner: " + after);
        boolean free = before.claimedAttempt() < before.attempt().number() || !isAlive(before.owner());
        verdict.require(free && isAlive(engine), "12", () -> engine + " took a job that is not free: " + before);
    }

    private void committed(EngineId engine, Job before, Job after) {
        verdict.require(engine.equals(before.owner()), "12", () -> engine + " wrote what is not its own: " + before);
        verdict.require(isAlive(engine), "12", () -> engine + " wrote after its lease: " + after);
        verdict.require(engine.equals(after.owner()), "12", () -> "a commit changed the owner: " + after);
        Wishes is = after.wishes();
        Wishes was = before.wishes();
        boolean ownWish = is.equals(was) || (was.stop() == StopRequest.NONE && is.stop() == StopRequest.MAXTIME);
        verdict.require(ownWish, "12", () -> "a commit made a wish: " + after);
        boolean ignored = was.wantEnd() && beginsWork(before, after);
        verdict.require(!ignored, "10", () -> "a step was stored that a stored stop forbids: " + after);
        outcomes.stored(before, after);
    }

    /** Whether a try is stored of what leads to results, as none may be once the end is wished. */
    private static boolean beginsWork(Job before, Job after) {
        StepTry step = after.attempt().step();
        return step != null
                && !step.equals(before.attempt().step())
                && (step.id().kind() == StepKind.STAGE_IN || step.id().kind() == StepKind.ALGORITHM);
    }

    private void wished(SimulatedStore.Writer by, Job before, Job after) {
        boolean onlyWishes = after.equals(before.withWishes(after.wishes()));
        verdict.require(onlyWishes, "12", () -> "a wish changed more: " + after);
        verdict.require(
                !after.wishes().equals(before.wishes()), "10", () -> "a wish that changes nothing bumped " + after);
        boolean fits = by != SimulatedStore.Writer.EXPIRE || before.isFinished();
        verdict.require(fits, "10", () -> "retention struck a job that runs: " + before);
        boolean stopFits =
                !before.isFinished() || after.wishes().stop() == before.wishes().stop();
        verdict.require(stopFits, "10", () -> "an ended attempt was stopped: " + after);
    }

    private void restarted(Job before, Job after) {
        verdict.require(before.isRestartable(), "10", () -> "restarted though it may not be: " + before);
        boolean clean = after.attempt().number() == before.attempt().number() + 1
                && after.status() == JobStatus.WARMING_UP
                && after.lowestAttempt() == before.lowestAttempt();
        verdict.require(clean, "6", () -> "a restart that is not clean: " + after);
        oneRunning(after);
    }

    private void oneRunning(Job job) {
        long running = rows().stream()
                .filter(other -> !other.isFinished())
                .filter(other ->
                        other.submission().owner().sameAs(job.submission().owner()))
                .filter(other ->
                        other.submission().agreementId().equals(job.submission().agreementId()))
                .count();
        verdict.require(running == 1, "11", () -> running + " jobs run of one agreement: " + job);
    }

    /** What runs never passes a limit; what only goes through its end does not run. */
    private void limits() {
        environments.forEach((name, environment) -> {
            Map<String, Integer> ofOwner = new LinkedHashMap<>();
            int all = 0;
            for (Job job : rows()) {
                boolean waitedTooLong = job.status() == JobStatus.WARMING_UP
                        && !store.now()
                                .isBefore(job.attempt()
                                        .since()
                                        .plus(environment.limits().queueing()));
                if (job.submission().environment().equals(name)
                        && job.holdsCapacity()
                        && !job.wishes().wantEnd()
                        && !waitedTooLong) {
                    all++;
                    ofOwner.merge(job.submission().owner().key(), 1, Integer::sum);
                }
            }
            int running = all;
            verdict.require(all <= environment.quotas().maxJobs(), "17", () -> running + " jobs run in " + name);
            int most = ofOwner.values().stream().mapToInt(i -> i).max().orElse(0);
            verdict.require(
                    most <= environment.quotas().maxJobsPerOwner(),
                    "17",
                    () -> most + " jobs of one owner run in " + name);
        });
    }

    @Override
    public void submitted(SubmitRequest request, SubmitResult result) {
        if (result.isAccepted() && !result.repeated()) {
            request.idempotencyKey()
                    .ifPresent(key -> once("key " + request.owner().key() + " " + key.key()));
            request.nonceUse().ifPresent(nonce -> once("nonce " + nonce.signer() + " " + nonce.nonce()));
        }
    }

    @Override
    public void wished(WishRequest request, WishResult result) {
        if (result.kind() == WishResult.Kind.STORED) {
            request.nonceUse().ifPresent(nonce -> once("nonce " + nonce.signer() + " " + nonce.nonce()));
        }
        boolean idle =
                result.kind() == WishResult.Kind.STORED || result.changed().isEmpty();
        verdict.require(idle, "10", () -> "a repeated wish was carried out again: " + request);
    }

    private void once(String what) {
        verdict.require(used.add(what), "11", () -> "accepted twice: " + what);
    }
}
