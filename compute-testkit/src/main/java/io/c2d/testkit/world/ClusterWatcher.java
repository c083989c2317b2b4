package io.c2d.testkit.world;

/** What a world learns of what really happens in its cluster. */
interface ClusterWatcher {
    /** A step begins to run, under these objects. */
    void started(Container container, AttemptObjects objects);

    /** A step has ended. */
    void ended(Container container);

    /** An engine's call began to remove these objects. */
    void removing(AttemptObjects objects);

    /** The network policy of these objects is gone. */
    void policyGone(AttemptObjects objects);
}
