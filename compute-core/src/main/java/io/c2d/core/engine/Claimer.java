package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes free and orphaned jobs in batches and gives them their first turns: when woken, and every {@code poll} behind that. A
 * wake-up that comes during a claim is remembered.
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
    private boolean open = true;
    private boolean running;
    private boolean again;

    Claimer(
            JobStore store,
            ComputeCluster cluster,
            EngineId engine,
            EngineScheduler scheduler,
            EngineSettings settings,
            Consumer<ImmutableList<JobId>> claimed) {
        this.store = store;
        this.cluster = cluster;
        this.engine = engine;
        this.scheduler = scheduler;
        this.settings = settings;
        this.claimed = claimed;
    }

    void start() {
        wake();
        later(settings.poll(), this::start);
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
}
