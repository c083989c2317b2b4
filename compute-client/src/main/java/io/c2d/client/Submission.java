package io.c2d.client;

import io.c2d.core.model.JobId;

/**
 * What became of a submit or restart.
 *
 * @param jobId the job
 * @param kind whether it is new
 */
public record Submission(JobId jobId, Kind kind) {
    /** What a submission can become. */
    public enum Kind {
        /** A new job (201). */
        CREATED,
        /** A further attempt of a job that was stopped or timed out (200). */
        RESTARTED
    }

    /** Whether it is a further attempt of an earlier job. */
    public boolean isRestart() {
        return kind == Kind.RESTARTED;
    }
}
