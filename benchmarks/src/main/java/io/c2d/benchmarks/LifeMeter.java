package io.c2d.benchmarks;

import io.c2d.core.model.Job;
import io.c2d.core.port.JobListener;
import java.util.concurrent.atomic.LongAdder;

/** Counts lives: a job counts when it has ended and nothing of it is left in the cluster. Thread-safe. */
final class LifeMeter implements JobListener {
    private final LongAdder lives = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final Runnable whenOneEnds;

    /** Runs the action at the end of each life. */
    LifeMeter(Runnable whenOneEnds) {
        this.whenOneEnds = whenOneEnds;
    }

    @Override
    public void onTransition(Job job) {
        if (!job.isOpen()) {
            lives.increment();
            writes.add(job.version());
            whenOneEnds.run();
        }
    }

    long lives() {
        return lives.sum();
    }

    /** How many times the rows of those jobs were written, from the first to the last. */
    long writes() {
        return writes.sum();
    }
}
