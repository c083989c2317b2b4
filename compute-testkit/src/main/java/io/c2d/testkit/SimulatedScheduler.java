package io.c2d.testkit;

import com.google.common.base.Ticker;
import io.c2d.core.port.EngineScheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * Virtual time in one thread: nothing runs until a test asks for it, and then in the order of time, first come first
 * served. Also a clock, so that a store can share its time. Not thread-safe.
 */
public final class SimulatedScheduler implements EngineScheduler, InstantSource {
    private static final class Task {
        private final long at;
        private final long order;
        private final Runnable work;
        private boolean cancelled;

        Task(long at, long order, Runnable work) {
            this.at = at;
            this.order = order;
            this.work = work;
        }
    }

    private final Instant start;
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.<Task>comparingLong(t -> t.at).thenComparingLong(t -> t.order));
    private long now;
    private long count;

    /** Time begins at this instant. */
    public SimulatedScheduler(Instant start) {
        this.start = start;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(new Task(now, count++, task));
    }

    @Override
    public void executeAhead(Runnable task) {
        execute(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Task added = new Task(now + Math.max(0, delay.toNanos()), count++, task);
        tasks.add(added);
        return () -> added.cancelled = true;
    }

    @Override
    public Ticker ticker() {
        return new Ticker() {
            @Override
            public long read() {
                return now;
            }
        };
    }

    @Override
    public Instant instant() {
        return start.plusNanos(now);
    }

    /**
     * The scheduler of one simulated process in this world: closing it is that process's death, which drops its tasks and
     * nobody else's.
     */
    public SimulatedProcess process() {
        return new SimulatedProcess(this);
    }

    /** Runs the next task, moving time to it. */
    private boolean step(long until) {
        Task next = tasks.peek();
        if (next == null || next.at > until) {
            return false;
        }
        tasks.poll();
        now = Math.max(now, next.at);
        if (!next.cancelled) {
            next.work.run();
        }
        return true;
    }

    /** Runs whatever is due within this time, and moves time on by all of it. */
    public void run(Duration time) {
        long until = now + time.toNanos();
        while (step(until)) {
            // Each task may add others.
        }
        now = Math.max(now, until);
    }

    /**
     * Runs whatever is due within this time while the condition holds. May be called from within a task, which then blocks
     * for as long while everybody else gets on; time may have moved on by more, where another task blocked meanwhile.
     */
    public void runWhile(BooleanSupplier condition, Duration atMost) {
        long until = now + atMost.toNanos();
        while (condition.getAsBoolean()) {
            if (!step(until)) {
                now = Math.max(now, until);
                return;
            }
        }
    }

    /**
     * Runs until the condition holds.
     *
     * @throws IllegalStateException if it does not within this time
     */
    public void runUntil(BooleanSupplier condition, Duration atMost) {
        long until = now + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (!step(until)) {
                throw new IllegalStateException("did not come true within " + atMost);
            }
        }
    }

    /** Drops everything that is to come. */
    @Override
    public void close() {
        tasks.clear();
    }
}
