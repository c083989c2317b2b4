package io.c2d.testkit.world;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A world with one thing broken on purpose.
 *
 * @param name what is broken, after the number of its group
 * @param within the number of seeds, from 1 on, of which one must catch it
 * @param options makes the options of one world: what a broken part remembers never gets from one world to the next
 */
record Variant(String name, int within, Supplier<WorldOptions> options) {
    /** The first group's limit. */
    static final int BASICS = 200;

    /** The other groups' limit. */
    static final int OTHERS = 2_000;

    @Override
    public String toString() {
        return name;
    }

    interface Build {
        void engine(ComputeEngine.Builder builder, ComputeCluster cluster, ArtifactStore artifacts, Duration skew);
    }

    interface View {
        JobStore of(JobStore view, WorldOptions.Pausing pausing);
    }

    /** Part of the engine is broken. */
    static Variant engine(String name, int within, Build build) {
        return new Variant(name, within, () -> new WorldOptions() {
            @Override
            void engine(ComputeEngine.Builder b, ComputeCluster c, ArtifactStore a, Duration skew) {
                build.engine(b, c, a, skew);
            }
        });
    }

    /** The store itself is broken. */
    static Variant truth(String name, int within, UnaryOperator<JobStore> broken) {
        return new Variant(name, within, () -> new WorldOptions() {
            @Override
            JobStore store(InstantSource clock) {
                return broken.apply(super.store(clock));
            }
        });
    }

    /** What an engine makes of its store is broken. */
    static Variant view(String name, View broken) {
        return new Variant(name, OTHERS, () -> new WorldOptions() {
            @Override
            JobStore storeOf(JobStore view, Pausing pausing) {
                return broken.of(view, pausing);
            }
        });
    }

    /** A store and what engines make of it are broken together, and share what they know of one world. */
    interface Pair {
        JobStore truth();

        JobStore view(JobStore view, WorldOptions.Pausing pausing);
    }

    /** Both sides of the store are broken. */
    static Variant pair(String name, int within, Function<JobStore, Pair> broken) {
        return new Variant(name, within, () -> new Paired(broken));
    }

    /** A world in which both sides of the store are broken. */
    static class Paired extends WorldOptions {
        private final Function<JobStore, Pair> broken;
        private @Nullable Pair pair;

        Paired(Function<JobStore, Pair> broken) {
            this.broken = broken;
        }

        @Override
        JobStore store(InstantSource clock) {
            Pair made = broken.apply(super.store(clock));
            pair = made;
            return made.truth();
        }

        @Override
        JobStore storeOf(JobStore view, Pausing pausing) {
            return requireNonNull(pair).view(view, pausing);
        }
    }

    /** The cluster is broken. */
    static Variant cluster(String name, ClusterRules rules) {
        return new Variant(name, OTHERS, () -> new WorldOptions() {
            @Override
            ClusterRules cluster() {
                return rules;
            }
        });
    }

    /** The artifact store is broken. */
    static Variant artifacts(String name, ArtifactRules rules) {
        return new Variant(name, OTHERS, () -> new WorldOptions() {
            @Override
            ArtifactRules artifacts() {
                return rules;
            }
        });
    }

    /** Readers are shown the wrong thing. */
    static Variant readers(String name, Function<Job, ImmutableList<Artifact>> shown) {
        return new Variant(name, OTHERS, () -> new WorldOptions() {
            @Override
            ImmutableList<Artifact> visible(Job job, SimulatedArtifacts artifacts) {
                return shown.apply(job);
            }
        });
    }
}
