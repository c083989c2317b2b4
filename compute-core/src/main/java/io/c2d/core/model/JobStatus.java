package io.c2d.core.model;

import com.google.common.collect.ImmutableSetMultimap;
import java.util.Optional;

/**
 * The phase of a job (seed, "Status description"). Whether it went well is the {@link Outcome}. This enum holds the only
 * table of allowed moves.
 */
public enum JobStatus {
    /** Accepted and stored; waits for an engine and for capacity. */
    WARMING_UP(1, "Warming up"),
    /** An engine has taken it. */
    STARTED(10, "Job started"),
    /** Volumes are created, data is staged in. */
    CONFIGURING_VOLUMES(20, "Configuring volumes"),
    /** Inputs and algorithm are in place. */
    PROVISIONED(30, "Provisioning success"),
    /** An input could not be staged in; terminal. */
    DATA_PROVISIONING_FAILED(31, "Data provisioning failed"),
    /** The algorithm could not be staged in; terminal. */
    ALGORITHM_PROVISIONING_FAILED(32, "Algorithm provisioning failed"),
    /** The algorithm's container was started. */
    RUNNING(40, "Running algorithm"),
    /** The operator's filter works on the outputs. */
    FILTERING(50, "Filtering results"),
    /** Results and logs are uploaded. */
    PUBLISHING(60, "Publishing results"),
    /** Ended; terminal. */
    COMPLETED(70, "Job completed");

    private static final ImmutableSetMultimap<JobStatus, JobStatus> MOVES =
            ImmutableSetMultimap.<JobStatus, JobStatus>builder()
                    .putAll(WARMING_UP, STARTED, COMPLETED)
                    .putAll(STARTED, CONFIGURING_VOLUMES, COMPLETED)
                    .putAll(
                            CONFIGURING_VOLUMES,
                            PROVISIONED,
                            DATA_PROVISIONING_FAILED,
                            ALGORITHM_PROVISIONING_FAILED,
                            COMPLETED)
                    .putAll(PROVISIONED, RUNNING, COMPLETED)
                    .putAll(RUNNING, FILTERING, PUBLISHING, COMPLETED)
                    .putAll(FILTERING, PUBLISHING, COMPLETED)
                    .putAll(PUBLISHING, COMPLETED)
                    .build();

    private final int code;
    private final String text;

    JobStatus(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The text on the wire ({@code statusText}). */
    public String text() {
        return text;
    }

    /** Whether an attempt ends here. */
    public boolean isTerminal() {
        return !MOVES.containsKey(this);
    }

    /** Whether an attempt may move from here to {@code next}; staying is no move. */
    public boolean canMoveTo(JobStatus next) {
        return MOVES.containsEntry(this, next);
    }

    /** Whether a new attempt of the job may begin from here: the one move across attempts, 70 to 1. */
    public boolean canRestart() {
        return this == COMPLETED;
    }

    /** The status with this number. */
    public static Optional<JobStatus> ofCode(int code) {
        for (JobStatus status : values()) {
            if (status.code == code) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
