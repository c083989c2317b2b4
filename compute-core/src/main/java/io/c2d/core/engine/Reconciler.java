package io.c2d.core.engine;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.ComputeCluster.Look;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
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
    private final Backoff backoff;

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
            Backoff backoff,
            Turns turns) {
        this.engine = engine;
        this.ports = ports;
        this.settings = settings;
        this.clock = clock;
        this.writer = writer;
        this.backoff = backoff;
        this.turns = turns;
    }

    /** Begins a turn; it ends with {@link Turns#ended}, perhaps on another thread. */
    void reconcile(JobId id) {
        inTurnOf(id, () -> {
            Optional<Job> job = ports.store().get(id).filter(j -> j.isOwnedBy(engine));
            if (job.isEmpty()) {
                end(id, Decision.DONE);
                return;
            }
            Decision decision;
            try {
                decision = decide(job.get());
            } catch (ClusterException e) {
                trouble(job.get(), e);
                return;
            }
            carryOut(job.get(), decision);
        });
    }

    private Decision decide(Job job) {
        Decision decision = Decider.decide(look(job, Look.CACHED));
        return decision.needsLiveLook() ? Decider.decide(look(job, Look.LIVE)) : decision;
    }

    private Situation look(Job job, Look how) {
        return new Situation(
                job,
                ports.cluster().observe(JobRef.of(job, engine), how),
                storedArtifacts(job),
                ports.cluster().environments().get(job.submission().environment()),
                engine,
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
                            Job stored = decision.transition().get().next();
                            turns.stored(stored);
                            act(stored, decision);
                        }
                        // Somebody else wrote: what we decided on is stale, so forget it and look again at once.
                        case LOST -> turns.ended(job.id(), Optional.of(Duration.ZERO));
                        case UNKNOWN -> turns.ended(job.id(), Optional.of(backoff.failed(job.id())));
                    }
                }));
    }

    private void act(Job job, Decision decision) {
        try {
            for (ClusterAction action : decision.actions()) {
                action.applyTo(ports.cluster(), ports.artifacts());
            }
        } catch (ClusterException e) {
            trouble(job, e);
            return;
        }
        backoff.succeeded(job.id());
        end(job.id(), decision);
    }

    private void end(JobId id, Decision decision) {
        Instant wakeAt = decision.wakeAt();
        turns.ended(id, wakeAt == null ? Optional.empty() : Optional.of(clock.until(wakeAt)));
    }

    /** The cluster can't do it now: the job shows why, and is looked at again after a pause. */
    private void trouble(Job job, ClusterException e) {
        Duration pause = backoff.failed(job.id());
        log.warn("will be tried again in {} ms: {}", pause.toMillis(), e.sentence(), e);
        Decision decision = Decider.trouble(job, e.sentence(), clock.now(), settings.giveUp());
        Consumer<TransitionWriter.Outcome> then = outcome -> {
            if (outcome == TransitionWriter.Outcome.WON) {
                decision.transition().ifPresent(t -> turns.stored(t.next()));
            }
            turns.ended(job.id(), Optional.of(pause));
        };
        if (decision.transition().isPresent()) {
            writer.submit(decision.transition().get(), then);
        } else {
            then.accept(TransitionWriter.Outcome.LOST);
        }
    }

    /** Nothing that a turn throws ends the loop or touches another job. */
    private void inTurnOf(JobId id, Runnable part) {
        MDC.put(MDC_JOB, id.value());
        try {
            part.run();
        } catch (StoreUnavailableException e) {
            log.warn("the store can't be asked: {}", e.getMessage());
            turns.ended(id, Optional.of(backoff.failed(id)));
        } catch (RuntimeException e) {
            log.error("a turn failed", e);
            turns.ended(id, Optional.of(backoff.failed(id)));
        } finally {
            MDC.remove(MDC_JOB);
        }
    }
}
