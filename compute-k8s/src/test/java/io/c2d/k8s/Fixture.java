package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import io.c2d.core.port.Environment;
import io.c2d.k8s.simulator.SimulatedKubernetes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A cluster on a simulated Kubernetes, with short limits. */
final class Fixture implements AutoCloseable {
    static final String NAMESPACE = "jobs";
    static final Environment.PhaseLimits LIMITS = new Environment.PhaseLimits(
            Duration.ofDays(7),
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofSeconds(20),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofMinutes(10));
    static final ClientLimits QUICK = new ClientLimits(
            8,
            10_000,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            5,
            Duration.ofMillis(5),
            Duration.ofMinutes(10));

    private final MemoryArtifacts artifacts = new MemoryArtifacts();
    private @Nullable SimulatedKubernetes kubernetes;
    private final List<KubernetesCluster> opened = new ArrayList<>();

    static KubernetesEnvironment environment() {
        return KubernetesEnvironment.in(
                NAMESPACE, Environment.defaults("default").withLimits(LIMITS));
    }

    static WorkerSettings worker() {
        return WorkerSettings.of(
                SimulatedKubernetes.WORKER_IMAGE,
                step -> new WorkerSettings.Upload(
                        URI.create("http://c2d.example/internal/uploads/" + step), "token-of-" + step.name()));
    }

    /** With the one environment. */
    static Fixture opened() {
        return opened(environment());
    }

    static Fixture opened(KubernetesEnvironment where) {
        try {
            Fixture fixture = new Fixture();
            KubernetesCluster unused = fixture.open(where);
            return fixture;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Driver driver() {
        return new Driver(cluster(), kubernetes(), environment());
    }

    KubernetesCluster open() throws IOException {
        return open(environment());
    }

    KubernetesCluster open(KubernetesEnvironment... environments) throws IOException {
        kubernetes = new SimulatedKubernetes(NAMESPACE, "other");
        return another(environments);
    }

    /** Another server on the same cluster. */
    KubernetesCluster another(KubernetesEnvironment... environments) {
        KubernetesCluster another = KubernetesCluster.builder()
                .access(kubernetes().access())
                .installation("test")
                .artifacts(artifacts)
                .worker(worker())
                .limits(QUICK)
                .environments(ImmutableList.copyOf(environments))
                .open();
        opened.add(another);
        while (!another.hasSeenAll()) {
            LockSupport.parkNanos(1_000_000);
        }
        kubernetes().heardBy(another::heard);
        return another;
    }

    MemoryArtifacts artifacts() {
        return artifacts;
    }

    SimulatedKubernetes kubernetes() {
        if (kubernetes == null) {
            throw new IllegalStateException("not open");
        }
        return kubernetes;
    }

    KubernetesCluster cluster() {
        return opened.get(0);
    }

    @Override
    public void close() {
        opened.forEach(KubernetesCluster::close);
        if (kubernetes != null) {
            kubernetes.close();
        }
    }
}
