package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes free and orphaned jobs in batches and puts them into the queue: when woken, and every {@code poll} behind that.
 * Also the looks behind it: wishes that no wake-up told of, the depth of the queues, and a slow resync of every owned job. A wake-up that comes during a turn is remembered.
 */
final class Claimer {
    private static final Logger log = LoggerFactory.getLogger(Claimer.class);

    /** So that many wake-ups, one after the other, cost one claim and not one each. */
    private static final Duration GATHER = Duration.ofMillis(10);

    private final JobStore store;
    private final ComputeCluster cluster;
    private final EngineId engine;
    private final EngineScheduler scheduler;
    private final EngineSettings settings;
    private final Consumer<ImmutableList<JobId>> claimed;
    private final Consumer<JobId> queue;
    private final QueueGauge gauge;
    private boolean open = true;
    private boolean running;
    private boolean again;

    Claimer(
            JobStore store,
            ComputeCluster cluster,
            EngineId engine,
            EngineScheduler scheduler,
            EngineSettings settings,
            Consumer<ImmutableList<JobId>> claimed,
            Consumer<JobId> queue,
            QueueGauge gauge) {
        this.store = store;
        this.cluster = cluster;
        this.engine = engine;
        this.scheduler = scheduler;
        this.settings = settings;
        this.claimed = claimed;
        this.queue = queue;
        this.gauge = gauge;
    }

    void start() {
        poll();
        resyncLater();
    }

    /** Asks for a claim soon. */
    void wake() {
        synchronized (this) {
            if (!open) {
                return;
            }
            if (running) {
                again = true;
                return;
            }
            running = true;
        }
        scheduler.execute(this::claim);
    }

    synchronized void close() {
        open = false;
    }

    private void poll() {
        wake();
        scheduler.execute(this::lookAround);
        later(settings.poll(), this::poll);
    }

    /** What a lost wake-up might have told, and how long the queues are. */
    private void lookAround() {
        try {
            store.unseenWishes(engine, settings.batches().claims()).forEach(queue);
            gauge.sample(store);
        } catch (RuntimeException e) {
            log.warn("wishes and queues can't be looked at now: {}", e.getMessage());
        }
    }

    private void resyncLater() {
        later(
                settings.resync(),
                () -> scheduler.execute(() -> {
                    resync();
                    resyncLater();
                }));
    }

    private synchronized void later(Duration delay, Runnable task) {
        if (open) {
            scheduler.schedule(delay, task);
        }
    }

    private void claim() {
        boolean more = false;
        try {
            ImmutableList<JobId> taken = store.claim(
                    engine, cluster.environments(), settings.batches().claims());
            claimed.accept(taken);
            more = taken.size() >= settings.batches().claims();
        } catch (RuntimeException e) {
            log.warn("no job can be claimed now: {}", e.getMessage());
        }
        synchronized (this) {
            if (!open || !(more || again)) {
                running = false;
                return;
            }
            again = false;
        }
        if (more) {
            scheduler.execute(this::claim);
        } else {
            later(GATHER, () -> scheduler.execute(this::claim));
        }
    }

    private void resync() {
        try {
            Optional<JobId> after = Optional.empty();
            do {
                ImmutableList<JobId> page =
                        store.owned(engine, after, settings.batches().claims());
                page.forEach(queue);
                after = page.size() < settings.batches().claims()
                        ? Optional.empty()
                        : Optional.of(page.get(page.size() - 1));
            } while (after.isPresent());
        } catch (RuntimeException e) {
            log.warn("owned jobs can't be listed now: {}", e.getMessage());
        }
    }
}
