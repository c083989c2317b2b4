package io.c2d.core.engine;

import io.c2d.core.model.JobId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How long to wait after a failed turn: doubled with each failure up to a cap, with jitter of a half. Thread-safe. */
final class Backoff {
    private final EngineSettings.Retries retries;
    private final RandomGenerator random;
    private final Map<JobId, Integer> failures = new HashMap<>();

    Backoff(EngineSettings.Retries retries, RandomGenerator random) {
        this.retries = retries;
        this.random = random;
    }

    /** Counts a failure and gives the delay that follows it. */
    synchronized Duration failed(JobId key) {
        int count = failures.merge(key, 1, Integer::sum);
        // The exponent is capped as well, since a shift by more than 62 would wrap round.
        long nanos = Math.min(retries.cap().toNanos(), retries.first().toNanos() << Math.min(count - 1, 20));
        return Duration.ofNanos(nanos / 2 + (long) (random.nextDouble() * (nanos / 2.0)));
    }

    /**
     * How long to wait after a write that did not count: not at all the first time, since somebody else just wrote. An engine
     * whose lease has run out loses each time, until its heartbeat finds out.
     */
    synchronized Duration lost(JobId key) {
        return failures.putIfAbsent(key, 1) == null ? Duration.ZERO : failed(key);
    }

    /** Whether the key's last turn failed, so that the next comes after a pause. */
    synchronized boolean isPausing(JobId key) {
        return failures.containsKey(key);
    }

    synchronized void succeeded(JobId key) {
        failures.remove(key);
    }
}
