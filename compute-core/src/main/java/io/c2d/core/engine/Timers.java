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
    private final Map<JobId, EngineScheduler.Timer> timers = new HashMap<>();
    private boolean open = true;

    Timers(EngineScheduler scheduler, Consumer<JobId> wake) {
        this.scheduler = scheduler;
        this.wake = wake;
    }

    synchronized void set(JobId key, Duration delay) {
        if (!open) {
            return;
        }
        EngineScheduler.Timer former = timers.put(key, scheduler.schedule(delay, () -> wake.accept(key)));
        if (former != null) {
            former.cancel();
        }
    }

    synchronized void clear(JobId key) {
        EngineScheduler.Timer former = timers.remove(key);
        if (former != null) {
            former.cancel();
        }
    }

    synchronized void close() {
        open = false;
        timers.values().forEach(EngineScheduler.Timer::cancel);
        timers.clear();
    }
}
