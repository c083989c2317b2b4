package io.c2d.core.port;

import com.google.common.base.Ticker;
import java.time.Duration;

/**
 * When and on what thread the engine's turns run: the seam for virtual time. Tasks may block for as long as the ports'
 * time limits allow, and never throw.
 */
public interface EngineScheduler extends AutoCloseable {
    /** Runs a task soon. Whatever comes after {@link #close} is dropped. */
    void execute(Runnable task);

    /** Runs a task soon, ahead of whatever waits in {@link #execute}: for the heartbeat, which must not queue for a worker. */
    void executeAhead(Runnable task);

    /** Runs a task after a delay; never early. */
    Timer schedule(Duration delay, Runnable task);

    /** Monotonic time of this process. */
    Ticker ticker();

    /** Drops what has not begun, waits for what has, for as long as the ports' time limits allow. */
    @Override
    void close();

    /** A task that is to come. */
    interface Timer {
        /** Drops it, if it has not begun. */
        void cancel();
    }
}
