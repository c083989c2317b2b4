package io.c2d.core.model;

/**
 * The name of one try of one step. Within an attempt it is a register that is written once: what was started under it is
 * never started under it again.
 *
 * @param job the job
 * @param attempt counted from 1; a restart begins a new one
 * @param stage the stage's position in the workflow, from 0
 * @param kind which step
 * @param tryNumber counted from 1; rises only when the former try was seen ended
 */
public record StepId(JobId job, int attempt, int stage, StepKind kind, int tryNumber) {
    /** Checks the ranges. */
    public StepId {
        if (attempt < 1 || stage < 0 || tryNumber < 1) {
            throw new IllegalArgumentException("attempt and try count from 1, the stage from 0");
        }
    }

    /** The name within the attempt, for example {@code 0-algorithm-1}. */
    public String name() {
        return stage + "-" + kind.label() + "-" + tryNumber;
    }

    /** The next try of the same step. */
    public StepId nextTry() {
        return new StepId(job, attempt, stage, kind, tryNumber + 1);
    }

    @Override
    public String toString() {
        return job + "/" + attempt + "/" + name();
    }
}
