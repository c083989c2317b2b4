package io.c2d.core.engine;

import java.time.Duration;

/**
 * How an engine cleans up.
 *
 * @param every how often it looks
 * @param grace how long something must have been an orphan before it is removed
 * @param tombstones how long the row of a deleted job is kept
 * @param maxShare the largest share of all attempts, from 0 to 1, that may be orphans; beyond, nothing is removed and an
 *     alarm is logged, since then the store is more likely to be wrong than the cluster
 * @param dryRun whether orphans are told of in the log and left where they are
 */
public record SweepSettings(Duration every, Duration grace, Duration tombstones, double maxShare, boolean dryRun) {
    /** What holds where nothing is set: each 10 min, orphans of an hour, tombstones for 90 days, at most half. */
    public static final SweepSettings DEFAULTS =
            new SweepSettings(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofDays(90), 0.5, false);

    /** Checks the ranges. */
    public SweepSettings {
        if (every.isZero() || every.isNegative() || grace.isNegative() || tombstones.isNegative()) {
            throw new IllegalArgumentException("times are not negative");
        }
        if (!(maxShare >= 0 && maxShare <= 1)) {
            throw new IllegalArgumentException("maxShare is from 0 to 1");
        }
    }

    /** The same, telling only. */
    public SweepSettings asDryRun() {
        return new SweepSettings(every, grace, tombstones, maxShare, true);
    }
}
