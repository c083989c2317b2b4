package io.c2d.benchmarks;

import io.c2d.core.engine.ComputeEngine;
import io.c2d.store.jdbc.JdbcJobStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An engine and submitters that keep a number of jobs under way: each life that ends lets the next begin. */
final class LifeLoop implements AutoCloseable {
    private final Semaphore places;
    private final LifeMeter meter;
    private final ComputeEngine engine;
    private final ExecutorService submitters;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private volatile boolean open = true;

    private LifeLoop(JdbcJobStore store, int underWay, int threads) {
        this.places = new Semaphore(underWay);
        this.meter = new LifeMeter(places::release);
        this.submitters = Executors.newFixedThreadPool(threads);
        this.engine = ComputeEngine.builder(store, NoOpCluster.ending(SampleWork.roomy()), new NoArtifacts())
                .listener(meter)
                .build();
    }

    static LifeLoop start(JdbcJobStore store, int underWay, int threads) {
        LifeLoop loop = new LifeLoop(store, underWay, threads);
        loop.engine.start();
        for (int i = 0; i < threads; i++) {
            loop.submitters.execute(loop::submit);
        }
        return loop;
    }

    private void submit() {
        try {
            while (open) {
                if (places.tryAcquire(1, TimeUnit.SECONDS)) {
                    engine.submit(SampleWork.submission(engine.newJobId(), numbers.incrementAndGet()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    LifeMeter meter() {
        return meter;
    }

    /** Throws what a submitter met, if one met something. */
    void check() {
        RuntimeException met = failure.get();
        if (met != null) {
            throw met;
        }
    }

    @Override
    public void close() {
        open = false;
        submitters.shutdownNow();
        engine.close();
    }
}
