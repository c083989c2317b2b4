package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.Observation;
import io.c2d.core.port.StepSpec;
import io.c2d.core.port.Subscription;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A cluster whose hints wait until a test delivers them, so that an engine in virtual time hears them in its one thread. */
final class QueuedHints implements ComputeCluster {
    private final ComputeCluster cluster;
    private final Queue<JobId> hints = new ConcurrentLinkedQueue<>();
    private final List<Consumer<JobId>> listeners = new CopyOnWriteArrayList<>();
    private final Subscription subscription;

    QueuedHints(ComputeCluster cluster) {
        this.cluster = cluster;
        this.subscription = cluster.watch(hints::add);
    }

    /** Tells what came since. */
    void deliver() {
        for (JobId job = hints.poll(); job != null; job = hints.poll()) {
            JobId told = job;
            listeners.forEach(listener -> listener.accept(told));
        }
    }

    @Override
    public void check() {
        cluster.check();
    }

    @Override
    public ImmutableSet<Ability> abilities() {
        return cluster.abilities();
    }

    @Override
    public ImmutableMap<String, Environment> environments() {
        return cluster.environments();
    }

    @Override
    public void prepare(AttemptRef attempt, Environment environment) {
        cluster.prepare(attempt, environment);
    }

    @Override
    public void start(StepSpec spec) {
        cluster.start(spec);
    }

    @Override
    public Observation observe(JobRef job, Look look) {
        return cluster.observe(job, look);
    }

    @Override
    public void stop(StepId step, String anchor, Duration grace) {
        cluster.stop(step, anchor, grace);
    }

    @Override
    public void remove(AttemptRef attempt) {
        cluster.remove(attempt);
    }

    @Override
    public ImmutableList<FoundAttempt> attempts() {
        return cluster.attempts();
    }

    @Override
    public void remove(FoundAttempt found) {
        cluster.remove(found);
    }

    @Override
    public InputStream logs(StepId step, String anchor, long from) throws IOException {
        return cluster.logs(step, anchor, from);
    }

    @Override
    public Subscription watch(Consumer<JobId> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        subscription.close();
    }
}
