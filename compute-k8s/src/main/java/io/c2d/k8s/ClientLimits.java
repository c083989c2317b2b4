package io.c2d.k8s;

import java.time.Duration;

/**
 * How hard the API server is asked. The server's own limits (429 with {@code Retry-After}) are heeded besides.
 *
 * @param concurrent the most calls under way
 * @param perSecond the most calls begun in a second
 * @param patience the longest that a call waits for its turn by these two
 * @param requestTimeout the longest that one request takes, a repeated one anew
 * @param connectTimeout the longest that a connection takes to make
 * @param retries how often a request is repeated after 429, 5xx or a broken connection
 * @param firstPause the first pause between repeats; it doubles, and {@code Retry-After} may make it longer
 * @param resync how often listeners are told of everything in the cache, without a call
 */
public record ClientLimits(
        int concurrent,
        double perSecond,
        Duration patience,
        Duration requestTimeout,
        Duration connectTimeout,
        int retries,
        Duration firstPause,
        Duration resync) {
    /**
     * 32 calls under way, 100 a second: a job makes about twenty, and the API server's own default for one client is far
     * above it.
     */
    public static final ClientLimits DEFAULTS = new ClientLimits(
            32,
            100,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            3,
            Duration.ofMillis(100),
            Duration.ofMinutes(10));

    /** Checks the ranges. */
    public ClientLimits {
        if (concurrent < 1 || !(perSecond > 0) || retries < 0) {
            throw new IllegalArgumentException(
                    "client limits: concurrent and perSecond are above 0, retries not below");
        }
        for (Duration each : new Duration[] {patience, requestTimeout, connectTimeout, firstPause, resync}) {
            if (each.compareTo(Duration.ofMillis(1)) < 0) {
                throw new IllegalArgumentException("client limits: times are at least 1 ms");
            }
        }
    }
}
