package io.c2d.core.engine;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.ComputeCluster.Look;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.Observation;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.Transition;
import io.c2d.core.port.UnreadableJobException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One turn of one job: read, observe, decide, commit, act. Level-triggered: whatever a turn did not get done, the next one
 * sees and does. The only caller of {@link Decider} and of the acting half of the cluster.
 */
final class Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final String MDC_JOB = "job";

    private final EngineId engine;
    private final Ports ports;
    private final EngineSettings settings;
    private final StoreClock clock;
    private final TransitionWriter writer;
    private final Turns turns;
    private final JobCache cache;
    private final Backoff backoff;
    private final ClusterReach reach;
    private final Function<Situation, Decision> decider;

    /** What a turn reads and acts on. */
    record Ports(JobStore store, ComputeCluster cluster, ArtifactStore artifacts) {}

    /** What a turn tells the loop around it. */
    interface Turns {
        /** The turn has ended; look again after the delay, or not before a wake-up. */
        void ended(JobId id, Optional<Duration> lookAgain);

        /** A transition was stored. */
        void stored(Job job);
    }

    Reconciler(
            EngineId engine,
            Ports ports,
            EngineSettings settings,
            StoreClock clock,
            TransitionWriter writer,
            JobCache cache,
            Backoff backoff,
            ClusterReach reach,
            Turns turns,
            Function<Situation, Decision> decider) {
        this.engine = engine;
        this.ports = ports;
        this.settings = settings;
        this.clock = clock;
        this.writer = writer;
        this.cache = cache;
        this.backoff = backoff;
        this.reach = reach;
        this.turns = turns;
        this.decider = decider;
    }

    /** Begins a turn; it ends with {@link Turns#ended}, perhaps on another thread. */
    void reconcile(JobId id) {
        inTurnOf(id, () -> {
            Optional<Job> job = read(id);
            if (job.isEmpty()) {
                backoff.succeeded(id);
                cache.forget(id);
                end(id, Decision.DONE);
                return;
            }
            Decision decision;
            try {
                decision = decide(job.get());
            } catch (StoreUnavailableException e) {
                throw e;
            } catch (RuntimeException e) {
                trouble(job.get(), e);
                return;
            }
            carryOut(job.get(), decision);
        });
    }

    /** The job where it is this engine's; one that can't be read is ended, and then reads as any other that has. */
    private Optional<Job> read(JobId id) {
        Optional<Job> cached = cache.begin(id);
        if (cached.isPresent()) {
            return cached;
        }
        try {
            Optional<Job> stored = ports.store().get(id).filter(j -> j.isOwnedBy(engine));
            stored.ifPresent(cache::keep);
            return stored;
        } catch (UnreadableJobException e) {
            String reason = "what is stored of the job can't be read, so it was ended";
            if (!ports.store().quarantine(engine, id, reason)) {
                return Optional.empty();
            }
            log.error("quarantined: {}", e.sentence(), e);
            Optional<Job> ended = ports.store().get(id).filter(j -> j.isOwnedBy(engine));
            ended.ifPresent(this::stored);
            return ended;
        }
    }

    private Decision decide(Job job) {
        Decision decision = decider.apply(look(job, Look.CACHED));
        return decision.needsLiveLook() ? decider.apply(look(job, Look.LIVE)) : decision;
    }

    private Situation look(Job job, Look how) {
        Instant before = clock.now();
        Observation seen = ports.cluster().observe(JobRef.of(job, engine), how);
        if (seen.live()) {
            // A cache answers also where nothing is reached.
            reach.succeeded();
        }
        return new Situation(
                job,
                seen,
                storedArtifacts(job),
                ports.cluster().environments().get(job.submission().environment()),
                engine,
                before,
                clock.now());
    }

    /** Asked only where artifacts are to go: an attempt was replaced, or the job is to be deleted. */
    private ImmutableSet<Integer> storedArtifacts(Job job) {
        boolean replaced = job.lowestAttempt() < job.attempt().number();
        boolean deleted = job.wishes().delete() && job.isFinished();
        if (!replaced && !deleted) {
            return ImmutableSet.of();
        }
        try {
            return ports.artifacts().attempts(job.id());
        } catch (IOException e) {
            throw new ClusterException("the artifact store can't be read now", e);
        }
    }

    private void carryOut(Job job, Decision decision) {
        if (decision.transition().isEmpty()) {
            act(job, decision);
            return;
        }
        writer.submit(
                decision.transition().get(),
                outcome -> inTurnOf(job.id(), () -> {
                    switch (outcome) {
                        case WON -> {
                            Transition transition = decision.transition().get();
                            Job stored = transition.next();
                            tell(job, transition);
                            stored(stored);
                            act(stored, decision);
                        }
                        // Somebody else wrote: what we decided on is stale, so forget it and look again at once.
                        case LOST -> {
                            cache.expire(job.id());
                            turns.ended(job.id(), Optional.of(backoff.lost(job.id())));
                        }
                        case UNKNOWN -> {
                            cache.expire(job.id());
                            turns.ended(job.id(), Optional.of(backoff.failed(job.id())));
                        }
                        case REFUSED -> {
                            cache.expire(job.id());
                            trouble(job, "what the engine wants to store of it is refused by the store");
                        }
                    }
                }));
    }

    /** What the machinery failed at is the operator's to know, also where a further try makes up for it. */
    private static void tell(Job before, Transition transition) {
        Job after = transition.next();
        StepTry step = after.attempt().step();
        boolean again = step != null
                && step.id().tryNumber() > 1
                && !step.equals(before.attempt().step());
        boolean failed =
                after.outcome().filter(Outcome.INFRASTRUCTURE_FAILED::equals).isPresent();
        if (failed && !before.isFinished()) {
            log.warn("{}: {}", transition.note(), after.attempt().reason());
        } else if (again) {
            log.warn("{}", transition.note());
        }
    }

    private void stored(Job job) {
        if (job.isOpen()) {
            cache.keep(job);
        } else {
            cache.forget(job.id());
        }
        turns.stored(job);
    }

    private void act(Job job, Decision decision) {
        try {
            for (ClusterAction action : decision.actions()) {
                action.applyTo(ports.cluster(), ports.artifacts());
            }
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            trouble(job, e);
            return;
        }
        backoff.succeeded(job.id());
        if (!job.isOpen()) {
            cache.forget(job.id());
        }
        end(job.id(), job.isOpen() ? decision : Decision.DONE);
    }

    private void end(JobId id, Decision decision) {
        Instant wakeAt = decision.wakeAt();
        turns.ended(id, wakeAt == null ? Optional.empty() : Optional.of(clock.until(wakeAt)));
    }

    /** It can't be done now: the job shows why, and is looked at again after a pause. */
    private void trouble(Job job, RuntimeException e) {
        if (e instanceof ClusterException failure) {
            reach.failed();
            log.warn("will be tried again: {}", failure.sentence(), e);
            trouble(job, failure.sentence());
        } else {
            log.error("will be tried again: a turn failed", e);
            trouble(job, "the engine can't get on with it (" + e.getClass().getSimpleName() + ")");
        }
    }

    private void trouble(Job job, String what) {
        Duration pause = backoff.failed(job.id());
        Decision decision =
                Decider.trouble(job, what, clock.now(), settings.retries().giveUp());
        if (decision.transition().isEmpty()) {
            cache.expire(job.id());
            turns.ended(job.id(), Optional.of(pause));
            return;
        }
        Transition transition = decision.transition().get();
        writer.submit(
                transition,
                outcome -> inTurnOf(job.id(), () -> {
                    if (outcome == TransitionWriter.Outcome.WON) {
                        tell(job, transition);
                        stored(transition.next());
                    } else {
                        cache.expire(job.id());
                    }
                    turns.ended(job.id(), Optional.of(pause));
                }));
    }

    /** Nothing that a turn throws ends the loop or touches another job. */
    private void inTurnOf(JobId id, Runnable part) {
        MDC.put(MDC_JOB, id.value());
        try {
            part.run();
        } catch (StoreUnavailableException e) {
            log.warn("the store can't be asked: {}", e.getMessage());
            cache.expire(id);
            turns.ended(id, Optional.of(backoff.failed(id)));
        } catch (RuntimeException e) {
            log.error("a turn failed", e);
            cache.expire(id);
            turns.ended(id, Optional.of(backoff.failed(id)));
        } finally {
            MDC.remove(MDC_JOB);
        }
    }
}
