package io.c2d.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What callers (and {@code maxtime}) want of a running attempt. Wishes only grow: a stop for the rest of its attempt, a
 * delete for ever.
 *
 * @param stop who asked for the end first
 * @param stopAt when that was stored, {@code null} while nobody did
 * @param delete whether the job is to be deleted
 */
public record Wishes(StopRequest stop, @Nullable Instant stopAt, boolean delete) {
    /** Nothing is wished. */
    public static final Wishes NONE = new Wishes(StopRequest.NONE, null, false);

    /** Checks that a stop has its instant. */
    public Wishes {
        if ((stop == StopRequest.NONE) != (stopAt == null)) {
            throw new IllegalArgumentException("a stop has its instant");
        }
    }

    /** These wishes and a stop; the first of two stops wins. */
    public Wishes withStop(StopRequest who, Instant now) {
        return stop == StopRequest.NONE ? new Wishes(who, now, delete) : this;
    }

    /** These wishes and a delete. */
    public Wishes withDelete() {
        return new Wishes(stop, stopAt, true);
    }

    /** Whether the attempt is to end. */
    public boolean wantEnd() {
        return stop != StopRequest.NONE || delete;
    }
}
