package io.c2d.core.port;

import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list.
 *
 * @param job one job alone, {@code null} for any
 * @param owner of one owner, {@code null} for any
 * @param agreement of one agreement, {@code null} for any
 * @param state which of them
 * @param after only what was stored before this cursor, {@code null} for the first page
 * @param limit the most that are given, 1 to {@value #MAX_LIMIT}
 */
public record JobQuery(
        @Nullable JobId job,
        @Nullable Owner owner,
        @Nullable String agreement,
        State state,
        @Nullable Long after,
        int limit) {
    /** The most jobs on one page. */
    public static final int MAX_LIMIT = 1_000;

    /** Which jobs, by how far they are. */
    public enum State {
        /** Those that have not ended. */
        RUNNING,
        /** All but tombstones. */
        PRESENT,
        /** Tombstones alone. */
        REMOVED,
        /** All. */
        ANY
    }

    /** Checks the limit. */
    public JobQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit is 1 to " + MAX_LIMIT);
        }
    }

    /** The job asked for, if one is. */
    public Optional<JobId> jobId() {
        return Optional.ofNullable(job);
    }

    /** The owner asked for, if one is. */
    public Optional<Owner> ownedBy() {
        return Optional.ofNullable(owner);
    }

    /** The agreement asked for, if one is. */
    public Optional<String> agreementId() {
        return Optional.ofNullable(agreement);
    }

    /** Where the page begins. */
    public Optional<Long> cursor() {
        return Optional.ofNullable(after);
    }
}
