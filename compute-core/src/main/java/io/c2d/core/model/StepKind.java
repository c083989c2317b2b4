package io.c2d.core.model;

import java.util.Arrays;
import java.util.Optional;

/** The steps of a stage, in the order in which they run. */
public enum StepKind {
    /** Fetches inputs and algorithm into the attempt's volume. */
    STAGE_IN("stage-in"),
    /** Runs the caller's algorithm. */
    ALGORITHM("algorithm"),
    /** Runs the operator's filter over a copy of the outputs. */
    FILTER("filter"),
    /** Puts outputs and logs into the artifact store. */
    PUBLISH("publish");

    private final String label;

    StepKind(String label) {
        this.label = label;
    }

    /** The kind of a label, if it is one. */
    public static Optional<StepKind> ofLabel(String label) {
        return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
    }

    /** The name used in folders, object names and keys. */
    public String label() {
        return label;
    }
}
