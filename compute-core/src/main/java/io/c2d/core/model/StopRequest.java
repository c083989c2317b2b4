package io.c2d.core.model;

import java.util.Optional;

/** Who asked for the algorithm's end (seed, {@code stopreq}); the first of an attempt wins. */
public enum StopRequest {
    /** Nobody. */
    NONE(0),
    /** A caller's stop or delete. */
    CALLED(1),
    /** The engine, since the algorithm ran for {@code maxtime}. */
    MAXTIME(2);

    private final int code;

    StopRequest(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The request with this number. */
    public static Optional<StopRequest> ofCode(int code) {
        for (StopRequest request : values()) {
            if (request.code == code) {
                return Optional.of(request);
            }
        }
        return Optional.empty();
    }
}
