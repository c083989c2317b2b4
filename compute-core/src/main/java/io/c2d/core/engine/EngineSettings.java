package io.c2d.core.engine;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an engine behaves.
 *
 * @param lease the longest that the jobs of a silent engine wait for another; at least 1 s
 * @param poll how often free jobs are looked for, where no wake-up came
 * @param resync how often every owned job is looked at, where nothing else woke it
 * @param batches how much is done at a time
 * @param turnLimit the longest that one turn may take before the engine counts as hung and lets its lease run out
 * @param retries what follows on a turn that failed
 * @param sweep how it cleans up
 * @param fallback the environment that takes unknown names, {@code null} where those are refused
 */
public record EngineSettings(
        Duration lease,
        Duration poll,
        Duration resync,
        Batches batches,
        Duration turnLimit,
        Retries retries,
        SweepSettings sweep,
        @Nullable String fallback) {
    /** What holds where nothing is set: a lease of 15 s, unknown environments refused. */
    public static final EngineSettings DEFAULTS = new EngineSettings(
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            new Batches(100, 100),
            Duration.ofMinutes(2),
            new Retries(Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofHours(1)),
            SweepSettings.DEFAULTS,
            null);

    /** Checks the ranges. */
    public EngineSettings {
        if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("lease is at least 1 s");
        }
        requirePositive(poll, resync, turnLimit);
    }

    private static void requirePositive(Duration... times) {
        for (Duration each : times) {
            if (each.isZero() || each.isNegative()) {
                throw new IllegalArgumentException("times are above zero");
            }
        }
    }

    /**
     * How much is done in one transaction.
     *
     * @param claims the most jobs taken
     * @param commits the most transitions stored
     */
    public record Batches(int claims, int commits) {
        /** Checks the ranges. */
        public Batches {
            if (claims < 1 || commits < 1) {
                throw new IllegalArgumentException("batches hold at least one");
            }
        }
    }

    /**
     * What follows on a turn that failed: a pause that doubles from failure to failure.
     *
     * @param first the first pause
     * @param cap the longest pause
     * @param giveUp how long a job may be in trouble before it ends as {@code infrastructureFailed}
     */
    public record Retries(Duration first, Duration cap, Duration giveUp) {
        /** Checks the ranges. */
        public Retries {
            requirePositive(first, cap, giveUp);
        }
    }

    /** The environment that takes unknown names, if one does. */
    public Optional<String> fallbackEnvironment() {
        return Optional.ofNullable(fallback);
    }

    /** The same with another lease. */
    public EngineSettings withLease(Duration length) {
        return new EngineSettings(length, poll, resync, batches, turnLimit, retries, sweep, fallback);
    }

    /** The same with another way of cleaning up. */
    public EngineSettings withSweep(SweepSettings other) {
        return new EngineSettings(lease, poll, resync, batches, turnLimit, retries, other, fallback);
    }

    /** The same with an environment that takes unknown names. */
    public EngineSettings withFallback(@Nullable String environment) {
        return new EngineSettings(lease, poll, resync, batches, turnLimit, retries, sweep, environment);
    }
}
