package io.c2d.testkit.world;

/** The kind that runs steps of ours in the process. */
final class LocalClusterModelTest extends ClusterModelContract {
    LocalClusterModelTest() {
        super(true);
    }
}
