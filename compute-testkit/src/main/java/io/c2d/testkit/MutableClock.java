package io.c2d.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved. Thread-safe. */
public final class MutableClock implements InstantSource {
    private volatile Instant now;

    /** A clock that shows this instant. */
    public MutableClock(Instant start) {
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves it on. */
    public synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }
}
