package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.FoundAttempt;

/**
 * What one sweep saw and did.
 *
 * @param expired jobs whose results are past their time and will go
 * @param purged how many tombstones were forgotten
 * @param orphans attempts in the cluster that no row speaks for, past the grace
 * @param artifacts attempts of which artifacts are kept that no row speaks for, past the grace
 * @param alarm whether there were too many of them, so that none was removed
 * @param removed whether the orphans were removed
 * @param failed how many of them could not be; the next sweep tries again
 */
public record SweepReport(
        ImmutableSet<JobId> expired,
        int purged,
        ImmutableList<FoundAttempt> orphans,
        ImmutableList<AttemptRef> artifacts,
        boolean alarm,
        boolean removed,
        int failed) {}
