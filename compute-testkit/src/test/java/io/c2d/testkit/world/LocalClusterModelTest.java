package io.c2d.testkit.world;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.Job;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import io.c2d.testkit.ComputeClusterContract;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The cluster of the simulated world, of the kind that runs steps of ours in the process, keeps the contract of real ones. */
final class LocalClusterModelTest extends ComputeClusterContract {
    private final SimulatedScheduler scheduler = new SimulatedScheduler(Instant.EPOCH);

    @Override
    protected ComputeCluster openEmpty() {
        Parts parts = new Parts(scheduler);
        ArtifactRules anyUpload = new ArtifactRules() {
            @Override
            boolean mayBegin(Optional<Job> row, StepId step) {
                return true;
            }

            @Override
            boolean mayEnd(Optional<Job> row, StepId step) {
                return true;
            }
        };
        Uploads uploads =
                new Uploads(new SimulatedArtifacts(anyUpload, key -> {}), id -> Optional.empty(), (step, row) -> {});
        ClusterModel model = new ClusterModel(
                parts.tools(),
                new ClusterRules(),
                true,
                ImmutableMap.of("default", Environment.defaults("default")),
                uploads,
                new Parts.IgnoresContainers());
        return new ClusterView(
                model, scheduler.process(), parts.faults(), parts.hints(), parts.turns(), Duration.ofMillis(5));
    }

    @Override
    protected void await(BooleanSupplier condition) {
        // A look that acts needs time to pass between one and the next.
        for (int i = 0; i < 60_000 && !condition.getAsBoolean(); i++) {
            scheduler.run(Duration.ofMillis(1));
        }
        if (!condition.getAsBoolean()) {
            throw new IllegalStateException("did not come true within a minute");
        }
    }
}
