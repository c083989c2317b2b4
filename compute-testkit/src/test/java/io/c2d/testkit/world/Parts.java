package io.c2d.testkit.world;

import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The parts of a world in which nothing goes wrong and nobody watches. */
final class Parts {
    private final WorldTools tools;
    private final Verdict verdict;

    Parts(SimulatedScheduler scheduler) {
        Dice dice = new Dice(1);
        FaultRates rates = FaultRates.draw(dice, new Dice(2));
        rates.end();
        Trace trace = new Trace(scheduler);
        this.tools = new WorldTools(scheduler, dice, rates, trace);
        this.verdict = new Verdict(trace);
    }

    WorldTools tools() {
        return tools;
    }

    Faults faults() {
        return new Faults(
                tools.scheduler(), tools.dice(), tools.rates(), tools.trace(), Duration.ofSeconds(15), () -> true);
    }

    Hints hints() {
        return new Hints(tools.scheduler(), tools.dice(), tools.rates());
    }

    Turns turns() {
        return new Turns(verdict);
    }

    static final class IgnoresWrites implements SimulatedStore.StoreWatcher {
        @Override
        public void wrote(SimulatedStore.Writer by, Optional<EngineId> engine, Iterable<JobId> named) {}

        @Override
        public void submitted(SubmitRequest request, SubmitResult result) {}

        @Override
        public void wished(WishRequest request, WishResult result) {}

        @Override
        public void leaseOpened(EngineId engine, Instant until) {}

        @Override
        public void leaseRenewed(EngineId engine, Instant now, boolean granted, Duration length) {}

        @Override
        public void leaseReleased(EngineId engine) {}
    }

    static final class IgnoresContainers implements ClusterWatcher {
        @Override
        public void started(Container container, AttemptObjects objects) {}

        @Override
        public void ended(Container container) {}

        @Override
        public void removing(AttemptObjects objects) {}

        @Override
        public void killing(Container container, AttemptRef meant) {}

        @Override
        public void policyGone(AttemptObjects objects) {}
    }
}
