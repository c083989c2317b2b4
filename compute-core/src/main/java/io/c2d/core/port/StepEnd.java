package io.c2d.core.port;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Artifact;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a try ended.
 *
 * @param cause what ended it
 * @param code its exit code, {@code null} where it has none
 * @param message one sentence for the caller, {@code null} where there is nothing to say
 * @param artifacts what a step of ours stored, with sizes and hashes
 */
public record StepEnd(
        Cause cause, @Nullable Integer code, @Nullable String message, ImmutableList<Artifact> artifacts) {
    /** Exit code of stage-in: everything is in place. Also of publish: everything is stored. */
    public static final int OK = 0;
    /** Exit code of stage-in: an input could not be staged in. */
    public static final int DATA_FAILED = 31;
    /** Exit code of stage-in: the algorithm could not be staged in. */
    public static final int ALGORITHM_FAILED = 32;

    /** What ends a try. */
    public enum Cause {
        /** It exited by itself, with any code. */
        EXITED,
        /** It was killed by a stop, or by somebody else. */
        KILLED,
        /** The limit that the cluster holds ended it. */
        DEADLINE,
        /** It used more memory than it may. */
        OUT_OF_MEMORY,
        /** What it ran on is gone, and its exit code with it. */
        LOST,
        /** It ran inside of an engine's process, and that engine's life is over. */
        ABANDONED,
        /** Its name was occupied before it began; it never will. */
        NEVER_STARTED,
        /** The cluster refuses to run it, whatever is tried. */
        REFUSED
    }

    /** An exit by itself. */
    public static StepEnd exited(int code) {
        return new StepEnd(Cause.EXITED, code, null, ImmutableList.of());
    }

    /** An end without an exit code. */
    public static StepEnd of(Cause cause) {
        return new StepEnd(cause, null, null, ImmutableList.of());
    }

    /** The exit code, if there is one. */
    public Optional<Integer> exitCode() {
        return Optional.ofNullable(code);
    }

    /** What there is to say, if anything. */
    public Optional<String> detail() {
        return Optional.ofNullable(message);
    }

    /** Whether it exited by itself with 0. */
    public boolean isSuccess() {
        return cause == Cause.EXITED && code != null && code == OK;
    }
}
