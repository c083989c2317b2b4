package io.c2d.testkit.world;

import io.c2d.core.model.StepId;
import io.c2d.core.port.AttemptRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Everything that a simulated cluster has of one attempt. */
final class AttemptObjects {
    final AttemptRef ref;
    final String identity;

    /** Whether it bears this installation's mark. */
    final boolean ours;

    boolean anchor = true;

    /** Whether the volume is there, and not on its way out: nothing starts without. */
    boolean volume = true;

    /** Whether its containers' network is cut. */
    boolean policy = true;

    final Map<StepId, Container> tries = new LinkedHashMap<>();

    /** Files by folder and path. */
    final Map<String, NavigableMap<String, String>> folders = new TreeMap<>();

    AttemptObjects(AttemptRef ref, String identity, boolean ours) {
        this.ref = ref;
        this.identity = identity;
        this.ours = ours;
    }

    NavigableMap<String, String> folder(String name) {
        return folders.computeIfAbsent(name, n -> new TreeMap<>());
    }
}
