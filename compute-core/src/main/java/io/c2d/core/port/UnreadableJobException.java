package io.c2d.core.port;

import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.JobId;

/**
 * What is stored of a job can't be read: its document is broken, or of a form that only a newer version reads. Wishes still
 * reach the job, and {@link JobStore#quarantine} ends it.
 */
public final class UnreadableJobException extends ComputeException {
    private static final long serialVersionUID = 1L;

    /** With the cause for the log. */
    public UnreadableJobException(JobId job, Throwable cause) {
        super(ErrorCode.INTERNAL, "what is stored of job " + job + " can't be read", job, cause);
    }
}
