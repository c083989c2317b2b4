package io.c2d.core.engine;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.c2d.core.port.EngineScheduler;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real threads and real time: a fixed number of workers, one for the heartbeat and one timer, whatever the number of jobs. */
public final class ThreadedScheduler implements EngineScheduler {
    private static final Logger log = LoggerFactory.getLogger(ThreadedScheduler.class);
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final ExecutorService workers;
    private final ExecutorService ahead;
    private final ScheduledThreadPoolExecutor timer;

    private ThreadedScheduler(int threads) {
        workers = Executors.newFixedThreadPool(
                threads,
                new ThreadFactoryBuilder()
                        .setNameFormat("c2d-engine-%d")
                        .setDaemon(true)
                        .build());
        ahead = Executors.newSingleThreadExecutor(new ThreadFactoryBuilder()
                .setNameFormat("c2d-heartbeat")
                .setDaemon(true)
                .build());
        timer = new ScheduledThreadPoolExecutor(
                1,
                new ThreadFactoryBuilder()
                        .setNameFormat("c2d-timer")
                        .setDaemon(true)
                        .build());
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Starts the threads.
     *
     * @param threads how many workers, 1 or more
     */
    public static ThreadedScheduler create(int threads) {
        return new ThreadedScheduler(threads);
    }

    @Override
    public void execute(Runnable task) {
        try {
            workers.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            log.debug("a task after the end was dropped");
        }
    }

    @Override
    public void executeAhead(Runnable task) {
        try {
            ahead.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            log.debug("a task after the end was dropped");
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        try {
            Future<?> future = timer.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            log.debug("a timer after the end was dropped");
            return () -> {};
        }
    }

    @Override
    public Ticker ticker() {
        return Ticker.systemTicker();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        ahead.shutdown();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("a task of the engine failed", e);
        }
    }
}
