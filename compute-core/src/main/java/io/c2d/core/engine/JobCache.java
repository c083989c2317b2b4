package io.c2d.core.engine;

import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The jobs as this engine stored or read them last, so that a turn need not read what the one before has just written. While
 * the engine owns a job nobody else writes it but callers, and what wakes the engine for a caller's write first marks the job
 * as stale here. Otherwise a turn that goes by an old state is one that was slow: its write is fenced by the version, its
 * acts by names and anchors. Thread-safe.
 */
final class JobCache {
    private final Map<JobId, Job> jobs = new HashMap<>();
    private final Set<JobId> stale = new HashSet<>();
    private final Set<JobId> known = new HashSet<>();

    /** Begins a turn: the job, unless it must be read. */
    synchronized Optional<Job> begin(JobId id) {
        known.add(id);
        return stale.remove(id) ? Optional.empty() : Optional.ofNullable(jobs.get(id));
    }

    /** Keeps what was read or stored, unless it has become stale meanwhile or something newer is kept. */
    synchronized void keep(Job job) {
        if (!stale.contains(job.id())) {
            known.add(job.id());
            jobs.merge(job.id(), job, (kept, given) -> given.version() < kept.version() ? kept : given);
        }
    }

    /** The next turn reads it; to be called before that turn is asked for. */
    synchronized void expire(JobId id) {
        known.add(id);
        stale.add(id);
        jobs.remove(id);
    }

    /** Whether the job is one that this engine is at: what happens to any other is no business of its turns. */
    synchronized boolean knows(JobId id) {
        return known.contains(id);
    }

    /** The job is not this engine's any more, or needs no turns. */
    synchronized void forget(JobId id) {
        known.remove(id);
        stale.remove(id);
        jobs.remove(id);
    }
}
