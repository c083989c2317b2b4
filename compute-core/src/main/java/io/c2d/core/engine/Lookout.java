package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The looks behind every wake-up that may be lost. Each poll: wishes that nobody told of, the depth of the queues, what is to
 * be forgotten. Each resync: every owned job, and the ends that somebody waits for.
 */
final class Lookout {
    private static final int FORGOTTEN = 500;
    private static final int FORGETTINGS = 10;

    private final JobStore store;
    private final EngineId engine;
    private final int batch;
    private final Consumer<JobId> look;
    private final Predicate<JobId> isInTrouble;
    private final QueueGauge gauge;
    private final FinishWatch waited;
    private final Repeating polls;
    private final Repeating resyncs;

    /**
     * Not begun yet.
     *
     * @param look asks for a turn that reads the job
     * @param isInTrouble whether a job's next turn waits for the end of a pause, which a wish does not cut short
     */
    Lookout(
            JobStore store,
            EngineId engine,
            EngineScheduler scheduler,
            EngineSettings settings,
            Consumer<JobId> look,
            Predicate<JobId> isInTrouble,
            Watched watched) {
        this.store = store;
        this.engine = engine;
        this.batch = settings.batches().claims();
        this.look = look;
        this.isInTrouble = isInTrouble;
        this.gauge = watched.gauge();
        this.waited = watched.ends();
        this.polls = new Repeating(scheduler, settings.poll(), "looking at wishes and queues", this::poll);
        this.resyncs = new Repeating(scheduler, settings.resync(), "looking at every job", this::resync);
    }

    /** What outlives an engine's lease, and is told by the looks. */
    record Watched(QueueGauge gauge, FinishWatch ends) {}

    void start(EngineSettings settings) {
        polls.start(Duration.ZERO);
        resyncs.start(settings.resync());
    }

    /** For how long a look that was due has not come back. */
    Duration overdue() {
        return polls.overdue();
    }

    void close() {
        polls.close();
        resyncs.close();
    }

    private void poll() {
        store.unseenWishes(engine, batch).stream().filter(isInTrouble.negate()).forEach(look);
        gauge.sample(store);
        for (int i = 0; i < FORGETTINGS && store.forget(FORGOTTEN) >= FORGOTTEN; i++) {
            // What came in faster than it goes is caught up with, a bounded part in each look.
        }
    }

    private void resync() {
        waited.ask();
        Optional<JobId> after = Optional.empty();
        do {
            ImmutableList<JobId> page = store.owned(engine, after, batch);
            page.forEach(look);
            after = page.size() < batch ? Optional.empty() : Optional.of(page.get(page.size() - 1));
        } while (after.isPresent());
    }
}
