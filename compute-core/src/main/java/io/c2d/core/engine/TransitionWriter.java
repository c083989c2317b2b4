package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.Transition;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Queue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what has gathered while the last commit was under way, in one transaction, sorted by id so that two engines'
 * groups never wait for each other in a ring. Tells each turn whether its write counted; the turn goes on elsewhere, so no
 * worker waits for the store.
 */
final class TransitionWriter {
    /** What became of one write. */
    enum Outcome {
        /** It counted. */
        WON,
        /** It did not, and never will: the row or the lease had moved on. */
        LOST,
        /** It may have counted: read again before any act. */
        UNKNOWN,
        /** It did not: the store answers, and takes everything but this. */
        REFUSED
    }

    private static final Logger log = LoggerFactory.getLogger(TransitionWriter.class);

    private record Pending(Transition transition, Consumer<Outcome> then) {}

    private final JobStore store;
    private final EngineId engine;
    private final EngineScheduler scheduler;
    private final int maxGroup;
    private final Queue<Pending> pending = new ArrayDeque<>();
    private boolean flushing;

    TransitionWriter(JobStore store, EngineId engine, EngineScheduler scheduler, int maxGroup) {
        this.store = store;
        this.engine = engine;
        this.scheduler = scheduler;
        this.maxGroup = maxGroup;
    }

    /** Stores a transition with the next group; {@code then} is called once, on a scheduler's thread. */
    void submit(Transition transition, Consumer<Outcome> then) {
        synchronized (this) {
            pending.add(new Pending(transition, then));
            if (flushing) {
                return;
            }
            flushing = true;
        }
        scheduler.execute(this::flush);
    }

    private void flush() {
        ImmutableList<Pending> group = nextGroup();
        commit(group);
        synchronized (this) {
            if (pending.isEmpty()) {
                flushing = false;
                return;
            }
        }
        scheduler.execute(this::flush);
    }

    private synchronized ImmutableList<Pending> nextGroup() {
        ImmutableList.Builder<Pending> group = ImmutableList.builder();
        for (int i = 0; i < maxGroup && !pending.isEmpty(); i++) {
            group.add(pending.remove());
        }
        return group.build();
    }

    private void commit(ImmutableList<Pending> group) {
        ImmutableList<Transition> sorted = group.stream()
                .map(Pending::transition)
                .sorted(Comparator.comparing((Transition t) -> t.next().id()))
                .collect(ImmutableList.toImmutableList());
        ImmutableSet<JobId> won;
        try {
            won = store.commit(engine, sorted);
        } catch (StoreUnavailableException e) {
            log.warn("{} transitions with unknown outcome: {}", group.size(), e.getMessage());
            group.forEach(p -> tell(p, Outcome.UNKNOWN));
            return;
        } catch (RuntimeException e) {
            // The connection lives, so one row poisoned the group: the others shall not suffer.
            if (group.size() > 1) {
                group.forEach(p -> commit(ImmutableList.of(p)));
            } else {
                log.error(
                        "the transition of job {} can't be stored",
                        sorted.get(0).next().id(),
                        e);
                tell(group.get(0), Outcome.REFUSED);
            }
            return;
        }
        group.forEach(p -> tell(p, won.contains(p.transition().next().id()) ? Outcome.WON : Outcome.LOST));
    }

    private void tell(Pending p, Outcome outcome) {
        scheduler.execute(() -> p.then().accept(outcome));
    }
}
