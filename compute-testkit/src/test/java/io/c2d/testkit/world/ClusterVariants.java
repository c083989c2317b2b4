package io.c2d.testkit.world;

import static io.c2d.testkit.world.Variant.OTHERS;

import io.c2d.core.engine.BrokenEngines;
import io.c2d.core.model.StepId;
import java.util.stream.Stream;

/** Groups 3 and 4: what goes wrong in a cluster, and in one on this machine alone. */
final class ClusterVariants {
    private ClusterVariants() {}

    static Stream<Variant> clusters() {
        return Stream.of(
                Variant.cluster("3 no finalizer", new ClusterRules() {
                    @Override
                    boolean keepsDeletedTries() {
                        return false;
                    }
                }),
                Variant.engine("3 absent is the next try", OTHERS, (b, c, a, skew) -> BrokenEngines.absentIsLost(b)),
                Variant.cluster("3 absent from the cache", new ClusterRules() {
                    @Override
                    boolean cacheSaysUnknown() {
                        return false;
                    }
                }),
                Variant.cluster("3 no placeholder on stop", new ClusterRules() {
                    @Override
                    boolean occupiesStoppedNames() {
                        return false;
                    }
                }),
                Variant.cluster("3 terminating is ended", new ClusterRules() {
                    @Override
                    boolean terminatingIsAlive() {
                        return false;
                    }
                }),
                Variant.cluster("3 folders shared by tries", new ClusterRules() {
                    @Override
                    String folder(StepId step) {
                        return step.kind().label();
                    }
                }),
                Variant.cluster("3 adopted unchecked", new ClusterRules() {
                    @Override
                    boolean checksWhatItAdopts() {
                        return false;
                    }
                }),
                Variant.cluster("3 delete by job label", new ClusterRules() {
                    @Override
                    boolean removesOneAttempt() {
                        return false;
                    }
                }),
                Variant.cluster("3 policy owned by the anchor", new ClusterRules() {
                    @Override
                    boolean policyOutlivesSteps() {
                        return false;
                    }
                }),
                Variant.cluster("3 no limit in the cluster", new ClusterRules() {
                    @Override
                    boolean holdsLimits() {
                        return false;
                    }
                }),
                Variant.cluster("3 anchor by name", new ClusterRules() {
                    @Override
                    boolean startsUnderStoredAnchorOnly() {
                        return false;
                    }
                }),
                Variant.cluster("3 anchor before volume", new ClusterRules() {
                    @Override
                    boolean removesVolumeFirst() {
                        return false;
                    }
                }));
    }

    /** Group 4. Only in worlds whose cluster is of the kind that runs on this machine. */
    static Stream<Variant> thisMachine() {
        return Stream.of(
                Variant.cluster("4 pid file after start", new ClusterRules() {
                    @Override
                    boolean recordsBeforeStart() {
                        return false;
                    }
                }),
                Variant.cluster("4 attempt's folder made by start", new ClusterRules() {
                    @Override
                    boolean startsInExistingFolder() {
                        return false;
                    }
                }),
                Variant.cluster("4 pid without start time", new ClusterRules() {
                    @Override
                    boolean knowsReusedNumbers() {
                        return false;
                    }
                }),
                Variant.cluster("4 exit status lost with the server", new ClusterRules() {
                    @Override
                    boolean exitOutlivesServer() {
                        return false;
                    }
                }));
    }
}
