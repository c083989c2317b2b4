package io.c2d.testkit.world;

/** The kind that runs every step in a container elsewhere. */
final class RemoteClusterModelTest extends ClusterModelContract {
    RemoteClusterModelTest() {
        super(false);
    }
}
