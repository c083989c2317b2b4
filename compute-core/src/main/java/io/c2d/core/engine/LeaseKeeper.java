package io.c2d.core.engine;

import com.google.common.base.Ticker;
import io.c2d.core.model.EngineId;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One heartbeat for all jobs of an engine, three in the length of a lease. It renews only while the engine gets on with its
 * turns; a lease that ran out, or may have, is over for good.
 */
final class LeaseKeeper {
    private static final int BEATS = 3;

    /** While a renewal has failed, the next is tried sooner: the store may be back just before the lease is over. */
    private static final int BEATS_IN_TROUBLE = 15;

    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

    /** The longest that a reading of the store's clock may have been on its way, and so the most that it is wrong by. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final int FIRST_SAMPLES = 5;

    private final JobStore store;
    private final EngineId engine;
    private final EngineScheduler scheduler;
    private final EngineSettings settings;
    private final Ticker ticker;
    private final StoreClock clock;
    private final Vitals vitals;
    private boolean open = true;
    private boolean failing;
    private long renewedAt;

    /** What the heartbeat asks of the engine, and tells it. */
    interface Vitals {
        /** How long the oldest turn is under way, or a look that should have come back. */
        Duration oldestTurn();

        /** Whether the cluster has not been reached for too long. */
        boolean clusterLost();

        /** The lease is over. */
        void leaseLost();

        /** The jobs are to be given back while the lease still lives. */
        void giveBack();
    }

    /** Opens the lease. */
    LeaseKeeper(JobStore store, EngineId engine, EngineScheduler scheduler, EngineSettings settings, Vitals vitals) {
        this.store = store;
        this.engine = engine;
        this.scheduler = scheduler;
        this.settings = settings;
        this.ticker = scheduler.ticker();
        this.vitals = vitals;
        // Counted from before the call: the store's lease began no earlier.
        this.renewedAt = ticker.read();
        this.clock = firstSample();
    }

    /** The store's time, from a call that was answered soon where that can be had. */
    private StoreClock firstSample() {
        StoreClock first = new StoreClock(ticker, store.openLease(engine, settings.lease()));
        long asked = renewedAt;
        for (int i = 0; i < FIRST_SAMPLES && ticker.read() - asked > SOON.toNanos(); i++) {
            asked = ticker.read();
            first.sample(store.now());
        }
        return first;
    }

    StoreClock clock() {
        return clock;
    }

    void start() {
        scheduler.schedule(settings.lease().dividedBy(BEATS), this::beat);
    }

    /** Whether the lease is alive for sure, by this process's monotonic time. */
    synchronized boolean isAlive() {
        return open && ticker.read() - renewedAt < settings.lease().toNanos();
    }

    /** Beats no more. */
    synchronized void close() {
        open = false;
    }

    private void beat() {
        synchronized (this) {
            if (!open) {
                return;
            }
        }
        scheduler.executeAhead(this::renew);
    }

    private void renew() {
        try {
            renewOrEnd();
        } catch (RuntimeException e) {
            // Whatever it was: without a next beat nobody would ever find out that the lease is over.
            log.error("a heartbeat of engine {} failed", engine, e);
            scheduler.schedule(settings.lease().dividedBy(BEATS_IN_TROUBLE), this::beat);
        }
    }

    private void renewOrEnd() {
        boolean over = hungTurn() ? !isAlive() : !renewNow();
        if (over) {
            log.error("the lease of engine {} is over; its jobs are given up and claimed anew", engine);
            close();
            vitals.leaseLost();
        } else if (vitals.clusterLost()) {
            close();
            vitals.giveBack();
        } else {
            scheduler.schedule(settings.lease().dividedBy(isFailing() ? BEATS_IN_TROUBLE : BEATS), this::beat);
        }
    }

    private synchronized boolean isFailing() {
        return failing;
    }

    private boolean hungTurn() {
        Duration oldest = vitals.oldestTurn();
        if (oldest.compareTo(settings.turnLimit()) < 0) {
            return false;
        }
        log.error("a turn or look has been under way for {} s, so the lease is not renewed", oldest.toSeconds());
        return true;
    }

    /** Whether there is still a lease. */
    private boolean renewNow() {
        long before = ticker.read();
        try {
            Optional<Instant> now = store.renewLease(engine, settings.lease());
            if (now.isEmpty()) {
                return false;
            }
            if (ticker.read() - before <= SOON.toNanos()) {
                // What came late tells a time that is past, and a clock set back by it would let time fly afterwards.
                clock.sample(now.get());
            }
            synchronized (this) {
                renewedAt = before;
                failing = false;
            }
            return true;
        } catch (RuntimeException e) {
            log.warn("the lease can't be renewed now: {}", e.getMessage());
            synchronized (this) {
                failing = true;
            }
            return isAlive();
        }
    }
}
