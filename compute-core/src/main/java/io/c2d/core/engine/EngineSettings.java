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
 * @param claimBatch the most jobs taken in one transaction
 * @param commitGroup the most transitions stored in one transaction
 * @param turnLimit the longest that one turn may take before the engine counts as hung and lets its lease run out
 * @param backoffFirst the pause after a turn's first failure
 * @param backoffCap the longest pause between failed turns
 * @param giveUp how long a job may be in trouble before it ends as {@code infrastructureFailed}
 * @param sweep how it cleans up
 * @param fallback the environment that takes unknown names, {@code null} where those are refused
 */
public record EngineSettings(
        Duration lease,
        Duration poll,
        Duration resync,
        int claimBatch,
        int commitGroup,
        Duration turnLimit,
        Duration backoffFirst,
        Duration backoffCap,
        Duration giveUp,
        SweepSettings sweep,
        @Nullable String fallback) {
    /** What holds where nothing is set: a lease of 15 s, unknown environments refused. */
    public static final EngineSettings DEFAULTS = new EngineSettings(
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            100,
            100,
            Duration.ofMinutes(2),
            Duration.ofMillis(200),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            SweepSettings.DEFAULTS,
            null);

    /** Checks the ranges. */
    public EngineSettings {
        if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("lease is at least 1 s");
        }
        if (claimBatch < 1 || commitGroup < 1) {
            throw new IllegalArgumentException("batches hold at least one");
        }
        for (Duration each : new Duration[] {poll, resync, turnLimit, backoffFirst, backoffCap, giveUp}) {
            if (each.isZero() || each.isNegative()) {
                throw new IllegalArgumentException("times are above zero");
            }
        }
    }

    /** The environment that takes unknown names, if one does. */
    public Optional<String> fallbackEnvironment() {
        return Optional.ofNullable(fallback);
    }

    /** The same with another lease. */
    public EngineSettings withLease(Duration length) {
        return new EngineSettings(
                length,
                poll,
                resync,
                claimBatch,
                commitGroup,
                turnLimit,
                backoffFirst,
                backoffCap,
                giveUp,
                sweep,
                fallback);
    }

    /** The same with another way of cleaning up. */
    public EngineSettings withSweep(SweepSettings other) {
        return new EngineSettings(
                lease,
                poll,
                resync,
                claimBatch,
                commitGroup,
                turnLimit,
                backoffFirst,
                backoffCap,
                giveUp,
                other,
                fallback);
    }

    /** The same with an environment that takes unknown names. */
    public EngineSettings withFallback(@Nullable String environment) {
        return new EngineSettings(
                lease,
                poll,
                resync,
                claimBatch,
                commitGroup,
                turnLimit,
                backoffFirst,
                backoffCap,
                giveUp,
                sweep,
                environment);
    }
}
