package io.c2d.core.port;

import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;

/** The store could not be asked, or did not answer in time. Whether a write took effect is unknown: read again. */
public final class StoreUnavailableException extends ComputeException {
    private static final long serialVersionUID = 1L;

    /** With what the adapter saw; the message is for the log, callers are told to come back. */
    public StoreUnavailableException(String message, Throwable cause) {
        super(ErrorCode.UNAVAILABLE, message, cause);
    }
}
