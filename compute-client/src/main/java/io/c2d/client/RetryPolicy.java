package io.c2d.client;

import java.time.Duration;

/**
 * How often and how long a call is tried. Tried again are calls that met no server, were cut off, or were answered 429,
 * 502, 503 or 504; the pauses double from the first to the longest, shortened by up to half at random, or are what
 * {@code Retry-After} says.
 *
 * @param maxTries the most tries, the first included, at least 1
 * @param totalTime the longest that all tries and pauses of a call take; below the server's window for nonces (5 minutes by
 *     default), since a try repeats the former's signature
 * @param firstPause before the second try
 * @param longestPause the longest without a {@code Retry-After}
 */
public record RetryPolicy(int maxTries, Duration totalTime, Duration firstPause, Duration longestPause) {
    /** Five tries within two minutes, pauses from 0.5 s to 10 s. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(5, Duration.ofMinutes(2), Duration.ofMillis(500), Duration.ofSeconds(10));

    /** One try. */
    public static final RetryPolicy NONE = DEFAULT.withMaxTries(1);

    /** Checks the ranges. */
    public RetryPolicy {
        if (maxTries < 1) {
            throw new IllegalArgumentException("maxTries is at least 1");
        }
        if (totalTime.isNegative() || totalTime.isZero()) {
            throw new IllegalArgumentException("totalTime is positive");
        }
        if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("firstPause is not negative, and longestPause not shorter");
        }
    }

    /** The same with another number of tries. */
    public RetryPolicy withMaxTries(int tries) {
        return new RetryPolicy(tries, totalTime, firstPause, longestPause);
    }

    /** The same with another total time. */
    public RetryPolicy withTotalTime(Duration total) {
        return new RetryPolicy(maxTries, total, firstPause, longestPause);
    }

    /** The pause after a try that failed, before chance shortens it. */
    Duration pauseAfter(int failedTries) {
        Duration pause = firstPause;
        for (int i = 1; i < failedTries && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
