package io.c2d.core.engine;

import io.c2d.core.model.JobId;
import io.c2d.core.port.EngineScheduler;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The parts of an engine that the simulated world exchanges for broken ones, to see that it catches them.
 *
 * @param decider what a turn decides with
 * @param queue makes the queue of turns
 */
record Wiring(Function<Situation, Decision> decider, BiFunction<EngineScheduler, Consumer<JobId>, WakeUpQueue> queue) {
    /** The parts as they are. */
    static final Wiring DEFAULT = new Wiring(Decider::decide, WakeUpQueue::new);
}
