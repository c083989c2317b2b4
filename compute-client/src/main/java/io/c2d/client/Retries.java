package io.c2d.client;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries a call until it goes well, fails for good, or its limits are reached. Thread-safe. */
final class Retries {
    private static final Logger log = LoggerFactory.getLogger(Retries.class);

    private final RetryPolicy policy;
    private final Pause pause;
    private final Ticker ticker;
    private final Nonces random;
    private final BooleanSupplier closed;

    /**
     * Retries by a policy.
     *
     * @param random for the jitter of pauses
     * @param closed whether the client was closed
     */
    Retries(RetryPolicy policy, Pause pause, Ticker ticker, Nonces random, BooleanSupplier closed) {
        this.policy = policy;
        this.pause = pause;
        this.ticker = ticker;
        this.random = random;
        this.closed = closed;
    }

    /** The same with one try a call. */
    Retries once() {
        return new Retries(policy.withMaxTries(1), pause, ticker, random, closed);
    }

    /** One try of a call. */
    @FunctionalInterface
    interface Try<T> {
        /** Tries within the time left. */
        T run(Duration timeLeft);
    }

    /** A call that can tell that a failed try got it further, so that the limits begin anew. */
    interface Resumable<T> extends Try<T> {
        /** Whether the last try made progress. */
        boolean advanced();
    }

    /**
     * Runs the call.
     *
     * @param what method and path, for logs and messages
     * @throws ComputeClientException of the last try
     */
    <T> T run(String what, Try<T> call) {
        long start = ticker.read();
        int tries = 0;
        while (true) {
            if (closed.getAsBoolean()) {
                throw closed(what);
            }
            Duration left = policy.totalTime().minusNanos(ticker.read() - start);
            try {
                return call.run(left);
            } catch (ComputeClientException e) {
                if (call instanceof Resumable<T> resumable && resumable.advanced()) {
                    start = ticker.read();
                    tries = 0;
                }
                tries++;
                pauseOrThrow(what, e, tries, policy.totalTime().minusNanos(ticker.read() - start));
            }
        }
    }

    private void pauseOrThrow(String what, ComputeClientException failure, int tries, Duration left) {
        if (!failure.isTransient() || tries >= policy.maxTries()) {
            throw failure;
        }
        Duration length = failure.retryAfter().orElseGet(() -> jittered(policy.pauseAfter(tries)));
        if (length.compareTo(left) >= 0) {
            throw failure;
        }
        log.debug("try {} failed, the next in {} ms: {}", tries, length.toMillis(), failure.getMessage());
        pause(what, length);
    }

    /** Waits; fails where the thread is interrupted or the client closed. */
    void pause(String what, Duration length) {
        try {
            pause.pause(length);
        } catch (InterruptedException e) {
            throw Transport.interrupted(what);
        }
        if (closed.getAsBoolean()) {
            throw closed(what);
        }
    }

    private Duration jittered(Duration length) {
        return Duration.ofNanos((long) (length.toNanos() * (1 - random.nextShare() / 2)));
    }

    private static ComputeClientException closed(String what) {
        return new ComputeClientException(ComputeClientException.Kind.CLOSED, what + ": the client is closed");
    }
}
