package io.c2d.testkit.world;

import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The store's clock: the world's time, and jumps of its own. */
final class WorldClock implements InstantSource {
    private record Jump(long at, Duration by) {}

    private final SimulatedScheduler scheduler;
    private final List<Jump> jumps = new ArrayList<>();
    private Duration offset = Duration.ZERO;

    WorldClock(SimulatedScheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public Instant instant() {
        return scheduler.instant().plus(offset);
    }

    void jump(Duration by) {
        offset = offset.plus(by);
        jumps.add(new Jump(scheduler.ticker().read(), by));
    }

    /** By how much the clock has jumped ahead since: what runs then may have run for so much less than it shows. */
    Duration aheadSince(long ticks) {
        Duration sum = Duration.ZERO;
        for (Jump jump : jumps) {
            if (jump.at() >= ticks && !jump.by().isNegative()) {
                sum = sum.plus(jump.by());
            }
        }
        return sum;
    }

    boolean jumped() {
        return !jumps.isEmpty();
    }
}
