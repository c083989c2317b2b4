package io.c2d.core.engine;

import io.c2d.core.engine.ClusterAction.Start;
import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Wishes;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSeen;

/** What the end of the present try means for the job. Only what was seen ended, live, comes here. */
final class EndRules {
    private static final int MAX_ABANDONED = 1_000;

    private EndRules() {}

    static Decision decide(Situation s, StepTry step, StepEnd end) {
        return switch (step.id().kind()) {
            case STAGE_IN -> stagedIn(s, step, end);
            case ALGORITHM -> algorithm(s, step, end);
            case FILTER -> filtered(s, step, end);
            case PUBLISH -> published(s, step, end);
        };
    }

    private static Decision stagedIn(Situation s, StepTry step, StepEnd end) {
        Attempt.Builder next = Decider.progress(s).addArtifacts(end.artifacts());
        if (s.job().wishes().wantEnd()) {
            return Decider.finish(s, next, JobStatus.COMPLETED, Outcome.STOPPED, "stopped while staging in");
        }
        if (end.isSuccess()) {
            next.staged(step.id()).moveTo(JobStatus.PROVISIONED, s.now());
            return Decider.startStep(s, next, s.firstTry(StepKind.ALGORITHM), "staged in");
        }
        int code = end.cause() == Cause.EXITED ? end.exitCode().orElse(-1) : -1;
        if (code == StepEnd.ALGORITHM_FAILED) {
            return Decider.finish(
                    s,
                    next,
                    JobStatus.ALGORITHM_PROVISIONING_FAILED,
                    Outcome.ALGORITHM_PROVISIONING_FAILED,
                    StepRules.why(step, end));
        }
        if (code == StepEnd.DATA_FAILED || overran(s, step, end)) {
            String why = code == StepEnd.DATA_FAILED ? StepRules.why(step, end) : tooLong(s, step);
            return Decider.finish(s, next, JobStatus.DATA_PROVISIONING_FAILED, Outcome.DATA_PROVISIONING_FAILED, why);
        }
        return mayTryAgain(s, step, end)
                ? tryAgain(s, step, end)
                : Decider.finish(s, next, JobStatus.COMPLETED, Outcome.INFRASTRUCTURE_FAILED, usedUp(step, end));
    }

    private static Decision algorithm(Situation s, StepTry step, StepEnd end) {
        Wishes wishes = s.job().wishes();
        AlgorithmEnd decided = s.attempt().end();
        if (decided != null && !wishes.delete()) {
            return Decider.finish(s, decided.outcome(), decided.reason());
        }
        boolean began = end.cause() != Cause.NEVER_STARTED && end.cause() != Cause.REFUSED;
        if (s.attempt().status() == JobStatus.PROVISIONED && began) {
            // It ran and ended between two looks; the table has no way past 40.
            return Decider.moveTo(s, JobStatus.RUNNING, "the algorithm ran");
        }
        if (wishes.delete() || (wishes.wantEnd() && !began && s.attempt().status() == JobStatus.PROVISIONED)) {
            return Decider.finish(s, Outcome.STOPPED, "stopped");
        }
        if (wishes.wantEnd()) {
            return results(s, wishes, stopped(s, step, end));
        }
        return switch (end.cause()) {
            case EXITED -> results(s, wishes, exited(step, end));
            case OUT_OF_MEMORY -> results(s, wishes, failed(step, end, false));
            case DEADLINE -> {
                Wishes timedOut = wishes.withStop(StopRequest.MAXTIME, s.now());
                yield results(s, timedOut, stopped(s, step, end, StopRequest.MAXTIME));
            }
            case REFUSED -> Decider.finish(s, Outcome.INFRASTRUCTURE_FAILED, StepRules.why(step, end));
            case KILLED, LOST, ABANDONED, NEVER_STARTED -> lostAlgorithm(s, step, end);
        };
    }

