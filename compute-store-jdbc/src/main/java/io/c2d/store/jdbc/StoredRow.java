package io.c2d.store.jdbc;

import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.UnreadableJobException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A row of the table of jobs, whose document may be poisoned.
 *
 * @param seq its place in the stored order
 * @param id the job
 * @param read the job, {@code null} where the document can't be read
 * @param fault why not, {@code null} where it can
 */
record StoredRow(
        long seq, JobId id, @Nullable Job read, @Nullable RuntimeException fault) {
    private static final Logger log = LoggerFactory.getLogger(StoredRow.class);

    /**
     * The job.
     *
     * @throws UnreadableJobException where its document can't be read
     */
    Job job() {
        if (read == null) {
            throw new UnreadableJobException(id, fault == null ? new IllegalStateException("no job") : fault);
        }
        return read;
    }

    /** The job unless its document can't be read, which is logged: one such row must not spoil what is asked of others. */
    Optional<Job> jobOrLog() {
        if (read == null) {
            log.warn(
                    "job {} is left out: what is stored of it can't be read: {}",
                    id,
                    fault == null ? "no job" : fault.getMessage());
        }
        return Optional.ofNullable(read);
    }
}
