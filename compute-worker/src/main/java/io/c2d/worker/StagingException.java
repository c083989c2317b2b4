package io.c2d.worker;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file could not be staged in; the message is one sentence fit for the caller's eyes, without queries, user names or
 * paths of this machine.
 */
final class StagingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean retriable;
    private final transient @Nullable Duration retryAfter;

    private StagingException(
            String message, boolean retriable, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.retriable = retriable;
        this.retryAfter = retryAfter;
    }

    /** A failure that another try would not change. */
    static StagingException lasting(String message) {
        return new StagingException(message, false, null, null);
    }

    /** A failure that another try would not change, with its cause. */
    static StagingException lasting(String message, Throwable cause) {
        return new StagingException(message, false, null, cause);
    }

    /** A failure that may have passed at the next try. */
    static StagingException passing(String message, @Nullable Throwable cause) {
        return new StagingException(message, true, null, cause);
    }

    /** A refusal of a server that may have passed at the next try. */
    static StagingException passing(String message, Optional<Duration> retryAfter) {
        return new StagingException(message, true, retryAfter.orElse(null), null);
    }

    /** Whether another try makes sense. */
    boolean isRetriable() {
        return retriable;
    }

    /** How long the server asked to wait, if it did. */
    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
