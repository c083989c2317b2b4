package io.c2d.worker;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.Optional;

/**
 * Counts the tries of a download that gets no further. A try that brought something is judged more kindly: the window
 * begins anew, and the count too once it was enough; so a large file may break often, and nothing goes on for ever. For one
 * thread.
 */
final class Retries {
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    /** Less than this is no progress: a server that cuts after every byte would be asked without end. */
    private static final long PROGRESS = 1 << 20;

    private final DownloadPolicy policy;
    private final Ticker ticker;
    private long windowStart;
    private int failures;

    /** Starts the window. */
    Retries(DownloadPolicy policy, Ticker ticker) {
        this.policy = policy;
        this.ticker = ticker;
        this.windowStart = ticker.read();
    }

    /**
     * A try failed.
     *
     * @param gained the bytes that it brought
     * @param asked how long the server wants to be left alone
     * @return how long to wait before the next try; nothing if there is none
     */
    Optional<Duration> failed(long gained, Optional<Duration> asked) {
        long now = ticker.read();
        if (gained > 0) {
            windowStart = now;
        }
        failures = gained >= PROGRESS ? 1 : failures + 1;
        if (failures >= policy.maxTries()) {
            return Optional.empty();
        }
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(failures - 1, 20));
        if (asked.isPresent() && asked.get().compareTo(wait) > 0) {
            wait = asked.get();
        }
        Duration used = Duration.ofNanos(now - windowStart);
        return used.plus(wait).compareTo(policy.retryWindow()) > 0 ? Optional.empty() : Optional.of(wait);
    }
}
