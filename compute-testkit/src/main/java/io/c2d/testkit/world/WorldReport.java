package io.c2d.testkit.world;

import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of one world.
 *
 * @param seed from which it can be run again
 * @param hash of everything that happened; equal for each run of the seed
 * @param violation the rule that did not hold, {@code null} where all did
 * @param trace the last things that happened
 * @param jobs how many jobs callers were told of
 * @param counts faults injected and attempts ended, by kind
 */
public record WorldReport(
        long seed,
        long hash,
        @Nullable InvariantViolation violation,
        String trace,
        int jobs,
        ImmutableMap<String, Long> counts) {
    /** Throws where a rule did not hold, with seed, rule and trace. */
    public void verify() {
        if (violation != null) {
            throw new AssertionError(
                    "seed " + seed + " broke " + violation.getMessage() + "\nThe last of what happened:\n" + trace,
                    violation);
        }
    }
}