    private static Decision lostAlgorithm(Situation s, StepTry step, StepEnd end) {
        boolean neverRan = end.cause() == Cause.NEVER_STARTED;
        if (neverRan && s.isPast(s.deadline(step))) {
            return Decider.finish(s, Outcome.INFRASTRUCTURE_FAILED, notScheduled(s));
        }
        if (mayTryAgain(s, step, end)) {
            return tryAgain(s, step, end);
        }
        // Killed each time it ran, with an exit code to show for it: that is the algorithm's way to end, and its log
        // tells.
        return end.cause() == Cause.KILLED && end.exitCode().isPresent()
                ? results(s, s.job().wishes(), failed(step, end, false))
                : Decider.finish(s, Outcome.INFRASTRUCTURE_FAILED, usedUp(step, end));
    }

    static String notScheduled(Situation s) {
        return "the algorithm was not running within "
                + Decider.text(s.where().limits().scheduling())
                + whatItWaitedFor(s);
    }

    /** What the cluster said that a step waits for, or why it did not begin: past its limit that is the reason to tell. */
    private static String whatItWaitedFor(Situation s) {
        return s.seen()
                .step()
                .flatMap(seen -> seen.waitingFor()
                        .map(StepSeen.Wait::sentence)
                        .or(() -> seen.end().flatMap(StepEnd::detail)))
                .map(why -> ": " + why)
                .orElse("");
    }

    private static AlgorithmEnd exited(StepTry step, StepEnd end) {
        return end.isSuccess()
                ? new AlgorithmEnd(Outcome.SUCCEEDED, 0, null, step.id(), null, true)
                : failed(step, end, true);
    }

    private static AlgorithmEnd failed(StepTry step, StepEnd end, boolean withOutputs) {
        String why = StepRules.why(step, end);
        return new AlgorithmEnd(
                Outcome.ALGORITHM_FAILED, end.exitCode().orElse(null), why, step.id(), null, withOutputs);
    }

    private static AlgorithmEnd stopped(Situation s, StepTry step, StepEnd end) {
        return stopped(s, step, end, s.job().wishes().stop());
    }

    /** After a stored stop exit 0 is no success: the algorithm was asked to end before it had done all. */
    private static AlgorithmEnd stopped(Situation s, StepTry step, StepEnd end, StopRequest by) {
        boolean timedOut = by == StopRequest.MAXTIME;
        return new AlgorithmEnd(
                timedOut ? Outcome.TIMED_OUT : Outcome.STOPPED,
                end.exitCode().orElse(null),
                timedOut ? "the algorithm ran longer than its maxtime of " + Decider.text(s.maxTime()) : "stopped",
                step.id(),
                null,
                end.cause() != Cause.NEVER_STARTED);
    }

    /** The algorithm has ended: filter, or publish at once. */
    private static Decision results(Situation s, Wishes wishes, AlgorithmEnd end) {
        boolean filter = end.withOutputs() && s.where().filter().isPresent();
        Attempt.Builder next = Decider.progress(s).end(end);
        next.moveTo(filter ? JobStatus.FILTERING : JobStatus.PUBLISHING, s.now());
        StepTry step = s.firstTry(filter ? StepKind.FILTER : StepKind.PUBLISH);
        Attempt stored = next.step(step).build();
        return Decision.store(
                s.job().with(stored, wishes),
                s.now(),
                "the algorithm ended: " + end.outcome().wireName(),
                new Start(s.spec(step, stored)));
    }

