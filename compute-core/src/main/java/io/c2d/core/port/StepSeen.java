package io.c2d.core.port;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster shows of one try.
 *
 * @param state how far it is
 * @param ended how it ended, there exactly where it has
 * @param waiting what it or a part of it waits for, one sentence for its user; {@code null} where it doesn't or nobody says
 */
public record StepSeen(
        State state, @Nullable StepEnd ended, @Nullable String waiting) {
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
    }

    /** A try that has not ended. */
    public static StepSeen of(State state) {
        return new StepSeen(state, null, null);
    }

    /** A try that has ended. */
    public static StepSeen ended(StepEnd end) {
        return new StepSeen(State.ENDED, end, null);
    }

    /** How it ended, if it has. */
    public Optional<StepEnd> end() {
        return Optional.ofNullable(ended);
    }

    /** Why it waits, if anybody says. */
    public Optional<String> waitingFor() {
        return Optional.ofNullable(waiting);
    }
}
