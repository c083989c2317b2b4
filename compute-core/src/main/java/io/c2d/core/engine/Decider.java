package io.c2d.core.engine;

import io.c2d.core.engine.ClusterAction.Prepare;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.Presence;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a job, by its phase. Pure: no I/O, no clock, no logger. What the present try's state means is in
 * {@link StepRules}, how things leave the cluster in {@link RemovalRules}.
 */
final class Decider {
    /** How soon to look again at what the cluster ought to have done by now, where no event comes. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private Decider() {}

    static Decision decide(Situation s) {
        if (s.job().isFinished()) {
            return RemovalRules.decide(s);
        }
        if (s.environment() == null && s.attempt().step() == null) {
            return finish(
                    s,
                    Outcome.INFRASTRUCTURE_FAILED,
                    "the environment \"" + s.job().submission().environment() + "\" is not configured any more");
        }
        return switch (s.job().status()) {
            case WARMING_UP -> warmingUp(s);
            case STARTED -> started(s);
            case CONFIGURING_VOLUMES -> s.attempt().anchor() == null ? configuring(s) : atStep(s);
            default -> atStep(s);
        };
    }

    /** What is stored when the engine can't get on with a job: it shows, and after a limit it ends. */
    static Decision trouble(Job job, String what, Instant now, Duration limit) {
        Attempt attempt = job.attempt();
        Instant since = attempt.troubleSince();
        if (job.isFinished()) {
            return Decision.DONE;
        }
        if (since != null && !now.isBefore(since.plus(limit))) {
            Attempt ended = attempt.toBuilder()
                    .finish(JobStatus.COMPLETED, Outcome.INFRASTRUCTURE_FAILED, what, now)
                    .build();
            return Decision.store(job.withAttempt(ended), now, "given up: " + what);
        }
        if (since != null && what.equals(attempt.reason())) {
            return Decision.DONE;
        }
        Attempt shown =
                attempt.toBuilder().trouble(since == null ? now : since, what).build();
        return Decision.store(job.withAttempt(shown), now, "in trouble: " + what);
    }

    private static Decision warmingUp(Situation s) {
        if (s.job().wishes().wantEnd()) {
            return finish(s, Outcome.STOPPED, "stopped before it began");
        }
        Duration longest = s.where().limits().queueing();
        if (s.isPast(s.attempt().since().plus(longest))) {
            return finish(s, Outcome.INFRASTRUCTURE_FAILED, "there was no room for it within " + text(longest));
        }
        return moveTo(s, JobStatus.STARTED, "taken by engine " + s.engine());
    }

    private static Decision started(Situation s) {
        if (s.job().wishes().wantEnd()) {
            return finish(s, Outcome.STOPPED, "stopped before it began");
        }
        if (s.job().lowestAttempt() < s.attempt().number()) {
            return RemovalRules.removeEarlier(s);
        }
        return moveTo(s, JobStatus.CONFIGURING_VOLUMES, "preparing", prepare(s));
    }

    private static Decision configuring(Situation s) {
        if (s.job().wishes().wantEnd()) {
            return finish(s, Outcome.STOPPED, "stopped before it began");
        }
        Instant deadline = s.attempt().since().plus(s.where().limits().volumes());
        if (s.seen().anchor().isPresent()) {
            Attempt.Builder next = progress(s).anchor(s.seen().anchor().get());
            return startStep(s, next, s.firstTry(StepKind.STAGE_IN), "staging in");
        }
        if (s.isPast(deadline)) {
            return finish(
                    s,
                    Outcome.INFRASTRUCTURE_FAILED,
                    "the volume was not there within " + text(s.where().limits().volumes()));
        }
        return Decision.act(earlier(deadline, s.now().plus(LOOK_AGAIN)), prepare(s));
    }

    private static Decision atStep(Situation s) {
        Attempt attempt = s.attempt();
        if (anchorIsGone(s)) {
            return s.seen().live()
                    ? finish(
                            s,
                            s.job().wishes().delete() ? Outcome.STOPPED : Outcome.INFRASTRUCTURE_FAILED,
                            "the job's volume was removed from outside")
                    : Decision.LOOK_LIVE;
        }
        StepTry step = attempt.step();
        if (step == null) {
            throw new IllegalStateException("status " + attempt.status() + " has a step");
        }
        return StepRules.decide(s, step);
    }

    private static boolean anchorIsGone(Situation s) {
        if (s.seen().anchor().isPresent()) {
            return !s.seen().anchor().get().equals(s.attempt().anchor());
        }
        // Pods may outlive their anchor, whose identity alone they could be told by.
        return s.seen().live() || s.seen().attempt(s.attempt().number()) == Presence.ABSENT;
    }

    private static Prepare prepare(Situation s) {
        return new Prepare(AttemptRef.present(s.job()), s.where());
    }

    /** The attempt about to be changed because it gets on: what was in its way no longer shows. */
    static Attempt.Builder progress(Situation s) {
        return s.attempt().toBuilder().getsOn();
    }

    static Decision moveTo(Situation s, JobStatus status, String note, ClusterAction... actions) {
        Attempt next = progress(s).moveTo(status, s.now()).build();
        return Decision.store(s.job().withAttempt(next), s.now(), note, actions);
    }

    /** Stores the intent of a try together with whatever else changes, then starts it. */
    static Decision startStep(Situation s, Attempt.Builder next, StepTry step, String note) {
        Attempt stored = next.step(step).build();
        return Decision.store(
                s.job().withAttempt(stored), s.now(), note, new ClusterAction.Start(s.spec(step, stored)));
    }

    static Decision finish(Situation s, Outcome outcome, @Nullable String reason) {
        return finish(s, progress(s), JobStatus.COMPLETED, outcome, reason);
    }

    static Decision finish(
            Situation s, Attempt.Builder next, JobStatus status, Outcome outcome, @Nullable String reason) {
        Attempt ended = next.finish(status, outcome, reason, s.now()).build();
        return Decision.store(s.job().withAttempt(ended), s.now(), outcome.wireName());
    }

    static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds >= 120 && seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
