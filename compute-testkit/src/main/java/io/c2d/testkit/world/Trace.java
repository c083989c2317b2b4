package io.c2d.testkit.world;

import io.c2d.testkit.SimulatedScheduler;
import java.util.ArrayDeque;
import java.util.Deque;

/** What happened, one line each: the last of them to be read after a failure, all of them in one hash. */
final class Trace {
    private static final int KEPT = 400;
    private static final long PRIME = 0x100000001b3L;

    private final SimulatedScheduler scheduler;
    private final Deque<String> last = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;
    private long count;

    Trace(SimulatedScheduler scheduler) {
        this.scheduler = scheduler;
    }

    void add(String what) {
        long micros = scheduler.ticker().read() / 1_000;
        mix(micros);
        for (int i = 0; i < what.length(); i++) {
            mix(what.charAt(i));
        }
        count++;
        last.add(micros / 1_000_000 + "."
                + Long.toString(1_000_000 + micros % 1_000_000).substring(1, 4) + "  " + what);
        if (last.size() > KEPT) {
            last.remove();
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
    }

    /** Of all lines so far; equal for equal runs, in any process. */
    long hash() {
        return hash;
    }

    long count() {
        return count;
    }

    /** The last lines, oldest first. */
    String text() {
        return String.join("\n", last);
    }
}
