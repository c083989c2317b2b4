package io.c2d.testkit.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.c2d.core.engine.BrokenEngines;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A world that lets a broken engine, store or cluster pass proves nothing: each of these must break a rule. */
final class BrokenVariantsTest {
    private static final int BASICS = 200;
    private static final int OTHERS = 2_000;

    /** One thing broken. */
    private record Variant(String name, int within, WorldOptions options) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Build {
        void engine(ComputeEngine.Builder builder, ComputeCluster cluster, ArtifactStore artifacts, Duration skew);
    }

    private interface View {
        JobStore of(JobStore view, WorldOptions.Pausing pausing);
    }

    private static Variant engine(String name, int within, Build build) {
        return new Variant(name, within, new WorldOptions() {
            @Override
            void engine(ComputeEngine.Builder b, ComputeCluster c, ArtifactStore a, Duration skew) {
                build.engine(b, c, a, skew);
            }
        });
    }

    private static Variant truth(String name, int within, UnaryOperator<JobStore> broken) {
        return new Variant(name, within, new WorldOptions() {
            @Override
            JobStore store(InstantSource clock) {
                return broken.apply(super.store(clock));
            }
        });
    }

    private static Variant view(String name, int within, View broken) {
        return new Variant(name, within, new WorldOptions() {
            @Override
            JobStore storeOf(JobStore view, Pausing pausing) {
                return broken.of(view, pausing);
            }
        });
    }

    private static Variant cluster(String name, ClusterRules rules) {
        return new Variant(name, OTHERS, new WorldOptions() {
            @Override
            ClusterRules cluster() {
                return rules;
            }
        });
    }

    private static Variant artifacts(String name, ArtifactRules rules) {
        return new Variant(name, OTHERS, new WorldOptions() {
            @Override
            ArtifactRules artifacts() {
                return rules;
            }
        });
    }

    private static Variant settings(String name, int within, UnaryOperator<EngineSettings> change) {
        return new Variant(name, within, new WorldOptions() {
            @Override
            JobStore storeOf(JobStore view, Pausing pausing) {
                return name.contains("wake-up") ? Broken.neverLooksForWishes(view) : view;
            }

            @Override
            EngineSettings settings(EngineSettings drawn) {
                return change.apply(drawn);
            }
        });
    }

    private static EngineSettings with(EngineSettings s, Duration resync, Duration turnLimit) {
        return new EngineSettings(
                s.lease(),
                s.poll(),
                resync,
                s.claimBatch(),
                s.commitGroup(),
                turnLimit,
                s.backoffFirst(),
                s.backoffCap(),
                s.giveUp(),
                s.sweep(),
                s.fallback());
    }

    static Stream<Variant> variants() {
        return Stream.of(basics(), store(), clusters(), callers()).flatMap(s -> s);
    }

    private static Stream<Variant> basics() {
        return Stream.of(
                truth("1 no version check", BASICS, Broken::withoutVersionCheck),
                engine("1 act before store", BASICS, (b, c, a, skew) -> BrokenEngines.actBeforeStore(b, c, a)),
                settings(
                        "1 a lost wake-up never looked at again",
                        BASICS,
                        s -> with(s, Duration.ofDays(9), s.turnLimit())),
                engine("1 two threads a key", BASICS, (b, c, a, skew) -> BrokenEngines.twoThreadsAKey(b)),
                engine("1 a timer not set", BASICS, (b, c, a, skew) -> BrokenEngines.noTimer(b)));
    }

    private static Stream<Variant> store() {
        return Stream.of(
                truth("2 dead lease renewed", OTHERS, Broken::deadLeaseRenewed),
                truth("2 phantom event", OTHERS, Broken::phantomEvents),
                view("2 unknown commit taken as won", OTHERS, (v, p) -> Broken.commits(v, true, false, false)),
                view("2 acts after a lost commit", OTHERS, (v, p) -> Broken.commits(v, false, true, false)),
                view("2 group poisoned by one row", OTHERS, (v, p) -> Broken.poisonSpreads(v)),
                engine("2 the engine's own clock", OTHERS, (b, c, a, skew) -> BrokenEngines.ownClock(b, skew)));
    }

    /**
     * Not caught within 2,000 seeds: hunted by {@link #main} alone, and no claim is made for them. The order of removal has a
     * second net in this world, the stored anchor under which alone a start counts; and no turn hangs here for ever.
     */
    static Stream<Variant> unproven() {
        return Stream.of(
                cluster("3 anchor before volume", new ClusterRules() {
                    @Override
                    boolean removesVolumeFirst() {
                        return false;
                    }
                }),
                settings("6 heartbeat independent of progress", OTHERS, s -> with(s, s.resync(), Duration.ofDays(9))));
    }

