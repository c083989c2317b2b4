package io.c2d.rest;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Steps of ours succeed at once; an algorithm runs until it is told to end, or is stopped. */
final class TestingCluster implements ComputeCluster {
    /** The outputs of every job, in the order of their paths' bytes. */
    static final ImmutableMap<String, String> OUTPUTS = ImmutableMap.of(
            "outputs/a.csv", "0123456789",
            "outputs/empty", "",
            "outputs/\u00fc b/100%;?#&=+\n'\"\\.txt", "odd");

    private final ArtifactStore artifacts;
    private final Map<AttemptRef, String> anchors = new HashMap<>();
    private final Map<StepId, StepSeen> steps = new HashMap<>();
    private final List<Consumer<JobId>> listeners = new CopyOnWriteArrayList<>();
    private volatile Environment.Quotas quotas = Environment.Quotas.running(1_000);
    private boolean endsAtOnce;

    TestingCluster(ArtifactStore artifacts) {
        this.artifacts = artifacts;
    }

    /** Whether algorithms end as soon as they begin. */
    synchronized void endAtOnce(boolean atOnce) {
        endsAtOnce = atOnce;
    }

    /** Ends the job's algorithm by itself with 0. */
    void finish(JobId job) {
        end(job, StepEnd.exited(0));
    }

    private void end(JobId job, StepEnd how) {
        synchronized (this) {
            steps.replaceAll((id, seen) -> id.job().equals(job) && seen.ended() == null ? StepSeen.ended(how) : seen);
        }
        listeners.forEach(l -> l.accept(job));
    }

    @Override
    public void check() {}

    @Override
    public synchronized ImmutableList<FoundAttempt> attempts() {
        return anchors.entrySet().stream()
                .map(e -> new FoundAttempt(e.getKey(), e.getValue()))
                .collect(ImmutableList.toImmutableList());
    }

    @Override
    public void remove(FoundAttempt found) {
        remove(found.attempt());
    }

    @Override
    public ImmutableSet<Ability> abilities() {
        return ImmutableSet.of();
    }

    /** Changes what may run and wait. */
    void quotas(Environment.Quotas changed) {
        quotas = changed;
    }

    @Override
    public ImmutableMap<String, Environment> environments() {
        return ImmutableMap.of("default", Environment.defaults("default").withQuotas(quotas));
    }

    @Override
    public synchronized void prepare(AttemptRef attempt, Environment environment) {
        anchors.putIfAbsent(attempt, "anchor-" + attempt);
    }

    @Override
    public void start(StepSpec spec) {
        synchronized (this) {
            steps.computeIfAbsent(spec.id(), id -> begin(spec));
        }
        listeners.forEach(l -> l.accept(spec.id().job()));
    }

    private StepSeen begin(StepSpec spec) {
        if (spec.id().kind() == StepKind.ALGORITHM && !endsAtOnce) {
            return StepSeen.of(StepSeen.State.RUNNING);
        }
        try {
            ImmutableList<Artifact> stored = switch (spec.id().kind()) {
                case STAGE_IN ->
                    ImmutableList.of(put(spec.id(), "configure.log", Artifact.Role.CONFIGURE_LOG, "staged"));
                case PUBLISH -> published(spec.id());
                default -> ImmutableList.<Artifact>of();
            };
            return StepSeen.ended(new StepEnd(StepEnd.Cause.EXITED, 0, null, stored));
        } catch (IOException e) {
            throw new ClusterException("nothing can be stored", e);
        }
    }

    private ImmutableList<Artifact> published(StepId id) throws IOException {
        ImmutableList.Builder<Artifact> stored = ImmutableList.builder();
        for (Map.Entry<String, String> output : OUTPUTS.entrySet()) {
            stored.add(put(id, output.getKey(), Artifact.Role.OUTPUT, output.getValue()));
        }
        stored.add(put(id, "algorithm.log", Artifact.Role.ALGORITHM_LOG, "hello"));
        stored.add(put(id, "publish.log", Artifact.Role.PUBLISH_LOG, "published"));
        return stored.build();
    }

    private Artifact put(StepId id, String path, Artifact.Role role, String text) throws IOException {
        return artifacts.put(id, path, role, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public synchronized Observation observe(JobRef job, Look look) {
        ImmutableMap.Builder<Integer, Presence> attempts = ImmutableMap.builder();
        for (int number = job.lowestAttempt(); number <= job.attempt(); number++) {
            boolean there = anchors.containsKey(new AttemptRef(job.job(), number));
            attempts.put(number, there ? Presence.PRESENT : Presence.ABSENT);
        }
        @Nullable
        StepSeen seen = job.current() == null
                ? null
                : steps.getOrDefault(job.current().id(), StepSeen.of(StepSeen.State.ABSENT));
        return new Observation(
                true, attempts.buildOrThrow(), anchors.get(new AttemptRef(job.job(), job.attempt())), seen);
    }

    @Override
    public void stop(StepId step, String anchor, Duration grace) {
        synchronized (this) {
            steps.compute(step, (id, seen) -> {
                if (seen == null) {
                    return StepSeen.ended(StepEnd.of(StepEnd.Cause.NEVER_STARTED));
                }
                return seen.ended() == null ? StepSeen.ended(StepEnd.of(StepEnd.Cause.KILLED)) : seen;
            });
        }
        listeners.forEach(l -> l.accept(step.job()));
    }

    @Override
    public void remove(AttemptRef attempt) {
        synchronized (this) {
            anchors.remove(attempt);
            steps.keySet().removeIf(id -> id.job().equals(attempt.job()) && id.attempt() == attempt.attempt());
        }
        listeners.forEach(l -> l.accept(attempt.job()));
    }

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
    public void close() {}
}
