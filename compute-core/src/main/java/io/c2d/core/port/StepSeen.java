package io.c2d.core.port;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster shows of one try.
 *
 * @param state how far it is
 * @param ended how it ended, there exactly where it has
 * @param waiting what it or a part of it waits for, {@code null} where it doesn't or nobody says
 */
public record StepSeen(
        State state, @Nullable StepEnd ended, @Nullable Wait waiting) {
    /**
     * What a try, or a part of it, waits for.
     *
     * @param what a clause that stays the same for as long as it waits for the same
     * @param detail what may change from look to look, such as how many nodes have no room; {@code null} for none
     */
    public record Wait(String what, @Nullable String detail) {
        /** For the job's user. */
        public String sentence() {
            return detail == null ? what : what + ": " + detail;
        }

        /** Whether this, perhaps with another detail, is what a reason says. */
        public boolean isSaidBy(@Nullable String reason) {
            return reason != null && (reason.equals(what) || reason.startsWith(what + ": "));
        }
    }

    /** How far a try is. */
    public enum State {
        /** Its name is not in use; a live look only. */
        ABSENT,
        /** Its name is in use, and nothing of it runs yet. */
        PENDING,
        /** It runs, or is terminating. */
        RUNNING,
        /** Nothing of it runs any more, nor ever will. */
        ENDED,
        /** It can't be known now. */
        UNKNOWN
    }

    /** Checks that an ended try says how. */
    public StepSeen {
        if ((state == State.ENDED) != (ended != null)) {
            throw new IllegalArgumentException("an ended try says how it ended");
        }
        if (waiting != null && state != State.PENDING && state != State.RUNNING) {
            throw new IllegalArgumentException("what is " + state + " waits for nothing");
        }
    }

    /** A try that has not ended. */
    public static StepSeen of(State state) {
        return new StepSeen(state, null, null);
    }

    /** A try that has ended. */
    public static StepSeen ended(StepEnd end) {
        return new StepSeen(State.ENDED, end, null);
    }

    /** A try of which nothing runs yet. */
    public static StepSeen pending(String what) {
        return new StepSeen(State.PENDING, null, new Wait(what, null));
    }

    /** How it ended, if it has. */
    public Optional<StepEnd> end() {
        return Optional.ofNullable(ended);
    }

    /** Why it waits, if anybody says. */
    public Optional<Wait> waitingFor() {
        return Optional.ofNullable(waiting);
    }
}
