package io.c2d.testkit.world;

import io.c2d.core.port.ArtifactStore;
import io.c2d.testkit.ArtifactStoreContract;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Instant;

/** The artifact store of the simulated world keeps the contract of real ones. */
final class SimulatedArtifactsTest extends ArtifactStoreContract {
    @Override
    protected ArtifactStore openEmpty() {
        SimulatedScheduler scheduler = new SimulatedScheduler(Instant.EPOCH);
        return new ArtifactsView(
                new SimulatedArtifacts(new ArtifactRules(), key -> {}),
                scheduler.process(),
                new Parts(scheduler).faults());
    }
}