    private static Decision filtered(Situation s, StepTry step, StepEnd end) {
        if (s.job().wishes().delete()) {
            return Decider.finish(s, Outcome.STOPPED, "deleted while filtering");
        }
        AlgorithmEnd before = requireEnd(s);
        AlgorithmEnd after;
        if (StepRules.isDecided(s, step)) {
            after = before;
        } else if (end.isSuccess()) {
            after = before.filteredBy(step.id());
        } else if (isOurFault(end) && !overran(s, step, end) && mayTryAgain(s, step, end)) {
            return tryAgain(s, step, end);
        } else {
            String why = overran(s, step, end) ? tooLong(s, step) : StepRules.why(step, end);
            after = before.withoutOutputs(step.id(), why);
        }
        Attempt.Builder next = Decider.progress(s).end(after).moveTo(JobStatus.PUBLISHING, s.now());
        return Decider.startStep(
                s, next, s.firstTry(StepKind.PUBLISH), after.withOutputs() ? "filtered" : "the filter failed");
    }

    private static Decision published(Situation s, StepTry step, StepEnd end) {
        if (s.job().wishes().delete()) {
            return Decider.finish(s, Outcome.STOPPED, "deleted while publishing");
        }
        AlgorithmEnd algorithm = requireEnd(s);
        Attempt.Builder next = Decider.progress(s).addArtifacts(end.artifacts());
        if (end.isSuccess()) {
            return Decider.finish(s, next, JobStatus.COMPLETED, algorithm.outcome(), algorithm.reason());
        }
        if (!overran(s, step, end) && mayTryAgain(s, step, end)) {
            return tryAgain(s, step, end);
        }
        String why = overran(s, step, end) ? tooLong(s, step) : StepRules.why(step, end);
        return Decider.finish(
                s,
                Decider.progress(s),
                JobStatus.COMPLETED,
                algorithm.spoiltBy(Outcome.PUBLISH_FAILED),
                algorithm.because(why));
    }

    private static AlgorithmEnd requireEnd(Situation s) {
        AlgorithmEnd end = s.attempt().end();
        if (end == null) {
            throw new IllegalStateException("results come after the algorithm's end");
        }
        return end;
    }

    private static boolean isOurFault(StepEnd end) {
        return switch (end.cause()) {
            case LOST, KILLED, ABANDONED, NEVER_STARTED -> true;
            case EXITED, DEADLINE, OUT_OF_MEMORY, REFUSED -> false;
        };
    }

    private static boolean overran(Situation s, StepTry step, StepEnd end) {
        return switch (end.cause()) {
            case DEADLINE -> true;
            // The time for which no engine lived is not the step's.
            case EXITED, ABANDONED -> false;
            default -> s.isPast(s.deadline(step));
        };
    }

    private static boolean mayTryAgain(Situation s, StepTry step, StepEnd end) {
        return switch (end.cause()) {
            case REFUSED -> false;
            // Not the step's fault; the bound is there only because everything has one.
            case ABANDONED -> step.id().tryNumber() < MAX_ABANDONED;
            default -> step.failures() + 1 < s.where().maxTries();
        };
    }

    /**
     * An abandoned try may not have begun: the engine that stored it may be paused, and still mean to start it. Its name is
     * occupied first.
     */
    private static Decision tryAgain(Situation s, StepTry step, StepEnd end) {
        boolean abandoned = end.cause() == Cause.ABANDONED;
        StepTry next = s.tryAfter(step, step.failures() + (abandoned ? 0 : 1));
        Attempt stored = Decider.progress(s).step(next).build();
        Start start = new Start(s.spec(next, stored));
        String note =
                "try " + next.id().tryNumber() + " of " + step.id().kind().label() + ": " + StepRules.why(step, end);
        return abandoned
                ? Decision.store(s.job().withAttempt(stored), s.now(), note, StepRules.stop(s, step), start)
                : Decision.store(s.job().withAttempt(stored), s.now(), note, start);
    }

    static String tooLong(Situation s, StepTry step) {
        return step.id().kind().label() + " took longer than "
                + Decider.text(s.limit(step.id().kind()))
                + whatItWaitedFor(s);
    }

    private static String usedUp(StepTry step, StepEnd end) {
        return StepRules.why(step, end) + " (" + step.id().tryNumber() + " tries)";
    }
}
