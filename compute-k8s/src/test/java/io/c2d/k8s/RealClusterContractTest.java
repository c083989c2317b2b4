package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.core.model.Stage;
import io.c2d.core.port.ComputeCluster;
import io.c2d.testkit.ComputeClusterContract;
import io.c2d.testkit.Samples;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract on a real cluster ({@code mvn verify -Pe2e}); see {@link RealCluster}. */
@Tag("e2e")
final class RealClusterContractTest extends ComputeClusterContract {
    private static RealCluster real;

    @BeforeAll
    static void makeNamespace() throws IOException {
        real = new RealCluster();
    }

    @AfterAll
    static void removeNamespace() {
        try (KubernetesCluster cluster = real.open()) {
            clear(cluster);
        } finally {
            real.close();
        }
    }

    @Override
    protected ComputeCluster openEmpty() {
        KubernetesCluster cluster = real.open();
        clear(cluster);
        return cluster;
    }

    /** Each test has the same job, and what a real cluster is told to remove takes its time. */
    private static void clear(KubernetesCluster cluster) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            cluster.attempts().forEach(cluster::remove);
            assertThat(real.left()).isEmpty();
        });
    }

    @Override
    protected Stage stage(String script) {
        return Samples.shell(script, RealCluster.image(), RealCluster.tag()).stage(0);
    }

    @Override
    protected void await(BooleanSupplier condition) {
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(condition::getAsBoolean);
    }
}
