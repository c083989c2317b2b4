package io.c2d.benchmarks;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.Observation;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSpec;
import io.c2d.core.port.Subscription;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A cluster that costs nothing: each step has ended by the time it is looked at, with exit code 0, and an event tells of
 * it. A holding one never ends algorithms, and knows nothing by itself: it shows of every job what the job's row says, so
 * several processes see the same. Thread-safe.
 */
final class NoOpCluster implements ComputeCluster {
    private static final StepSeen ENDED = StepSeen.ended(StepEnd.exited(StepEnd.OK));

    private final ImmutableMap<String, Environment> environments;
    private final boolean holding;
    private final ConcurrentMap<AttemptRef, Optional<StepId>> attempts = new ConcurrentHashMap<>();
    private final List<Consumer<JobId>> listeners = new CopyOnWriteArrayList<>();

    private NoOpCluster(Environment environment, boolean holding) {
        this.environments = ImmutableMap.of(environment.name(), environment);
        this.holding = holding;
    }

    /** One whose steps end at once. */
    static NoOpCluster ending(Environment environment) {
        return new NoOpCluster(environment, false);
    }

    /** One whose algorithms run for ever. */
    static NoOpCluster holding(Environment environment) {
        return new NoOpCluster(environment, true);
    }

    @Override
    public void check() {}

    @Override
    public ImmutableSet<Ability> abilities() {
        return ImmutableSet.of();
    }

    @Override
    public ImmutableMap<String, Environment> environments() {
        return environments;
    }

    @Override
    public void prepare(AttemptRef attempt, Environment environment) {
        if (!holding) {
            attempts.putIfAbsent(attempt, Optional.empty());
        }
        tell(attempt.job());
    }

    @Override
    public void start(StepSpec spec) {
        if (!holding) {
            StepId step = spec.id();
            attempts.computeIfPresent(new AttemptRef(step.job(), step.attempt()), (key, last) -> Optional.of(step));
        }
        tell(spec.id().job());
    }

    @Override
    public Observation observe(JobRef job, Look look) {
        boolean there = holding || attempts.containsKey(new AttemptRef(job.job(), job.attempt()));
        StepSeen step = job.step().map(s -> seen(s.id())).orElse(null);
        Presence presence = there ? Presence.PRESENT : Presence.ABSENT;
        return new Observation(
                true, ImmutableMap.of(job.attempt(), presence), there ? "anchor-" + job.job() : null, step);
    }

    private StepSeen seen(StepId step) {
        if (holding) {
            return step.kind() == StepKind.ALGORITHM ? StepSeen.of(StepSeen.State.RUNNING) : ENDED;
        }
        Optional<StepId> started = attempts.getOrDefault(new AttemptRef(step.job(), step.attempt()), Optional.empty());
        return started.equals(Optional.of(step)) ? ENDED : StepSeen.of(StepSeen.State.ABSENT);
    }

    @Override
    public void stop(StepId step, String anchor, Duration grace) {}

    @Override
    public void remove(AttemptRef attempt) {
        attempts.remove(attempt);
        tell(attempt.job());
    }

    @Override
    public ImmutableList<FoundAttempt> attempts() {
        return ImmutableList.of();
    }

    @Override
    public void remove(FoundAttempt found) {}

    @Override
    public InputStream logs(StepId step, String anchor, long from) {
        return InputStream.nullInputStream();
    }

    @Override
    public Subscription watch(Consumer<JobId> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        listeners.clear();
    }

    private void tell(JobId job) {
        listeners.forEach(listener -> listener.accept(job));
    }
}
