package io.c2d.core.port;

import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import java.time.Instant;

/**
 * One entry of a job's history.
 *
 * @param job whose
 * @param version the job's version that this write made
 * @param attempt the attempt by then
 * @param status the status by then
 * @param at when, by the store's clock
 * @param note one short sentence
 */
public record JobEvent(JobId job, long version, int attempt, JobStatus status, Instant at, String note) {
    /** The event of a write that made this version. */
    public static JobEvent of(Job job, Instant at, String note) {
        return new JobEvent(job.id(), job.version(), job.attempt().number(), job.status(), at, note);
    }
}
