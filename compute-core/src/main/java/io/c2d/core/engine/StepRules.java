package io.c2d.core.engine;

import io.c2d.core.engine.ClusterAction.Start;
import io.c2d.core.engine.ClusterAction.Stop;
import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Wishes;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the state of the present try means while it has not ended: start it, let it be, or end it. What its end means is in
 * {@link EndRules}.
 */
final class StepRules {
    /** What a try waits for each time, such as a volume that is being made, is over by then, and not worth a write. */
    static final Duration SHOWN_AFTER = Duration.ofSeconds(5);

    private StepRules() {}

    static Decision decide(Situation s, StepTry step) {
        StepSeen seen = s.seen().step().orElse(StepSeen.of(StepSeen.State.UNKNOWN));
        if (seen.end().isPresent()) {
            return s.seen().live() ? EndRules.decide(s, step, seen.end().get()) : Decision.LOOK_LIVE;
        }
        if (firstSeenRunning(s, step, seen)) {
            return running(s);
        }
        Instant wish = wishAgainst(step.id().kind(), s.job().wishes());
        Instant deadline = s.deadline(step);
        if (wish == null && !s.isPast(deadline)) {
            return letBe(s, step, seen, deadline);
        }
        if (wish == null && neverBegan(s, step, seen)) {
            return s.seen().live() ? beginAnew(s, step) : Decision.LOOK_LIVE;
        }
        if (wish == null && !isDecided(s, step)) {
            return pastLimit(s, step, seen, deadline);
        }
        return end(s, step, seen, wish == null ? deadline : wish);
    }

    /** The instant of the wish that ends this step, if there is one: once the algorithm has ended, a delete alone does. */
    static @Nullable Instant wishAgainst(StepKind kind, Wishes wishes) {
        boolean results = kind == StepKind.FILTER || kind == StepKind.PUBLISH;
        if (results || wishes.stopAt() == null) {
            return wishes.deleteAt();
        }
        return wishes.stopAt();
    }

    private static boolean firstSeenRunning(Situation s, StepTry step, StepSeen seen) {
        return step.id().kind() == StepKind.ALGORITHM
                && seen.state() == StepSeen.State.RUNNING
                && s.attempt().runningSince() == null
                && !isDecided(s, step);
    }

    /**
     * Whether it is stored already that a limit ends this try. It must be before the try is told to end: what exits 0 because
     * it was told to has not succeeded.
     */
    static boolean isDecided(Situation s, StepTry step) {
        AlgorithmEnd end = s.attempt().end();
        return switch (step.id().kind()) {
            case ALGORITHM -> end != null;
            case FILTER -> end != null && !end.withOutputs();
            // They are ours, and never exit 0 before they have done all.
            case STAGE_IN, PUBLISH -> true;
        };
    }

    /** Whether the limit passed while no engine lived to start it: that time is not the step's. */
    private static boolean neverBegan(Situation s, StepTry step, StepSeen seen) {
        boolean limited = step.id().kind() == StepKind.ALGORITHM || step.id().kind() == StepKind.FILTER;
        return seen.state() == StepSeen.State.ABSENT
                && step.failures() + 1 < s.where().maxTries()
                && !(limited && isDecided(s, step));
    }

    /** The same try, under the same name, with its time from now on. */
    private static Decision beginAnew(Situation s, StepTry step) {
        StepTry anew = new StepTry(step.id(), s.engine(), s.now(), step.failures() + 1);
        return Decider.startStep(
                s, Decider.progress(s), anew, step.id().kind().label() + " was not begun in time, and is begun now");
    }

    private static Decision decideEnd(Situation s, StepTry step) {
        AlgorithmEnd before = s.attempt().end();
        AlgorithmEnd decided = before == null
                ? new AlgorithmEnd(
                        Outcome.INFRASTRUCTURE_FAILED, null, EndRules.notScheduled(s), step.id(), null, false)
                : before.withoutOutputs(step.id(), EndRules.tooLong(s, step));
        Attempt next = Decider.progress(s).end(decided).build();
        return Decision.store(
                s.job().withAttempt(next),
                s.now(),
                "past its limit: " + step.id().kind().label(),
                stop(s, step));
    }

    private static Decision running(Situation s) {
        Attempt.Builder next = Decider.progress(s).runningSince(s.now());
        if (s.attempt().status() == JobStatus.PROVISIONED) {
            next.moveTo(JobStatus.RUNNING, s.now());
        }
        return Decision.store(s.job().withAttempt(next.build()), s.now(), "the algorithm runs");
    }

    private static Decision letBe(Situation s, StepTry step, StepSeen seen, Instant deadline) {
        boolean open = seen.state() == StepSeen.State.ABSENT || seen.state() == StepSeen.State.UNKNOWN;
        if (open && !s.seen().live()) {
            // A cache never says absent: what it does not know may never have been started.
            return Decision.LOOK_LIVE;
        }
        return switch (seen.state()) {
            case ABSENT ->
                Decision.act(
                        Decider.earlier(deadline, s.now().plus(Decider.LOOK_AGAIN)),
                        new Start(s.spec(step, s.attempt())));
            case UNKNOWN -> Decision.waitUntil(deadline);
            case PENDING, RUNNING -> show(s, step, seen, deadline);
            case ENDED -> throw new IllegalStateException("what has ended is not let be");
        };
    }

