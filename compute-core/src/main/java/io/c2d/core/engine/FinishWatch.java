package io.c2d.core.engine;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobListener;
import io.c2d.core.port.JobStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Completes futures when jobs end: at once where this engine ends them, at the next {@link #ask} where another does. Asks the
 * store after it has begun to listen, so no end falls between.
 */
final class FinishWatch implements JobListener {
    private final JobStore store;
    private final ConcurrentMap<JobId, CompletableFuture<Job>> waiting = new ConcurrentHashMap<>();

    FinishWatch(JobStore store) {
        this.store = store;
    }

    CompletableFuture<Job> watch(JobId id) {
        CompletableFuture<Job> future = waiting.computeIfAbsent(id, key -> new CompletableFuture<>());
        Optional<Job> now;
        try {
            now = store.get(id);
        } catch (ComputeException e) {
            waiting.remove(id, future);
            throw e;
        }
        if (now.isEmpty()) {
            waiting.remove(id, future);
            future.completeExceptionally(new ComputeException(ErrorCode.NOT_FOUND, "there is no job " + id));
        } else {
            onTransition(now.get());
        }
        return future.copy();
    }

    /** Asks for the ends that another engine stored. */
    void ask() {
        if (!waiting.isEmpty()) {
            store.getAll(ImmutableSet.copyOf(waiting.keySet())).values().forEach(this::onTransition);
        }
    }

    @Override
    public void onTransition(Job job) {
        if (job.isFinished()) {
            CompletableFuture<Job> future = waiting.remove(job.id());
            if (future != null) {
                future.complete(job);
            }
        }
    }
}
