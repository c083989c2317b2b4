package io.c2d.k8s;

import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ComputeCluster.Look;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.Observation;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSpec;
import io.c2d.k8s.simulator.SimulatedKubernetes;
import io.c2d.testkit.Samples;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Takes one job through its steps by hand, as an engine would. */
final class Driver {
    static final AttemptRef ATTEMPT = new AttemptRef(Specs.JOB, 1);
    private static final Duration LIMIT = Duration.ofSeconds(100);

    private final KubernetesCluster cluster;
    private final SimulatedKubernetes kubernetes;
    private final KubernetesEnvironment where;

    Driver(KubernetesCluster cluster, SimulatedKubernetes kubernetes, KubernetesEnvironment where) {
        this.cluster = cluster;
        this.kubernetes = kubernetes;
        this.where = where;
    }

    static Stage script(String script) {
        return Samples.shell(script).stage(0);
    }

    StepSpec spec(StepId step, String anchor, Stage stage) {
        boolean results = step.kind() == StepKind.FILTER || step.kind() == StepKind.PUBLISH;
        return new StepSpec(
                step,
                anchor,
                Specs.ENGINE,
                Specs.OWNER,
                stage,
                where.environment(),
                LIMIT,
                step.kind() == StepKind.STAGE_IN ? null : Specs.step(StepKind.STAGE_IN, 1),
                results ? Specs.step(StepKind.ALGORITHM, 1) : null,
                null,
                results);
    }

    Observation look(Look how, @Nullable String anchor, @Nullable StepId step) {
        StepTry now = step == null ? null : new StepTry(step, Specs.ENGINE, Instant.EPOCH, 0);
        return cluster.observe(new JobRef(Specs.JOB, 1, 1, anchor, now, Specs.ENGINE), how);
    }

    StepSeen seen(String anchor, StepId step) {
        return look(Look.LIVE, anchor, step).step().orElseThrow();
    }

    String prepare() {
        cluster.prepare(ATTEMPT, where.environment());
        kubernetes.await(() -> look(Look.CACHED, null, null).anchor().isPresent());
        return look(Look.LIVE, null, null).anchor().orElseThrow();
    }

    StepId start(StepKind kind, String anchor, Stage stage) {
        StepId step = Specs.step(kind, 1);
        cluster.start(spec(step, anchor, stage));
        return step;
    }

    /** Staged in, and the algorithm started. */
    String started(Stage stage) {
        String anchor = prepare();
        StepId staging = start(StepKind.STAGE_IN, anchor, stage);
        end(anchor, staging);
        StepId unused = start(StepKind.ALGORITHM, anchor, stage);
        return anchor;
    }

    StepEnd end(String anchor, StepId step) {
        kubernetes.await(() -> cachedState(anchor, step) == StepSeen.State.ENDED);
        return seen(anchor, step).end().orElseThrow();
    }

    private StepSeen.State cachedState(String anchor, StepId step) {
        return look(Look.CACHED, anchor, step).step().orElseThrow().state();
    }

    void awaitState(String anchor, StepId step, StepSeen.State state) {
        kubernetes.await(() -> cachedState(anchor, step) == state);
    }

    void awaitWaiting(String anchor, StepId step, String sentence) {
        kubernetes.await(() -> look(Look.CACHED, anchor, step)
                .step()
                .flatMap(StepSeen::waitingFor)
                .filter(wait -> wait.sentence().equals(sentence))
                .isPresent());
    }

    Pod pod(StepId step) {
        return kubernetes.pod(Names.pod(step, 0)).orElseThrow();
    }

    /** Removes the attempt, until a live look says that it is gone. */
    void remove() {
        kubernetes.await(() -> {
            cluster.remove(ATTEMPT);
            return isAbsent();
        });
    }

    boolean isAbsent() {
        return look(Look.LIVE, null, null).attempt(1) == Presence.ABSENT;
    }
}
