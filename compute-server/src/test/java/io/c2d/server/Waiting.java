package io.c2d.server;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for something real; a test that waits for a minute has failed. */
final class Waiting {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration STEP = Duration.ofMillis(10);

    private Waiting() {}

    static void until(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": did not come true within " + LIMIT);
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
