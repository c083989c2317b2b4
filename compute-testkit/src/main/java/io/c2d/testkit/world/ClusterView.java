package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepTry;
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
import io.c2d.testkit.SimulatedProcess;
import io.c2d.testkit.world.FaultRates.Port;
import io.c2d.testkit.world.Snapshots.AttemptLook;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A simulated cluster as one process reaches it: calls may be cut, and its cache lags behind. */
public final class ClusterView implements ComputeCluster {
    private final ClusterModel model;
    private final SimulatedProcess process;
    private final Faults faults;
    private final Hints hints;
    private final Turns turns;
    private Duration lag;

    ClusterView(ClusterModel model, SimulatedProcess process, Faults faults, Hints hints, Turns turns, Duration lag) {
        this.model = model;
        this.process = process;
        this.faults = faults;
        this.hints = hints;
        this.turns = turns;
        this.lag = lag;
    }

    /** How far the cache is behind from now on. */
    void lag(Duration behind) {
        lag = behind;
    }

    private <T> T call(String name, boolean writes, boolean mayBlock, double weight, String detail, Supplier<T> work) {
        Faults.Call kind = new Faults.Call(Port.CLUSTER, name, writes, mayBlock, weight, ClusterException::new);
        return faults.make(process, kind, detail, () -> {
            if (!hints.reachesCluster(process)) {
                throw new ClusterException("the cluster can't be reached");
            }
            return work.get();
        });
    }

    private void act(String name, boolean mayBlock, String detail, Runnable work) {
        call(name, true, mayBlock, 1, detail, () -> {
            work.run();
            return true;
        });
    }

    @Override
    public void check() {
        call("check", false, false, 0.1, "", () -> true);
    }

    @Override
    public ImmutableSet<Ability> abilities() {
        return ImmutableSet.of(Ability.OUTLIVES_SERVER);
    }

    @Override
    public ImmutableMap<String, Environment> environments() {
        return model.environments();
    }

    @Override
    public void prepare(AttemptRef attempt, Environment environment) {
        act("prepare", true, attempt.toString(), () -> model.prepare(attempt));
    }

    @Override
    public void start(StepSpec spec) {
        act("start", true, spec.id().toString(), () -> model.start(spec, process));
    }

    @Override
    public Observation observe(JobRef job, Look look) {
        turns.begin(job.observer(), job.job());
        try {
            return call("observe", false, true, 0.5, job.job().value(), () -> seen(job, look));
        } finally {
            turns.end(job.observer(), job.job());
        }
    }

    private Observation seen(JobRef job, Look look) {
        boolean live = model.isLocal() || look == Look.LIVE;
        ImmutableMap<Integer, AttemptLook> looks = live
                ? Snapshots.now(job.job(), model.all(), model.rules())
                : model.snapshots().ago(job.job(), lag);
        boolean saysAbsent = live || !model.rules().cacheSaysUnknown();
        ImmutableMap.Builder<Integer, Presence> seen = ImmutableMap.builder();
        for (int k = Math.min(job.lowestAttempt(), job.attempt()); k <= job.attempt(); k++) {
            Presence absent = saysAbsent ? Presence.ABSENT : Presence.UNKNOWN;
            seen.put(k, looks.containsKey(k) ? Presence.PRESENT : absent);
        }
        AttemptLook mine = looks.get(job.attempt());
        StepSeen step =
                job.step().map(current -> step(job, current, mine, saysAbsent)).orElse(null);
        return new Observation(saysAbsent, seen.buildOrThrow(), mine == null ? null : mine.identity(), step);
    }

    private StepSeen step(JobRef job, StepTry current, @Nullable AttemptLook look, boolean saysAbsent) {
        if (model.isLocal() && ClusterModel.isOurs(current.id().kind())) {
            return inProcess(job, current);
        }
        StepSeen found = look == null ? null : look.tries().get(current.id());
        if (found != null) {
            return found;
        }
        return StepSeen.of(saysAbsent ? StepSeen.State.ABSENT : StepSeen.State.UNKNOWN);
    }

    /** As on this machine: what another engine began has died with it, and only the own process knows of its own. */
    private StepSeen inProcess(JobRef job, StepTry current) {
        AttemptObjects objects = model.objects(new AttemptRef(job.job(), job.attempt()));
        if (objects == null || !objects.identity.equals(job.anchor().orElse(null))) {
            return StepSeen.of(StepSeen.State.UNKNOWN);
        }
        if (!current.engine().equals(job.observer())) {
            return StepSeen.ended(StepEnd.of(StepEnd.Cause.ABANDONED));
        }
        Container container = objects.tries.get(current.id());
        return container != null && container.home == process
                ? Snapshots.seen(container, model.rules())
                : StepSeen.of(StepSeen.State.ABSENT);
    }

    @Override
    public void stop(StepId step, String anchor, Duration grace) {
        act("stop", true, step.toString(), () -> model.stop(step, anchor, grace, process));
    }

    @Override
    public void remove(AttemptRef attempt) {
        act("remove", true, attempt.toString(), () -> model.remove(attempt, process));
    }

    @Override
    public ImmutableList<FoundAttempt> attempts() {
        return call("attempts", false, false, 0.5, "", model::list);
    }

    @Override
    public void remove(FoundAttempt found) {
        act("remove found", false, found.toString(), () -> {
            AttemptObjects objects = model.objects(found.attempt());
            if (objects != null && objects.identity.equals(found.identity())) {
                model.remove(found.attempt(), process);
            }
        });
    }

    @Override
    public InputStream logs(StepId step, String anchor, long from) {
        return InputStream.nullInputStream();
    }

    @Override
    public Subscription watch(Consumer<JobId> listener) {
        Consumer<JobId> relay = job -> {
            if (hints.reachesCluster(process)) {
                hints.tell(process, model.isLocal() ? Duration.ZERO : lag, listener, job);
            }
        };
        model.listen(relay);
        return () -> model.unlisten(relay);
    }

    /** The world closes the cluster. */
    @Override
    public void close() {}
}
