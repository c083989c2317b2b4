package io.c2d.core.model;

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

    /** The name used in folders, object names and keys. */
    public String label() {
        return label;
    }
}
