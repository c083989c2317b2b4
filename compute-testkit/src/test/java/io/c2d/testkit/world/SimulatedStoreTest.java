package io.c2d.testkit.world;

import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobStore;
import io.c2d.testkit.JobStoreContract;
import io.c2d.testkit.SimulatedProcess;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** The store of the simulated world, as a process reaches it while nothing goes wrong, keeps the contract of real stores. */
final class SimulatedStoreTest extends JobStoreContract {
    private final SimulatedScheduler scheduler = new SimulatedScheduler(Instant.parse("2026-11-24T00:00:00Z"));

    @Override
    protected JobStore openEmpty() {
        Parts parts = new Parts(scheduler);
        SimulatedStore store =
                new SimulatedStore(InMemoryJobStore.create(scheduler, "test"), new Parts.IgnoresWrites());
        Hints atOnce = new Hints(scheduler, parts.tools().dice(), parts.tools().rates()) {
            @Override
            void tell(SimulatedProcess to, Duration lag, Consumer<JobId> listener, JobId job) {
                listener.accept(job);
            }
        };
        return new StoreView(store, scheduler.process(), parts.faults(), atOnce, parts.turns());
    }

    @Override
    protected void pass(Duration duration) {
        scheduler.run(duration);
    }
}
