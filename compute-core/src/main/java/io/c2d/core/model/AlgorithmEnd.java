package io.c2d.core.model;

import org.jspecify.annotations.Nullable;

/**
 * How the algorithm's step ended, stored before anything is filtered or published.
 *
 * @param outcome what the job's outcome is unless filter or publish spoil it
 * @param exitCode the algorithm's own exit code, {@code null} where it has none
 * @param reason one sentence, {@code null} where all went well
 * @param algorithm the try that ran last: its log and its outputs
 * @param filter the filter's try whose outputs are published instead, {@code null} where none ran well
 * @param withOutputs whether outputs may be published, or the log alone
 */
public record AlgorithmEnd(
        Outcome outcome,
        @Nullable Integer exitCode,
        @Nullable String reason,
        StepId algorithm,
        @Nullable StepId filter,
        boolean withOutputs) {

    /** The same, with outputs taken from a filter's try. */
    public AlgorithmEnd filteredBy(StepId step) {
        return new AlgorithmEnd(outcome, exitCode, reason, algorithm, step, withOutputs);
    }

    /** The same, with the log alone to be published; the outcome is spoilt unless something else went wrong before. */
    public AlgorithmEnd withoutOutputs(Outcome spoilt, String why) {
        return new AlgorithmEnd(spoiltBy(spoilt), exitCode, because(why), algorithm, null, false);
    }

    /** The outcome where a later step fails: the first failure wins. */
    public Outcome spoiltBy(Outcome later) {
        return outcome == Outcome.SUCCEEDED ? later : outcome;
    }

    /** The reason with a further one. */
    public String because(String why) {
        return reason == null ? why : reason + "; " + why;
    }
}
