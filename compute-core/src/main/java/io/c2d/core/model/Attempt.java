package io.c2d.core.model;

import com.google.common.collect.ImmutableList;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One go at a job: from status 1 to a terminal one. A restart begins a new one with clean fields.
 *
 * @param number counted from 1
 * @param status the phase
 * @param since when the phase was stored, by the store's clock
 * @param anchor the identity of what everything of this attempt hangs on in the cluster, {@code null} until stored
 * @param staged the try of stage-in that succeeded, {@code null} before
 * @param step the try that the attempt is at, {@code null} between steps
 * @param runningSince when the engine first saw the algorithm's present try run, {@code null} before
 * @param end how the algorithm ended, {@code null} before
 * @param artifacts what was stored for readers so far; the manifest once the attempt has ended
 * @param troubleSince since when the engine can't get on with it, {@code null} while all is well
 * @param finished when it ended, {@code null} before
 * @param outcome how it ended, {@code null} before
 * @param exitCode the algorithm's exit code, {@code null} where there is none
 * @param reason one sentence of what went or goes wrong or it waits for, {@code null} where there is nothing to say
 */
public record Attempt(
        int number,
        JobStatus status,
        Instant since,
        @Nullable String anchor,
        @Nullable StepId staged,
        @Nullable StepTry step,
        @Nullable Instant runningSince,
        @Nullable AlgorithmEnd end,
        ImmutableList<Artifact> artifacts,
        @Nullable Instant troubleSince,
        @Nullable Instant finished,
        @Nullable Outcome outcome,
        @Nullable Integer exitCode,
        @Nullable String reason) {

    private static final int MAX_REASON = 2_000;

    /** Checks that an ended attempt, and only one, has an instant and an outcome; makes its reason fit to be stored. */
    public Attempt {
        // Registries, clusters and algorithms say what they like.
        reason = reason == null ? null : Sentence.of(reason, MAX_REASON);
        if (number < 1) {
            throw new IllegalArgumentException("attempts count from 1");
        }
        boolean terminal = status.isTerminal();
        if (terminal != (finished != null) || terminal != (outcome != null)) {
            throw new IllegalArgumentException("status, dateFinished and outcome end together");
        }
    }

    /** A fresh attempt at status 1. */
    public static Attempt begin(int number, Instant now) {
        return new Attempt(
                number,
                JobStatus.WARMING_UP,
                now,
                null,
                null,
                null,
                null,
                null,
                ImmutableList.of(),
                null,
                null,
                null,
                null,
                null);
    }

    /** Whether it has ended. */
    public boolean isFinished() {
        return finished != null;
    }

    /** A copy to be changed in parts. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Changes parts of an attempt; each move of the status is checked against the table of moves. */
    public static final class Builder {
        private final Attempt from;
        private JobStatus status;
        private Instant since;
        private @Nullable String anchor;
        private @Nullable StepId staged;
        private @Nullable StepTry step;
        private @Nullable Instant runningSince;
        private @Nullable AlgorithmEnd end;
        private ImmutableList<Artifact> artifacts;
        private @Nullable Instant troubleSince;
        private @Nullable Instant finished;
        private @Nullable Outcome outcome;
        private @Nullable Integer exitCode;
        private @Nullable String reason;

        private Builder(Attempt from) {
            this.from = from;
            this.status = from.status;
            this.since = from.since;
            this.anchor = from.anchor;
            this.staged = from.staged;
            this.step = from.step;
            this.runningSince = from.runningSince;
            this.end = from.end;
            this.artifacts = from.artifacts;
            this.troubleSince = from.troubleSince;
            this.finished = from.finished;
            this.outcome = from.outcome;
            this.exitCode = from.exitCode;
            this.reason = from.reason;
        }

        /** Moves to the next phase. */
        public Builder moveTo(JobStatus next, Instant now) {
            if (!from.status.canMoveTo(next)) {
                throw new IllegalStateException("no move from " + from.status + " to " + next);
            }
            status = next;
            since = now;
            return this;
        }

        /** Sets the anchor's identity. */
        public Builder anchor(String identity) {
            anchor = identity;
            return this;
        }

        /** Sets the try that the attempt is at; a new one has not been seen running. */
        public Builder step(StepTry next) {
            step = next;
            runningSince = null;
            return this;
        }

        /** Notes the try of stage-in whose folders are read from now on. */
        public Builder staged(StepId by) {
            staged = by;
            return this;
        }

        /** Notes that the algorithm was first seen running. */
        public Builder runningSince(Instant now) {
            runningSince = now;
            return this;
        }

        /** Stores how the algorithm ended. */
        public Builder end(AlgorithmEnd how) {
            end = how;
            exitCode = how.exitCode();
            reason = how.reason();
            return this;
        }

        /** Adds stored files. */
        public Builder addArtifacts(ImmutableList<Artifact> more) {
            artifacts = ImmutableList.<Artifact>builder()
                    .addAll(artifacts)
                    .addAll(more)
                    .build();
            return this;
        }

        /** Says what is wrong just now, and since when. */
        public Builder trouble(Instant sinceWhen, String what) {
            troubleSince = sinceWhen;
            reason = what;
            return this;
        }

        /** Says what it waits for, which is nobody's fault yet. */
        public Builder waits(String what) {
            troubleSince = null;
            reason = what;
            return this;
        }

        /** Nothing is in its way any more: the reason is that of the algorithm's end again, if it has one. */
        public Builder getsOn() {
            troubleSince = null;
            reason = end == null ? null : end.reason();
            return this;
        }

        /** Ends the attempt: status, instant and outcome in one. */
        public Builder finish(JobStatus terminal, Outcome how, @Nullable String why, Instant now) {
            moveTo(terminal, now);
            finished = now;
            outcome = how;
            reason = why;
            troubleSince = null;
            return this;
        }

        /** The changed attempt. */
        public Attempt build() {
            return new Attempt(
                    from.number,
                    status,
                    since,
                    anchor,
                    staged,
                    step,
                    runningSince,
                    end,
                    artifacts,
                    troubleSince,
                    finished,
                    outcome,
                    exitCode,
                    reason);
        }
    }
}
