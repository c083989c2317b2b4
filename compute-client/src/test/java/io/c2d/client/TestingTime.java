package io.c2d.client;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Time that passes in pauses alone, and the pauses that were asked for. */
final class TestingTime extends Ticker implements InstantSource, Pause {
    static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

    private final List<Duration> pauses = new ArrayList<>();
    private Duration passed = Duration.ZERO;

    @Override
    public synchronized void pause(Duration length) {
        pauses.add(length);
        passed = passed.plus(length);
    }

    @Override
    public synchronized Instant instant() {
        return START.plus(passed);
    }

    @Override
    public synchronized long read() {
        return passed.toNanos();
    }

    synchronized List<Duration> pauses() {
        return List.copyOf(pauses);
    }
}
