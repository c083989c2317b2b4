package io.c2d.core.engine;

import io.c2d.core.model.Attempt;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Observation;
import io.c2d.core.port.StepSeen;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/** Engines with one part of their inside broken on purpose. In this package, since the parts are nobody else's business. */
public final class BrokenEngines {
    private BrokenEngines() {}

    private static void decider(ComputeEngine.Builder builder, Function<Situation, Decision> decider) {
        builder.wiring(new Wiring(decider, Wiring.DEFAULT.queue()));
    }

    /** Acts before what it decided is stored. */
    public static void actBeforeStore(ComputeEngine.Builder builder, ComputeCluster cluster, ArtifactStore artifacts) {
        decider(builder, s -> {
            Decision decision = Decider.decide(s);
            if (decision.transition().isPresent()) {
                try {
                    decision.actions().forEach(action -> action.applyTo(cluster, artifacts));
                } catch (ClusterException later) {
                    return decision;
                }
            }
            return decision;
        });
    }

    /** Sets no timer. */
    public static void noTimer(ComputeEngine.Builder builder) {
        decider(builder, s -> {
            Decision d = Decider.decide(s);
            boolean waits = !d.needsLiveLook() && d.transition().isEmpty();
            return waits ? new Decision(null, d.actions(), null, false) : d;
        });
    }

    /** Decides by a clock of its own. */
    public static void ownClock(ComputeEngine.Builder builder, Duration skew) {
        decider(
                builder,
                s -> Decider.decide(new Situation(
                        s.job(),
                        s.seen(),
                        s.storedArtifacts(),
                        s.environment(),
                        s.engine(),
                        s.lookedAt().plus(skew),
                        s.now().plus(skew))));
    }

    /** Takes a try that is not there for one that has failed. */
    public static void absentIsLost(ComputeEngine.Builder builder) {
        decider(builder, s -> {
            StepTry step = s.attempt().step();
            boolean absent = s.seen().live()
                    && s.seen()
                            .step()
                            .map(seen -> seen.state() == StepSeen.State.ABSENT)
                            .orElse(false);
            if (step == null
                    || !absent
                    || s.job().isFinished()
                    || s.job().wishes().wantEnd()) {
                return Decider.decide(s);
            }
            StepTry next = s.tryAfter(step, 0);
            Attempt stored = s.attempt().toBuilder().step(next).build();
            return Decision.store(
                    s.job().withAttempt(stored), s.now(), "next try", new ClusterAction.Start(s.spec(next, stored)));
        });
    }

    /** Prepares a new attempt before the old one is gone. */
    public static void preparesEarly(ComputeEngine.Builder builder) {
        decider(builder, s -> {
            boolean early = s.job().status() == JobStatus.STARTED
                    && s.job().lowestAttempt() < s.attempt().number()
                    && !s.job().wishes().wantEnd();
            return early
                    ? Decider.decide(new Situation(
                            s.job().withLowestAttempt(s.attempt().number()),
                            s.seen(),
                            s.storedArtifacts(),
                            s.environment(),
                            s.engine(),
                            s.lookedAt(),
                            s.now()))
                    : Decider.decide(s);
        });
    }

    /** Leaves a job that waits for room where it is, stopped or not, while its environment is full. */
    public static void queuedStopWaits(ComputeEngine.Builder builder, Predicate<Job> full) {
        decider(builder, s -> {
            boolean waits = s.job().status() == JobStatus.WARMING_UP && full.test(s.job());
            return waits ? Decision.waitUntil(s.now().plus(Decider.LOOK_AGAIN)) : Decider.decide(s);
        });
    }

    /** Never takes back what it once said was in a step's way. */
    public static void troubleStays(ComputeEngine.Builder builder) {
        decider(builder, s -> {
            Decision decision = Decider.decide(s);
            Attempt over = s.attempt().toBuilder().getsOn().build();
            boolean takenBack = !over.equals(s.attempt())
                    && decision.transition()
                            .filter(t -> t.next().attempt().equals(over))
                            .isPresent();
            return takenBack ? Decision.waitUntil(s.now().plus(Decider.LOOK_AGAIN)) : decision;
        });
    }

    /** Keeps to itself what a step waits for. */
    public static void waitsUntold(ComputeEngine.Builder builder) {
        decider(builder, s -> {
            Observation seen = s.seen();
            StepSeen step = seen.step().orElse(null);
            Observation untold = step == null || step.waiting() == null
                    ? seen
                    : new Observation(
                            seen.live(), seen.attempts(), seen.anchor().orElse(null), StepSeen.of(step.state()));
            return Decider.decide(new Situation(
                    s.job(), untold, s.storedArtifacts(), s.environment(), s.engine(), s.lookedAt(), s.now()));
        });
    }

    /** Lets two threads turn one key. */
    public static void twoThreadsAKey(ComputeEngine.Builder builder) {
        builder.wiring(new Wiring(
                Decider::decide,
                (scheduler, turn) -> new WakeUpQueue(scheduler, key -> {
                    scheduler.execute(() -> turn.accept(key));
                    turn.accept(key);
                })));
    }
}
