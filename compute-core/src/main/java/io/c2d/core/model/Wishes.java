package io.c2d.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What callers (and {@code maxtime}) want of a running attempt. Wishes only grow: a stop for the rest of its attempt, a
 * delete for ever.
 *
 * @param stop who asked for the end first
 * @param stopAt when that was stored, {@code null} while nobody did
 * @param deleteAt when a delete was stored, {@code null} while none was
 */
public record Wishes(
        StopRequest stop,
        @Nullable Instant stopAt,
        @Nullable Instant deleteAt) {
    /** Nothing is wished. */
    public static final Wishes NONE = new Wishes(StopRequest.NONE, null, null);

    /** Checks that a stop has its instant. */
    public Wishes {
        if ((stop == StopRequest.NONE) != (stopAt == null)) {
            throw new IllegalArgumentException("a stop has its instant");
        }
    }

    /** These wishes and a stop; the first of two stops wins. */
    public Wishes withStop(StopRequest who, Instant now) {
        return stop == StopRequest.NONE ? new Wishes(who, now, deleteAt) : this;
    }

    /** These wishes and a delete; a second one changes nothing. */
    public Wishes withDelete(Instant now) {
        return deleteAt == null ? new Wishes(stop, stopAt, now) : this;
    }

    /** Whether the job is to be deleted. */
    public boolean delete() {
        return deleteAt != null;
    }

    /** Whether the attempt is to end. */
    public boolean wantEnd() {
        return stop != StopRequest.NONE || delete();
    }
}
