package io.c2d.core.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one try of one step. Within an attempt it is a register that is written once: what was started under it is
 * never started under it again.
 *
 * @param job the job
 * @param attempt counted from 1; a restart begins a new one
 * @param stage the stage's position in the workflow, from 0
 * @param kind which step
 * @param tryNumber counted from 1; rises only when the former try was seen ended
 */
public record StepId(JobId job, int attempt, int stage, StepKind kind, int tryNumber) {
    private static final Pattern NAME = Pattern.compile("(0|[1-9][0-9]{0,8})-([a-z-]+)-([1-9][0-9]{0,8})");

    /** Checks the ranges. */
    public StepId {
        if (attempt < 1 || stage < 0 || tryNumber < 1) {
            throw new IllegalArgumentException("attempt and try count from 1, the stage from 0");
        }
    }

    /** The name within the attempt, for example {@code 0-algorithm-1}. */
    public String name() {
        return stage + "-" + kind.label() + "-" + tryNumber;
    }

    /** The try of an attempt that bears a {@link #name}, if it is one. */
    public static Optional<StepId> parse(JobId job, int attempt, String name) {
        Matcher matcher = NAME.matcher(name);
        return attempt < 1 || !matcher.matches()
                ? Optional.empty()
                : StepKind.ofLabel(matcher.group(2))
                        .map(kind -> new StepId(
                                job,
                                attempt,
                                Integer.parseInt(matcher.group(1)),
                                kind,
                                Integer.parseInt(matcher.group(3))));
    }

    /** The next try of the same step. */
    public StepId nextTry() {
        return new StepId(job, attempt, stage, kind, tryNumber + 1);
    }

    @Override
    public String toString() {
        return job + "/" + attempt + "/" + name();
    }
}
