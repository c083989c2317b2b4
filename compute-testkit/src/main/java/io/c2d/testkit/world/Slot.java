package io.c2d.testkit.world;

import io.c2d.core.engine.ComputeEngine;
import io.c2d.testkit.SimulatedProcess;
import java.time.Duration;

/** One server process and the engine in it. */
final class Slot {
    final int number;
    final Duration skew;
    final SimulatedProcess process;
    final ClusterView cluster;
    final ComputeEngine engine;
    boolean started;
    boolean leaving;

    Slot(int number, Duration skew, SimulatedProcess process, ClusterView cluster, ComputeEngine engine) {
        this.number = number;
        this.skew = skew;
        this.process = process;
        this.cluster = cluster;
        this.engine = engine;
    }

    boolean isUp() {
        return process.isAlive() && started;
    }

    boolean answers() {
        return isUp() && !process.isPaused();
    }
}