    private static Stream<Variant> clusters() {
        return Stream.of(
                cluster("3 no finalizer", new ClusterRules() {
                    @Override
                    boolean keepsDeletedTries() {
                        return false;
                    }
                }),
                engine("3 absent is the next try", OTHERS, (b, c, a, skew) -> BrokenEngines.absentIsLost(b)),
                cluster("3 absent from the cache", new ClusterRules() {
                    @Override
                    boolean cacheSaysUnknown() {
                        return false;
                    }
                }),
                cluster("3 no placeholder on stop", new ClusterRules() {
                    @Override
                    boolean occupiesStoppedNames() {
                        return false;
                    }
                }),
                cluster("3 terminating is ended", new ClusterRules() {
                    @Override
                    boolean terminatingIsAlive() {
                        return false;
                    }
                }),
                cluster("3 folders shared by tries", new ClusterRules() {
                    @Override
                    String folder(StepId step) {
                        return step.kind().label();
                    }
                }),
                cluster("3 adopted unchecked", new ClusterRules() {
                    @Override
                    boolean checksWhatItAdopts() {
                        return false;
                    }
                }),
                cluster("3 delete by job label", new ClusterRules() {
                    @Override
                    boolean removesOneAttempt() {
                        return false;
                    }
                }),
                cluster("3 policy owned by the anchor", new ClusterRules() {
                    @Override
                    boolean policyOutlivesSteps() {
                        return false;
                    }
                }),
                cluster("3 no limit in the cluster", new ClusterRules() {
                    @Override
                    boolean holdsLimits() {
                        return false;
                    }
                }),
                engine("6 restart prepares early", OTHERS, (b, c, a, skew) -> BrokenEngines.preparesEarly(b)));
    }

    private static Stream<Variant> callers() {
        Set<String> usedUp = new LinkedHashSet<>();
        return Stream.of(
                artifacts("5 token per attempt only", new ArtifactRules() {
                    @Override
                    boolean mayBegin(Optional<Job> row, StepId step) {
                        return ofAttempt(row, step);
                    }

                    @Override
                    boolean mayEnd(Optional<Job> row, StepId step) {
                        return ofAttempt(row, step);
                    }
                }),
                artifacts("5 no check at the upload's end", new ArtifactRules() {
                    @Override
                    boolean mayEnd(Optional<Job> row, StepId step) {
                        return true;
                    }
                }),
                artifacts("5 delete by job alone", new ArtifactRules() {
                    @Override
                    boolean deletesOneAttempt() {
                        return false;
                    }
                }),
                new Variant("5 visible at upload", OTHERS, new WorldOptions() {
                    @Override
                    ImmutableList<Artifact> visible(Job job, SimulatedArtifacts artifacts) {
                        return job.attempt().artifacts();
                    }
                }),
                view("5 nonce used up by a 503", OTHERS, (v, p) -> Broken.nonceUsedUpByFailure(v, usedUp)),
                truth("5 repeated PUT carried out again", OTHERS, Broken::repeatsWishes),
                cluster("6 no installation id", new ClusterRules() {
                    @Override
                    boolean listsOwnOnly() {
                        return false;
                    }
                }),
                view("6 sweeper reads the store first", OTHERS, (v, p) -> Broken.sweepsByOldRows(v, v, p)),
                cluster("3 anchor by name", new ClusterRules() {
                    @Override
                    boolean startsUnderStoredAnchorOnly() {
                        return false;
                    }
                }));
    }

    private static boolean ofAttempt(Optional<Job> row, StepId step) {
        return row.map(job -> job.attempt().number() == step.attempt() && !job.isFinished())
                .orElse(false);
    }

    @ParameterizedTest
    @MethodSource("variants")
    void isCaught(Variant variant) {
        Map<Long, String> caught = hunt(variant);
        System.out.println(variant + ": " + caught);
        assertThat(caught).isNotEmpty();
    }

    private static Map<Long, String> hunt(Variant variant) {
        Map<Long, String> caught = new LinkedHashMap<>();
        for (long seed = 1; seed <= variant.within() && caught.isEmpty(); seed++) {
            InvariantViolation violation =
                    SimulatedWorld.run(seed, variant.options()).violation();
            if (violation != null) {
                caught.put(seed, violation.rule());
            }
        }
        return caught;
    }

    /** Prints the table. */
    public static void main(String[] arguments) {
        String only = arguments.length > 0 ? arguments[0] : "";
        Stream.concat(variants(), unproven())
                .filter(variant -> variant.name().matches(only + ".*"))
                .parallel()
                .forEach(variant -> System.out.println(variant + " | " + hunt(variant)));
    }
}
