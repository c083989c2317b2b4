package io.c2d.core.port;

import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;

/** The cluster can't do it now; the engine tries again, with growing pauses. */
public final class ClusterException extends ComputeException {
    private static final long serialVersionUID = 1L;

    /** With one sentence that may be shown to the job's owner. */
    public ClusterException(String message) {
        super(ErrorCode.UNAVAILABLE, message);
    }

    /** With one sentence that may be shown to the job's owner, and the cause for the log. */
    public ClusterException(String message, Throwable cause) {
        super(ErrorCode.UNAVAILABLE, message, cause);
    }
}
