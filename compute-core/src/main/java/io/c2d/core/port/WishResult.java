package io.c2d.core.port;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;

/**
 * What became of a wish.
 *
 * @param kind whether it was taken
 * @param changed the jobs that it changed
 */
public record WishResult(Kind kind, ImmutableSet<JobId> changed) {
    /** The answers of a wish. */
    public enum Kind {
        /** Stored, as far as it changed anything. */
        STORED,
        /** An exact repeat of an earlier signed request; nothing was done. */
        REPEATED,
        /** The nonce was used for another request; nothing was done. */
        NONCE_REUSED
    }
}
