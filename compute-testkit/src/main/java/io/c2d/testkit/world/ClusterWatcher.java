package io.c2d.testkit.world;

import io.c2d.core.port.AttemptRef;

/** What a world learns of what really happens in its cluster. */
interface ClusterWatcher {
    /** A step begins to run, under these objects. */
    void started(Container container, AttemptObjects objects);

    /** A step has ended. */
    void ended(Container container);

    /** An engine's call began to remove these objects. */
    void removing(AttemptObjects objects);

    /** An engine's call for an attempt is about to kill this. */
    void killing(Container container, AttemptRef meant);

    /** The network policy of these objects is gone. */
    void policyGone(AttemptObjects objects);
}
