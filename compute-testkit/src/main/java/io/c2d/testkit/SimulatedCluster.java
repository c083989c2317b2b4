package io.c2d.testkit;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.EngineScheduler;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in virtual time. An algorithm's raw code is its script, read line by line: {@code sleep N} takes N seconds,
 * {@code exit N} ends it with that code; other lines do nothing. Steps of ours take {@link #stepTime}. Keeps a record of
 * every container that ever ran, so that a test can hold the engine to the truth. Not thread-safe.
 */
public final class SimulatedCluster implements ComputeCluster {
    /** A container that runs or ran. */
    public static final class Container {
        private final StepId step;
        private @Nullable StepEnd end;
        private EngineScheduler.Timer timer = () -> {};

        private Container(StepId step) {
            this.step = step;
        }

        /** Which try it runs. */
        public StepId step() {
            return step;
        }

        /** Whether it still runs. */
        public boolean isAlive() {
            return end == null;
        }
    }

    private static final class AttemptObjects {
        private final String anchor;
        private final Map<StepId, Container> tries = new LinkedHashMap<>();

        AttemptObjects(String anchor) {
            this.anchor = anchor;
        }
    }

    private final SimulatedScheduler scheduler;
    private final ImmutableMap<String, Environment> environments;
    private final Map<AttemptRef, AttemptObjects> attempts = new HashMap<>();
    private final List<Container> everything = new ArrayList<>();
    private final List<Consumer<JobId>> listeners = new ArrayList<>();
    private Function<StepSpec, StepEnd> ownSteps = spec -> StepEnd.exited(StepEnd.OK);
    private Duration stepTime = Duration.ofMillis(50);
    private @Nullable String failure;
    private boolean events = true;
    private int anchors;

    /** An empty cluster with these environments. */
    public SimulatedCluster(SimulatedScheduler scheduler, Environment... environments) {
        this.scheduler = scheduler;
        ImmutableMap.Builder<String, Environment> all = ImmutableMap.builder();
        for (Environment environment : environments) {
            all.put(environment.name(), environment);
        }
        this.environments = all.buildOrThrow();
    }

    /** How long stage-in, filter and publish take. */
    public void stepTime(Duration duration) {
        stepTime = duration;
    }

    /** How stage-in, filter and publish end. */
    public void ownSteps(Function<StepSpec, StepEnd> how) {
        ownSteps = how;
    }

    /** From now on every call fails with this sentence; with {@code null} none does. */
    public void failWith(@Nullable String sentence) {
        failure = sentence;
    }

    /** Whether the watch tells of anything. */
    public void events(boolean tell) {
        events = tell;
    }

    /** Every container that ever ran, in the order of their starts. */
    public ImmutableList<Container> containers() {
        return ImmutableList.copyOf(everything);
    }

    /** Whether anything is left of any attempt. */
    public boolean isEmpty() {
        return attempts.isEmpty();
    }

    /** Ends a container from outside. */
    public void end(Container container, StepEnd how) {
        if (container.end == null) {
            container.end = how;
            container.timer.cancel();
            tell(container.step.job());
        }
    }

    /** Takes an attempt's objects away from outside. */
    public void vanish(AttemptRef attempt) {
        AttemptObjects gone = attempts.remove(attempt);
        if (gone != null) {
            gone.tries.values().forEach(c -> end(c, StepEnd.of(StepEnd.Cause.LOST)));
        }
    }

    @Override
    public void check() {
        mayFail();
    }

    @Override
    public ImmutableList<FoundAttempt> attempts() {
        mayFail();
        return attempts.entrySet().stream()
                .map(e -> new FoundAttempt(e.getKey(), e.getValue().anchor))
                .collect(ImmutableList.toImmutableList());
    }

    @Override
    public void remove(FoundAttempt found) {
        mayFail();
        AttemptObjects objects = attempts.get(found.attempt());
        if (objects != null && objects.anchor.equals(found.identity())) {
            remove(found.attempt());
        }
    }

    @Override
    public ImmutableSet<Ability> abilities() {
        return ImmutableSet.of(Ability.OUTLIVES_SERVER);
    }

    @Override
    public ImmutableMap<String, Environment> environments() {
        return environments;
    }

    @Override
    public void prepare(AttemptRef attempt, Environment environment) {
        mayFail();
        attempts.computeIfAbsent(attempt, a -> new AttemptObjects("anchor-" + ++anchors));
        tell(attempt.job());
    }

    @Override
    public void start(StepSpec spec) {
        mayFail();
        AttemptObjects objects = anchored(spec.id(), spec.anchor());
        if (objects == null || objects.tries.containsKey(spec.id())) {
            return;
        }
        Container container = new Container(spec.id());
        objects.tries.put(spec.id(), container);
        everything.add(container);
        Script script = Script.of(spec, stepTime, ownSteps);
        container.timer = scheduler.schedule(script.time(), () -> end(container, script.end()));
        tell(spec.id().job());
    }

    private record Script(Duration time, StepEnd end) {
        static Script of(StepSpec spec, Duration stepTime, Function<StepSpec, StepEnd> ownSteps) {
            if (spec.id().kind() != StepKind.ALGORITHM) {
                return new Script(stepTime, ownSteps.apply(spec));
            }
            int seconds = 0;
            int code = 0;
            for (String line : spec.stage().algorithm().raw().orElse("").lines().toList()) {
                if (line.startsWith("sleep ")) {
                    seconds += Integer.parseInt(line.substring(6).strip());
                } else if (line.startsWith("exit ")) {
                    code = Integer.parseInt(line.substring(5).strip());
                    break;
                }
            }
            Duration time = Duration.ofSeconds(seconds).plusMillis(1);
            return time.compareTo(spec.limit()) > 0
                    ? new Script(spec.limit(), StepEnd.of(StepEnd.Cause.DEADLINE))
                    : new Script(time, StepEnd.exited(code));
        }
    }

    private @Nullable AttemptObjects anchored(StepId step, String anchor) {
        AttemptObjects objects = attempts.get(new AttemptRef(step.job(), step.attempt()));
        return objects != null && objects.anchor.equals(anchor) ? objects : null;
    }

    @Override
    public Observation observe(JobRef job, Look look) {
        mayFail();
        ImmutableMap.Builder<Integer, Presence> seen = ImmutableMap.builder();
        for (int k = Math.min(job.lowestAttempt(), job.attempt()); k <= job.attempt(); k++) {
            boolean there = attempts.containsKey(new AttemptRef(job.job(), k));
            seen.put(k, there ? Presence.PRESENT : Presence.ABSENT);
        }
        AttemptObjects objects = attempts.get(new AttemptRef(job.job(), job.attempt()));
        StepSeen step = job.step().map(s -> seen(objects, s.id())).orElse(null);
        return new Observation(true, seen.buildOrThrow(), objects == null ? null : objects.anchor, step);
    }

    private static StepSeen seen(@Nullable AttemptObjects objects, StepId step) {
        Container container = objects == null ? null : objects.tries.get(step);
        if (container == null) {
            return StepSeen.of(StepSeen.State.ABSENT);
        }
        StepEnd end = container.end;
        return end == null ? StepSeen.of(StepSeen.State.RUNNING) : StepSeen.ended(end);
    }

    @Override
    public void stop(StepId step, String anchor, Duration grace) {
        mayFail();
        AttemptObjects objects = anchored(step, anchor);
        if (objects == null) {
            return;
        }
        Container container = objects.tries.get(step);
        if (container == null) {
            Container placeholder = new Container(step);
            placeholder.end = StepEnd.of(StepEnd.Cause.NEVER_STARTED);
            objects.tries.put(step, placeholder);
            tell(step.job());
        } else if (container.end == null) {
            container.timer.cancel();
            container.timer =
                    scheduler.schedule(Duration.ofMillis(10), () -> end(container, StepEnd.of(StepEnd.Cause.KILLED)));
        }
    }

    @Override
    public void remove(AttemptRef attempt) {
        mayFail();
        vanish(attempt);
        tell(attempt.job());
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
    public void close() {
        listeners.clear();
    }

    private void tell(JobId job) {
        if (events) {
            ImmutableList.copyOf(listeners).forEach(listener -> scheduler.execute(() -> listener.accept(job)));
        }
    }

    private void mayFail() {
        if (failure != null) {
            throw new ClusterException(failure);
        }
    }

    /** The end of a container, where it has one. */
    public Optional<StepEnd> endOf(Container container) {
        return Optional.ofNullable(container.end);
    }
}
