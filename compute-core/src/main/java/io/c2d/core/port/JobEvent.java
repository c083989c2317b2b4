package io.c2d.core.port;

import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Sentence;
import java.time.Instant;

/**
 * One entry of a job's history.
 *
 * @param job whose
 * @param version the job's version that this write made
 * @param attempt the attempt by then
 * @param status the status by then
 * @param at when, by the store's clock
 * @param note one short sentence; what of it can't be stored, such as U+0000, is replaced
 */
public record JobEvent(JobId job, long version, int attempt, JobStatus status, Instant at, String note) {
    private static final int MAX_NOTE = 1_000;

    /** Makes the note fit to be stored: it may say what a cluster or a registry said. */
    public JobEvent {
        note = Sentence.of(note, MAX_NOTE);
    }

    /** The event of a write that made this version. */
    public static JobEvent of(Job job, Instant at, String note) {
        return new JobEvent(job.id(), job.version(), job.attempt().number(), job.status(), at, note);
    }
}
