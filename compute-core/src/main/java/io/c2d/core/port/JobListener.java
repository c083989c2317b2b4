package io.c2d.core.port;

import io.c2d.core.model.Job;

/**
 * Told of stored transitions of this process, at most once each: for metrics and for waking streams. Whoever must miss
 * nothing reads the history. Called outside of every lock; what it throws is logged and goes no further.
 */
@FunctionalInterface
public interface JobListener {
    /** A transition to this snapshot was stored. Must return at once. */
    void onTransition(Job job);
}
