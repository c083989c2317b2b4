package io.c2d.core.port;

import java.time.Duration;

/**
 * A caller's key for one acceptance, scoped to the owner.
 *
 * @param key the caller's text, 1 to 255 characters
 * @param requestHash of the request without signature and nonce
 * @param keep how long an acceptance is remembered
 */
public record IdempotencyKey(String key, String requestHash, Duration keep) {
    /** The longest key that is taken, in characters. */
    public static final int MAX_LENGTH = 255;
}
