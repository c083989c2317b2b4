package io.c2d.testkit;

import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.time.Instant;

final class InMemoryJobStoreTest extends JobStoreContract {
    private final MutableClock clock = new MutableClock(Instant.parse("2026-11-24T00:00:00Z"));

    @Override
    protected JobStore openEmpty() {
        return InMemoryJobStore.create(clock, "test");
    }

    @Override
    protected void pass(Duration duration) {
        clock.advance(duration);
    }
}