    /**
     * Nothing is to be done for the try: the job says what it waits for, and no longer what was in its way. So a trouble that
     * is over is over in the row too, and the next one has the whole time until it is given up.
     */
    private static Decision show(Situation s, StepTry step, StepSeen seen, Instant deadline) {
        Instant worthSaying = step.since().plus(SHOWN_AFTER);
        boolean soon = seen.waitingFor().isPresent() && s.now().isBefore(worthSaying);
        Optional<StepSeen.Wait> said = soon ? Optional.empty() : seen.waitingFor();
        // Its details may change with each look of a scheduler at thousands of jobs: no reason to write them all.
        boolean known = said.filter(wait -> wait.isSaidBy(s.attempt().reason())).isPresent();
        Attempt shown = known ? s.attempt() : shown(s, said);
        if (shown.equals(s.attempt())) {
            return Decision.waitUntil(soon ? Decider.earlier(deadline, worthSaying) : deadline);
        }
        String note = step.id().kind().label()
                + said.map(wait -> " waits: " + wait.sentence()).orElse(" gets on");
        return Decision.store(s.job().withAttempt(shown), s.now(), note);
    }

    private static Attempt shown(Situation s, Optional<StepSeen.Wait> said) {
        Attempt.Builder next = Decider.progress(s);
        said.map(StepSeen.Wait::sentence).ifPresent(next::waits);
        return next.build();
    }

    /** A limit has passed: what is not known to run still may have ended in time. */
    private static Decision pastLimit(Situation s, StepTry step, StepSeen seen, Instant deadline) {
        if (!s.seen().live()) {
            return Decision.LOOK_LIVE;
        }
        if (seen.state() == StepSeen.State.UNKNOWN) {
            Instant giveUp = giveUp(s, deadline);
            return s.isPast(giveUp)
                    ? unknowable(s, step)
                    : Decision.waitUntil(Decider.earlier(giveUp, s.now().plus(Decider.LOOK_AGAIN)));
        }
        return ranForMaxTime(s, step) ? maxTime(s, step) : decideEnd(s, step);
    }

    private static Instant giveUp(Situation s, Instant since) {
        return since.plus(s.where().stopGrace()).plus(s.where().limits().lost());
    }

    private static Decision unknowable(Situation s, StepTry step) {
        return Decider.finish(
                s,
                s.job().wishes().delete() ? Outcome.STOPPED : Outcome.INFRASTRUCTURE_FAILED,
                "how the step " + step.id().kind().label() + " ended can't be known");
    }

    private static boolean ranForMaxTime(Situation s, StepTry step) {
        return step.id().kind() == StepKind.ALGORITHM && s.attempt().runningSince() != null;
    }

    private static Decision maxTime(Situation s, StepTry step) {
        Wishes wishes = s.job().wishes().withStop(StopRequest.MAXTIME, s.now());
        return Decision.store(
                s.job().withWishes(wishes),
                s.now(),
                "the algorithm ran for its maxtime of " + Decider.text(s.maxTime()),
                stop(s, step));
    }

    /** Ends the try; where its end can't be known for too long, the attempt ends without publishing. */
    private static Decision end(Situation s, StepTry step, StepSeen seen, Instant since) {
        // What is known not to have begun is not given up: it might begin just then, and a stop keeps it from that for
        // good.
        boolean waits = seen.state() == StepSeen.State.PENDING || seen.state() == StepSeen.State.ABSENT;
        Instant giveUp = giveUp(s, since);
        if (waits) {
            giveUp = giveUp.plus(s.where().limits().lost().multipliedBy(9));
        }
        if (s.isPast(giveUp)) {
            return s.seen().live() ? unknowable(s, step) : Decision.LOOK_LIVE;
        }
        return Decision.act(Decider.earlier(giveUp, s.now().plus(Decider.LOOK_AGAIN)), stop(s, step));
    }

    static Stop stop(Situation s, StepTry step) {
        return new Stop(
                step.id(), Situation.requireAnchor(s.attempt()), s.where().stopGrace());
    }

    /** One sentence of why a step of ours ended badly. */
    static String why(StepTry step, StepEnd end) {
        String what = step.id().kind().label();
        return end.detail().orElseGet(() -> switch (end.cause()) {
            case EXITED ->
                what + " exited with code "
                        + end.exitCode().map(String::valueOf).orElse("?");
            case KILLED -> what + " was killed from outside";
            case DEADLINE -> what + " ran longer than the cluster allows";
            case OUT_OF_MEMORY -> what + " ran out of memory";
            case ABANDONED -> what + " was given up with the engine that ran it";
            case LOST -> what + " was lost with what it ran on";
            case NEVER_STARTED -> what + " was never started";
            case REFUSED -> what + " was refused by the cluster";
        });
    }
}
