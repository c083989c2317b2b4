package io.c2d.core.port;

import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;

/**
 * One attempt of one job: the deterministic name of an anchor.
 *
 * @param job the job
 * @param attempt counted from 1
 */
public record AttemptRef(JobId job, int attempt) {
    /** The job's present attempt. */
    public static AttemptRef present(Job job) {
        return new AttemptRef(job.id(), job.attempt().number());
    }

    @Override
    public String toString() {
        return job + "/" + attempt;
    }
}
