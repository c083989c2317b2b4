package io.c2d.store.jdbc;

import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.JobId;

/** A job's stored document is broken, or of a form that only a newer version reads. Wishes still reach the job. */
final class UnreadableJobException extends ComputeException {
    private static final long serialVersionUID = 1L;

    UnreadableJobException(JobId job, Throwable cause) {
        super(ErrorCode.INTERNAL, "what is stored of job " + job + " can't be read", job, cause);
    }
}
