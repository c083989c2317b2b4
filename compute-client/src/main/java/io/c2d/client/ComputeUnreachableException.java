package io.c2d.client;

import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** No answer came: no connection, a broken one, or a time-out. Whether the server acted on the request is unknown. */
public final class ComputeUnreachableException extends ComputeClientException {
    private static final long serialVersionUID = 1L;

    private final boolean hopeless;

    ComputeUnreachableException(String message, Throwable cause) {
        super(Kind.UNREACHABLE, message, cause);
        // A certificate that is not trusted now is not trusted in a second.
        this.hopeless = cause instanceof SSLHandshakeException || cause instanceof SSLPeerUnverifiedException;
    }

    /** Yes, unless the server's certificate was refused. */
    @Override
    public boolean isTransient() {
        return !hopeless;
    }
}
