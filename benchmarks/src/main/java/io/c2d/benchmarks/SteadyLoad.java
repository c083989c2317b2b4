package io.c2d.benchmarks;

import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.store.jdbc.JdbcJobStore;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Submits at even intervals, each submission when it is due and not when the one before was answered. So a pause of the
 * engine shows in all the jobs that were due in it, and not in one alone ("coordinated omission").
 */
final class SteadyLoad implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final int SUBMITTERS = 16;

    private final ComputeEngine engine;
    private final ExecutorService submitters = Executors.newFixedThreadPool(SUBMITTERS);
    private final ConcurrentMap<JobId, Runnable> whenFinished = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    private SteadyLoad(JdbcJobStore store) {
        NoOpCluster cluster = NoOpCluster.ending(SampleWork.roomy().withFilter("true"));
        this.engine = ComputeEngine.builder(store, cluster, new NoArtifacts())
                .listener(this::finished)
                .build();
    }

    static SteadyLoad start(JdbcJobStore store) {
        SteadyLoad load = new SteadyLoad(store);
        load.engine.start();
        return load;
    }

    /** When each job was due, was accepted and was stored as finished, in nanoseconds of one clock. */
    static final class Times {
        private final long[] due;
        private final long[] answered;
        private final long[] finished;

        private Times(int count) {
            due = new long[count];
            answered = new long[count];
            finished = new long[count];
        }

        Figures added() {
            return between(answered, finished);
        }

        Figures submit() {
            return between(due, answered);
        }

        Figures whole() {
            return between(due, finished);
        }

        /** A job may end before its submission's answer is out: that adds nothing. */
        private static Figures between(long[] from, long[] to) {
            long[] lengths = new long[from.length];
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = Math.max(0, to[i] - from[i]);
            }
            return Figures.millis(lengths);
        }
    }

    /** Submits for so long, and waits for the last job's end. */
    Times round(int rate, Duration length) throws InterruptedException {
        int count = (int) Math.max(1, rate * length.toSeconds());
        Times times = new Times(count);
        CountDownLatch left = new CountDownLatch(2 * count);
        long interval = TimeUnit.SECONDS.toNanos(1) / rate;
        long start = System.nanoTime() + interval;
        for (int i = 0; i < count; i++) {
            int number = i;
            times.due[i] = start + i * interval;
            Waiting.untilNanos(times.due[i]);
            submitters.execute(() -> submit(number, times, left));
        }
        boolean ended = left.await(LONGEST.toSeconds(), TimeUnit.SECONDS);
        RuntimeException met = failure.get();
        if (met != null) {
            throw met;
        }
        if (!ended) {
            throw new IllegalStateException(left.getCount() + " ends are missing after " + LONGEST);
        }
        return times;
    }

    private void submit(int number, Times times, CountDownLatch left) {
        JobId id = engine.newJobId();
        whenFinished.put(id, () -> {
            times.finished[number] = System.nanoTime();
            left.countDown();
        });
        try {
            engine.submit(SampleWork.submission(id, numbers.incrementAndGet()));
            times.answered[number] = System.nanoTime();
            left.countDown();
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    private void finished(Job job) {
        if (job.isFinished()) {
            Runnable action = whenFinished.remove(job.id());
            if (action != null) {
                action.run();
            }
        }
    }

    @Override
    public void close() {
        submitters.shutdownNow();
        engine.close();
    }
}
