package io.c2d.core.engine;

import io.c2d.core.model.JobId;
import io.c2d.core.port.EngineScheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The next timed look at each job: one timer a key, the last one set wins. Thread-safe. */
final class Timers {
    private final EngineScheduler scheduler;
    private final Consumer<JobId> wake;
    private final Map<JobId, Entry> timers = new HashMap<>();
    private boolean open = true;
    private long count;

    /** A timer that has not fired; its number tells it from one set later, which it must not take away. */
    private record Entry(long number, EngineScheduler.Timer timer) {}

    Timers(EngineScheduler scheduler, Consumer<JobId> wake) {
        this.scheduler = scheduler;
        this.wake = wake;
    }

    synchronized void set(JobId key, Duration delay) {
        if (!open) {
            return;
        }
        long number = count++;
        Entry former = timers.put(key, new Entry(number, scheduler.schedule(delay, () -> fire(key, number))));
        if (former != null) {
            former.timer().cancel();
        }
    }

    private void fire(JobId key, long number) {
        synchronized (this) {
            Entry entry = timers.get(key);
            if (entry == null || entry.number() != number) {
                return;
            }
            timers.remove(key);
        }
        wake.accept(key);
    }

    synchronized void clear(JobId key) {
        Entry former = timers.remove(key);
        if (former != null) {
            former.timer().cancel();
        }
    }

    /** Whether a look at the key is set that has not fired. */
    synchronized boolean holds(JobId key) {
        return timers.containsKey(key);
    }

    synchronized void close() {
        open = false;
        timers.values().forEach(entry -> entry.timer().cancel());
        timers.clear();
    }
}
