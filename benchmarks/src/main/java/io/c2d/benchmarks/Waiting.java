package io.c2d.benchmarks;

import com.google.common.base.Stopwatch;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Lets time pass. */
final class Waiting {
    private static final Duration STEP = Duration.ofMillis(2);

    private Waiting() {}

    static void pass(Duration length) throws InterruptedException {
        untilNanos(System.nanoTime() + length.toNanos());
    }

    /** Until the process's monotonic clock shows this; at once where it does already. */
    static void untilNanos(long time) throws InterruptedException {
        long left = time - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            left = time - System.nanoTime();
        }
    }

    /** Looks every two milliseconds. */
    static void until(String what, Duration longest, Callable<Boolean> condition) throws Exception {
        Stopwatch time = Stopwatch.createStarted();
        while (!condition.call()) {
            if (time.elapsed().compareTo(longest) > 0) {
                throw new IllegalStateException(what + ": not within " + longest.toSeconds() + " s");
            }
            pass(STEP);
        }
    }
}
