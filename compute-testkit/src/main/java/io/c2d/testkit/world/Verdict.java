package io.c2d.testkit.world;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The first rule that did not hold in a world. */
final class Verdict {
    /** What is broken where a task of an engine ended with an exception. */
    static final String TASK_THREW = "no task throws";

    private final Trace trace;
    private @Nullable InvariantViolation first;

    Verdict(Trace trace) {
        this.trace = trace;
    }

    /** A rule does not hold. It is kept as well as thrown, since somebody on the way might swallow it. */
    InvariantViolation broken(String rule, String what) {
        trace.add("RULE " + rule + " BROKEN: " + what);
        InvariantViolation violation = new InvariantViolation(rule, "rule " + rule + ": " + what);
        if (first == null) {
            first = violation;
        }
        return violation;
    }

    void require(boolean holds, String rule, String what) {
        if (!holds) {
            throw broken(rule, what);
        }
    }

    /** As above, with a message that is made only where it is needed. */
    void require(boolean holds, String rule, Supplier<String> what) {
        if (!holds) {
            throw broken(rule, what.get());
        }
    }

    boolean isBroken() {
        return first != null;
    }

    @Nullable
    InvariantViolation violation() {
        return first;
    }
}
