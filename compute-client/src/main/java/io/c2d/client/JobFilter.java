package io.c2d.client;

import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.port.JobQuery;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list; begin with {@link #ALL}. Immutable.
 *
 * @param job one job alone, {@code null} for any
 * @param agreement of one agreement, {@code null} for any
 * @param of of one owner, {@code null} for the client's own
 * @param everyOwner whether no owner is named, so that the server shows whatever the caller may see
 * @param removed whether tombstones are meant
 * @param limit the most jobs a page, 1 to {@value JobQuery#MAX_LIMIT}, {@code null} for the server's own
 * @param after the cursor of the page, from {@link JobViewPage#next()}, {@code null} for the first
 */
public record JobFilter(
        @Nullable JobId job,
        @Nullable String agreement,
        @Nullable Owner of,
        boolean everyOwner,
        boolean removed,
        @Nullable Integer limit,
        @Nullable String after) {
    /** All jobs of the client's owner; where the client has none, all that the caller may see. */
    public static final JobFilter ALL = new JobFilter(null, null, null, false, false, null, null);

    /** Checks the limit, and that not both one owner and every owner are meant. */
    public JobFilter {
        if (limit != null && (limit < 1 || limit > JobQuery.MAX_LIMIT)) {
            throw new IllegalArgumentException("limit is 1 to " + JobQuery.MAX_LIMIT);
        }
        if (of != null && everyOwner) {
            throw new IllegalArgumentException("one owner or every owner");
        }
    }

    /** One job alone; a tombstone too. */
    public static JobFilter ofJob(JobId job) {
        return new JobFilter(job, null, null, false, false, null, null);
    }

    /** Jobs of one agreement. */
    public static JobFilter ofAgreement(String agreementId) {
        return new JobFilter(null, agreementId, null, false, false, null, null);
    }

    /** The same, of another owner than the client's. */
    public JobFilter withOwner(Owner owner) {
        return new JobFilter(job, agreement, owner, false, removed, limit, after);
    }

    /** The same, whoever owns them: for admins, and for readers whom a job's output names. */
    public JobFilter withEveryOwner() {
        return new JobFilter(job, agreement, null, true, removed, limit, after);
    }

    /** The same, tombstones meant. */
    public JobFilter withRemoved() {
        return new JobFilter(job, agreement, of, everyOwner, true, limit, after);
    }

    /** The same with at most so many jobs a page. */
    public JobFilter withLimit(int jobs) {
        return new JobFilter(job, agreement, of, everyOwner, removed, jobs, after);
    }

    /** The same, from a cursor on. */
    public JobFilter withAfter(String cursor) {
        return new JobFilter(job, agreement, of, everyOwner, removed, limit, cursor);
    }

    /** The job, if one is named. */
    public Optional<JobId> jobId() {
        return Optional.ofNullable(job);
    }

    /** The agreement, if one is named. */
    public Optional<String> agreementId() {
        return Optional.ofNullable(agreement);
    }
}
