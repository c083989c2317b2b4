package io.c2d.core.port;

import io.c2d.core.model.JobId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a submission.
 *
 * @param kind what
 * @param jobId the job created, restarted or in the way
 * @param repeated whether this is the remembered answer to an earlier, equal request, and nothing was done now
 */
public record SubmitResult(Kind kind, @Nullable JobId jobId, boolean repeated) {
    /** The answers of a submission. */
    public enum Kind {
        /** A new job was stored. */
        CREATED,
        /** An ended job begins a new attempt. */
        RESTARTED,
        /** The agreement has a running job: {@link #jobId()}. */
        AGREEMENT_RUNNING,
        /** The named job did not end as stopped or timed out, is running, or is deleted. */
        NOT_RESTARTABLE,
        /** The named job is not there, or is another owner's. */
        NOT_FOUND,
        /** No workflow, and no job of the agreement to restart. */
        NOTHING_TO_RESTART,
        /** Too many jobs wait already, so nothing was stored. */
        QUEUE_FULL,
        /** The idempotency key was used for another request. */
        KEY_REUSED,
        /** The nonce was used for another request. */
        NONCE_REUSED
    }

    /** Whether the request was accepted, now or before. */
    public boolean isAccepted() {
        return kind == Kind.CREATED || kind == Kind.RESTARTED;
    }

    /** The job concerned, if one is. */
    public Optional<JobId> job() {
        return Optional.ofNullable(jobId);
    }

    /** An answer of now, about a job. */
    public static SubmitResult of(Kind kind, JobId job) {
        return new SubmitResult(kind, job, false);
    }

    /** An answer of now, about no job. */
    public static SubmitResult of(Kind kind) {
        return new SubmitResult(kind, null, false);
    }
}
