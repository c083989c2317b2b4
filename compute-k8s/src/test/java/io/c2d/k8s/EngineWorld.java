package io.c2d.k8s;

import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepTry;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.EngineScheduler;
import io.c2d.k8s.simulator.Faults;
import io.c2d.k8s.simulator.SimulatedKubernetes;
import io.c2d.testkit.Samples;
import io.c2d.testkit.SimulatedScheduler;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** The whole engine on the in-memory store and a simulated Kubernetes; both clocks go together. */
final class EngineWorld implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofHours(3);

    private final Fixture fixture;
    private final SimulatedScheduler time = new SimulatedScheduler(Instant.parse("2026-01-01T00:00:00Z"));
    private final InMemoryJobStore store = InMemoryJobStore.create(time, "test");
    private final Random random = new Random(3);
    private final KubernetesEnvironment where;
    private QueuedHints cluster;
    private EngineScheduler process;
    private ComputeEngine engine;

    EngineWorld() {
        this(Fixture.environment());
    }

    EngineWorld(KubernetesEnvironment where) {
        this.where = where;
        fixture = Fixture.opened(where);
        cluster = new QueuedHints(fixture.cluster());
        process = time.process();
        engine = begin();
        engine.start();
    }

    private ComputeEngine begin() {
        return ComputeEngine.builder(store, cluster, fixture.artifacts())
                .scheduler(process)
                .random(random)
                .build();
    }

    /** The server dies where it stands, with all that it had in memory; another one begins. */
    void crash() {
        process.close();
        cluster = new QueuedHints(fixture.another(where));
        process = time.process();
        engine = begin();
        engine.start();
    }

    SimulatedKubernetes kubernetes() {
        return fixture.kubernetes();
    }

    ComputeEngine engine() {
        return engine;
    }

    JobId submit(String script) {
        return submit(Samples.shell(script));
    }

    JobId submit(Workflow workflow) {
        return engine.submit(new Owner("me"), "agreement-" + random.nextLong(), workflow);
    }

    List<String> isolationFaults() {
        return fixture.cluster().isolationFaults();
    }

    InputStream logs(Job job) throws IOException {
        StepTry step = Objects.requireNonNull(job.attempt().step());
        return cluster.logs(step.id(), Objects.requireNonNull(job.attempt().anchor()), 0);
    }

    /** Finds each name in use that a create may find so, and takes it for its own. */
    void adoptEverything() {
        kubernetes().faults(Faults.losingAnswers());
        JobId id = submit("sleep 1");
        Job unused = end(id);
        kubernetes().faults(Faults.none());
    }

    Job job(JobId id) {
        return engine.get(id).orElseThrow();
    }

    /** The job once it has ended and left the cluster. */
    Job end(JobId id) {
        await(() -> job(id).isFinished() && !job(id).isOpen());
        return job(id);
    }

    void await(BooleanSupplier condition) {
        Instant start = time.instant();
        while (!condition.getAsBoolean()) {
            if (time.instant().isAfter(start.plus(LONGEST))) {
                throw new AssertionError(
                        "did not come true; there is " + kubernetes().names());
            }
            pass();
        }
    }

    /** Lets both go on for so long. */
    void pass(Duration duration) {
        Instant end = time.instant().plus(duration);
        while (time.instant().isBefore(end)) {
            pass();
        }
    }

    private void pass() {
        kubernetes().pass(TICK);
        kubernetes().beHeard();
        cluster.deliver();
        time.run(TICK);
    }

    @Override
    public void close() {
        engine.close();
        fixture.close();
    }
}
