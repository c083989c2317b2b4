package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;

/** What a batch of updates, one a job, has changed. */
final class Batches {
    private Batches() {}

    /** Those whose own row count is one. */
    static ImmutableSet<JobId> changed(Iterable<JobId> jobs, int[] counts) {
        ImmutableSet.Builder<JobId> changed = ImmutableSet.builder();
        int i = 0;
        for (JobId job : jobs) {
            if (counts[i++] == 1) {
                changed.add(job);
            }
        }
        return changed.build();
    }
}
