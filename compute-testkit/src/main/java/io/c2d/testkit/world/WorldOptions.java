package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** How a world is built. The deliberately broken variants override one method each. */
class WorldOptions {
    /** The store that works, behind all that goes wrong. */
    JobStore store(InstantSource clock) {
        return InMemoryJobStore.create(clock, "simulated");
    }

    /** The store as an engine gets it. */
    JobStore storeOf(JobStore view, Pausing pausing) {
        return view;
    }

    /** The cluster as an engine gets it. */
    ComputeCluster clusterOf(ComputeCluster view, JobStore store) {
        return view;
    }

    /** What the cluster does. */
    ClusterRules cluster() {
        return new ClusterRules();
    }

    /** What the artifact store does. */
    ArtifactRules artifacts() {
        return new ArtifactRules();
    }

    /** How engines behave. */
    EngineSettings settings(EngineSettings drawn) {
        return drawn;
    }

    /** How long results are kept. */
    Duration retention(Duration drawn) {
        return drawn;
    }

    /** Where an engine's ids come from. */
    RandomGenerator random(RandomGenerator generator, int slot) {
        return generator;
    }

    /** An engine about to be built. */
    void engine(ComputeEngine.Builder builder, ComputeCluster cluster, ArtifactStore artifacts, Duration skew) {}

    /** What a reader is shown of a job. */
    ImmutableList<Artifact> visible(Job job, SimulatedArtifacts artifacts) {
        return job.manifest();
    }

    /** Lets the calling process stand still for a while, as at any point between two statements. */
    interface Pausing {
        /** Others get on meanwhile. */
        void maybe();
    }
}
