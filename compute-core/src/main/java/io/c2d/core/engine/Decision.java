package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Job;
import io.c2d.core.port.Transition;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a turn does: at most one write, then actions, then when to look again.
 *
 * @param write the write, {@code null} where nothing is stored
 * @param actions what to do after the write counted, in this order
 * @param wakeAt when to look again if nothing happens before, {@code null} where nothing is left to wait for
 * @param needsLiveLook whether nothing was decided, since it must not rest on a cache
 */
record Decision(
        @Nullable Transition write,
        ImmutableList<ClusterAction> actions,
        @Nullable Instant wakeAt,
        boolean needsLiveLook) {

    /** Nothing to do, and nothing to wait for. */
    static final Decision DONE = new Decision(null, ImmutableList.of(), null, false);

    /** Look again, at the cluster itself, in this turn. */
    static final Decision LOOK_LIVE = new Decision(null, ImmutableList.of(), null, true);

    Optional<Transition> transition() {
        return Optional.ofNullable(write);
    }

    /** Waits. */
    static Decision waitUntil(Instant instant) {
        return new Decision(null, ImmutableList.of(), instant, false);
    }

    /** Acts without a write. */
    static Decision act(Instant lookAgain, ClusterAction... actions) {
        return new Decision(null, ImmutableList.copyOf(actions), lookAgain, false);
    }

    /** Stores, then acts, then looks again at once. */
    static Decision store(Job next, Instant now, String note, ClusterAction... actions) {
        return new Decision(new Transition(next, now, note), ImmutableList.copyOf(actions), now, false);
    }
}
