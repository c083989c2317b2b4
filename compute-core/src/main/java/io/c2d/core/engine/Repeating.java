package io.c2d.core.engine;

import com.google.common.base.Ticker;
import io.c2d.core.port.EngineScheduler;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task again and again, the next time so long after the last has ended: one that takes long does not pile up. What it
 * throws is logged, and it goes on. Thread-safe.
 */
final class Repeating {
    private static final Logger log = LoggerFactory.getLogger(Repeating.class);

    private final EngineScheduler scheduler;
    private final Ticker ticker;
    private final Duration every;
    private final String what;
    private final Runnable task;
    private boolean open = true;
    private long due;

    Repeating(EngineScheduler scheduler, Duration every, String what, Runnable task) {
        this.scheduler = scheduler;
        this.ticker = scheduler.ticker();
        this.every = every;
        this.what = what;
        this.task = task;
        this.due = ticker.read();
    }

    /** Begins; the first time is after {@code first}. */
    void start(Duration first) {
        again(first);
    }

    private synchronized void again(Duration delay) {
        if (open) {
            due = ticker.read() + delay.toNanos();
            scheduler.schedule(delay, () -> scheduler.execute(this::run));
        }
    }

    private void run() {
        if (!isOpen()) {
            return;
        }
        try {
            task.run();
        } catch (RuntimeException e) {
            log.warn("{} can't be done this time: {}", what, e.getMessage());
        }
        again(every);
    }

    private synchronized boolean isOpen() {
        return open;
    }

    /** For how long a run that was due has not ended: what hangs, and what no thread is free for. Zero where none is due. */
    synchronized Duration overdue() {
        return open ? Duration.ofNanos(Math.max(0, ticker.read() - due)) : Duration.ZERO;
    }

    synchronized void close() {
        open = false;
    }
}
