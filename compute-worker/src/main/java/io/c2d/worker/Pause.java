package io.c2d.worker;

import java.time.Duration;

/** How a retry waits; the seam for tests, which don't. */
@FunctionalInterface
public interface Pause {
    /** Waits in truth. */
    Pause REAL = Cancellation::elapse;

    /** Returns after this time, or at the signal. */
    void pause(Cancellation signal, Duration length) throws InterruptedException;
}
