package io.c2d.core.engine;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Table;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.QueueDepth;
import io.c2d.core.port.StoreUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * How full the queues are, without asking the store at each submission: what it said last, and what was accepted through
 * this engine since. What other engines accept shows at the next sample, so together they may pass a limit by what they take
 * in between. Thread-safe.
 */
final class QueueGauge {
    private QueueDepth sampled = QueueDepth.EMPTY;
    private ImmutableMap<String, Integer> sampledTotals = ImmutableMap.of();
    private Table<String, String, Integer> accepted = HashBasedTable.create();
    private Table<String, String, Integer> acceptedBefore = HashBasedTable.create();

    /** Asks the store; meanwhile accepted jobs count twice rather than not at all. */
    void sample(JobStore store) {
        synchronized (this) {
            acceptedBefore = accepted;
            accepted = HashBasedTable.create();
        }
        QueueDepth now;
        try {
            now = store.queueDepth();
        } catch (StoreUnavailableException e) {
            keepCounting();
            throw e;
        }
        ImmutableMap<String, Integer> totals =
                now.waiting().rowKeySet().stream().collect(ImmutableMap.toImmutableMap(name -> name, now::in));
        synchronized (this) {
            sampled = now;
            sampledTotals = totals;
            acceptedBefore = HashBasedTable.create();
        }
    }

    /** No sample has what was accepted before: it counts on. */
    private synchronized void keepCounting() {
        acceptedBefore
                .rowMap()
                .forEach((environment, counts) -> counts.forEach((owner, count) ->
                        accepted.put(environment, owner, count + orZero(accepted.get(environment, owner)))));
        acceptedBefore = HashBasedTable.create();
    }

    /** Counts a job that was just accepted. */
    synchronized void accepted(String environment, String ownerKey) {
        Integer before = accepted.get(environment, ownerKey);
        accepted.put(environment, ownerKey, before == null ? 1 : before + 1);
    }

    /** Whether one more job of this owner may not wait there. */
    synchronized boolean isFull(Environment environment, String ownerKey) {
        String name = environment.name();
        Environment.Quotas quotas = environment.quotas();
        int all = orZero(sampledTotals.get(name)) + sum(accepted, name) + sum(acceptedBefore, name);
        int ofOwner = sampled.of(name, ownerKey)
                + orZero(accepted.get(name, ownerKey))
                + orZero(acceptedBefore.get(name, ownerKey));
        return all >= quotas.maxQueued() || ofOwner >= quotas.maxQueuedPerOwner();
    }

    private static int sum(Table<String, String, Integer> counts, String environment) {
        return counts.row(environment).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    private static int orZero(@Nullable Integer count) {
        return count == null ? 0 : count;
    }
}
