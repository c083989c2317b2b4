package io.c2d.core.model;

import java.util.Optional;

/** How a job went; stored together with the terminal status. A further field of the status object, beside the seed's. */
public enum Outcome {
    /** The algorithm exited 0 by itself and its results were published. */
    SUCCEEDED("succeeded"),
    /** The algorithm exited with another code than 0, or ran out of memory. */
    ALGORITHM_FAILED("algorithmFailed"),
    /** An input could not be staged in. */
    DATA_PROVISIONING_FAILED("dataProvisioningFailed"),
    /** The algorithm could not be staged in. */
    ALGORITHM_PROVISIONING_FAILED("algorithmProvisioningFailed"),
    /** The operator's filter failed; no output was published. */
    FILTER_FAILED("filterFailed"),
    /** Results could not be published. */
    PUBLISH_FAILED("publishFailed"),
    /** A caller stopped or deleted the job. */
    STOPPED("stopped"),
    /** The algorithm ran longer than {@code maxtime}. */
    TIMED_OUT("timedOut"),
    /** The machinery failed, through no fault of the algorithm's. */
    INFRASTRUCTURE_FAILED("infrastructureFailed");

    private final String wireName;

    Outcome(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }

    /** Whether a {@code POST} for the same agreement restarts a job that ended so. */
    public boolean isRestartable() {
        return this == STOPPED || this == TIMED_OUT;
    }

    /** The outcome of that name. */
    public static Optional<Outcome> ofWireName(String name) {
        for (Outcome outcome : values()) {
            if (outcome.wireName.equals(name)) {
                return Optional.of(outcome);
            }
        }
        return Optional.empty();
    }
}
