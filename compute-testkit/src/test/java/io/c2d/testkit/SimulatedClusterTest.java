package io.c2d.testkit;

import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

final class SimulatedClusterTest extends ComputeClusterContract {
    private final SimulatedScheduler scheduler = new SimulatedScheduler(Instant.EPOCH);

    @Override
    protected ComputeCluster openEmpty() {
        return new SimulatedCluster(scheduler, Environment.defaults("default"));
    }

    @Override
    protected void await(BooleanSupplier condition) {
        scheduler.runUntil(condition, Duration.ofMinutes(1));
    }
}
