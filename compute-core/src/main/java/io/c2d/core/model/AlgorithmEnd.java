package io.c2d.core.model;

import org.jspecify.annotations.Nullable;

/**
 * How the algorithm's step ended, stored before anything is filtered or published.
 *
 * @param outcome what the job's outcome is unless filter or publish spoil it
 * @param exitCode the algorithm's own exit code, {@code null} where it has none
 * @param reason one sentence, {@code null} where all went well
 * @param results the try whose folders filter and publish read
 * @param withOutputs whether outputs may be published, or the log alone
 */
public record AlgorithmEnd(
        Outcome outcome,
        @Nullable Integer exitCode,
        @Nullable String reason,
        StepId results,
        boolean withOutputs) {

    /** The same, with results taken from a filter's try. */
    public AlgorithmEnd filteredBy(StepId filter) {
        return new AlgorithmEnd(outcome, exitCode, reason, filter, withOutputs);
    }

    /** The same, with the log alone to be published; the outcome is spoilt unless something else went wrong before. */
    public AlgorithmEnd withoutOutputs(Outcome spoilt, String why) {
        boolean first = outcome == Outcome.SUCCEEDED;
        return new AlgorithmEnd(
                first ? spoilt : outcome, exitCode, reason == null ? why : reason + "; " + why, results, false);
    }
}
