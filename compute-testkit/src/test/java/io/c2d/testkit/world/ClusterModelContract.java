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

/** The cluster of the simulated world, of either kind, keeps the contract of real ones. */
abstract class ClusterModelContract extends ComputeClusterContract {
    private final SimulatedScheduler scheduler = new SimulatedScheduler(Instant.EPOCH);
    private final boolean inProcess;

    /** A kind of cluster, by whether it runs steps of ours in the engine's process. */
    ClusterModelContract(boolean inProcess) {
        this.inProcess = inProcess;
    }

    @Override
    protected final ComputeCluster openEmpty() {
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
                inProcess,
                ImmutableMap.of("default", Environment.defaults("default")),
                uploads,
                new Parts.IgnoresContainers());
        return new ClusterView(
                model, scheduler.process(), parts.faults(), parts.hints(), parts.turns(), Duration.ofMillis(5));
    }

    @Override
    protected final void await(BooleanSupplier condition) {
        // A look that acts needs time to pass between one and the next.
        for (int i = 0; i < 60_000 && !condition.getAsBoolean(); i++) {
            scheduler.run(Duration.ofMillis(1));
        }
        if (!condition.getAsBoolean()) {
            throw new IllegalStateException("did not come true within a minute");
        }
    }
}
