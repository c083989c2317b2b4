package io.c2d.core.engine;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.time.Instant;

/** The store's time between two samples of it: the last sample and the monotonic time since. Thread-safe. */
final class StoreClock {
    private record Sample(Instant at, long ticks) {}

    private final Ticker ticker;
    private volatile Sample sample;

    StoreClock(Ticker ticker, Instant first) {
        this.ticker = ticker;
        this.sample = new Sample(first, ticker.read());
    }

    void sample(Instant now) {
        sample = new Sample(now, ticker.read());
    }

    Instant now() {
        Sample last = sample;
        return last.at().plusNanos(ticker.read() - last.ticks());
    }

    /** From now to the instant; zero where that is past. */
    Duration until(Instant instant) {
        Duration left = Duration.between(now(), instant);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
