package io.c2d.core.engine;

import com.google.common.base.Ticker;
import io.c2d.core.model.JobId;
import io.c2d.core.port.EngineScheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs want a turn: keys only. A key is idle (not in the map), queued, running, or running and marked: then it runs
 * once more. So no wake-up is lost, and one key never runs twice at a time. A turn ends with {@link #done}, on any thread.
 */
class WakeUpQueue {
    private enum State {
        QUEUED,
        RUNNING,
        MARKED
    }

    private record Entry(State state, long since) {}

    private final EngineScheduler scheduler;
    private final Ticker ticker;
    private final Consumer<JobId> turn;
    private final Map<JobId, Entry> entries = new HashMap<>();
    private boolean open = true;
    private int running;
    private @Nullable Runnable whenDrained;

    WakeUpQueue(EngineScheduler scheduler, Consumer<JobId> turn) {
        this.scheduler = scheduler;
        this.ticker = scheduler.ticker();
        this.turn = turn;
    }

    /** Asks for a turn of the key, after the one under way if one is. */
    void add(JobId key) {
        synchronized (this) {
            if (!open) {
                return;
            }
            Entry entry = entries.get(key);
            if (entry != null) {
                if (entry.state() == State.RUNNING) {
                    entries.put(key, new Entry(State.MARKED, entry.since()));
                }
                return;
            }
            entries.put(key, new Entry(State.QUEUED, ticker.read()));
        }
        scheduler.execute(() -> run(key));
    }

    private void run(JobId key) {
        synchronized (this) {
            if (!open) {
                return;
            }
            entries.put(key, new Entry(State.RUNNING, ticker.read()));
            running++;
        }
        turn.accept(key);
    }

    /** Ends the key's turn. */
    void done(JobId key) {
        boolean again;
        Runnable drained;
        synchronized (this) {
            Entry entry = entries.remove(key);
            running--;
            again = entry != null && entry.state() == State.MARKED;
            drained = running == 0 ? whenDrained : null;
        }
        if (again) {
            add(key);
        }
        if (drained != null) {
            drained.run();
        }
    }

    /** Whether a turn of the key is under way or to come. */
    synchronized boolean holds(JobId key) {
        return entries.containsKey(key);
    }

    /** How long the oldest turn is under way; zero if none is. */
    synchronized Duration oldestTurn() {
        long now = ticker.read();
        long oldest = 0;
        for (Entry entry : entries.values()) {
            if (entry.state() != State.QUEUED) {
                oldest = Math.max(oldest, now - entry.since());
            }
        }
        return Duration.ofNanos(oldest);
    }

    /** Takes no more keys, drops those queued, and says when the last turn under way has ended. */
    void close(Runnable drained) {
        boolean now;
        synchronized (this) {
            open = false;
            whenDrained = drained;
            now = running == 0;
        }
        if (now) {
            drained.run();
        }
    }
}
