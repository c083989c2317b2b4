package io.c2d.core.model;

import org.jspecify.annotations.Nullable;

/**
 * How the algorithm's step ended, stored before anything is filtered or published.
 *
 * @param outcome what the job's outcome is unless filter or publish spoil it
 * @param exitCode the algorithm's own exit code, {@code null} where it has none
 * @param reason one sentence, {@code null} where all went well
 * @param algorithm the try that ran last: its log and its outputs
 * @param filter the filter's try that ended: its log, and its outputs instead of the algorithm's where outputs may be
 *     published; {@code null} where no filter ended
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

    /** The same after a filter's try that failed: logs alone are published; the first failure stays the outcome. */
    public AlgorithmEnd withoutOutputs(StepId failed, String why) {
        return new AlgorithmEnd(spoiltBy(Outcome.FILTER_FAILED), exitCode, because(why), algorithm, failed, false);
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
