package io.c2d.core.model;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One immutable snapshot of a job as stored. Every write makes the next version.
 *
 * @param id its name
 * @param version counted from 1, one higher with each write
 * @param owner the engine that may write it, {@code null} until one has claimed it
 * @param claimedAttempt the attempt that this engine has claimed; a restarted job waits for capacity again
 * @param submission what never changes
 * @param attempt the present attempt
 * @param wishes what callers want of it
 * @param lowestAttempt the lowest attempt whose objects may still be in the cluster; one above the present attempt when
 *     none is left
 * @param removed whether nothing but this tombstone is left
 */
public record Job(
        JobId id,
        long version,
        @Nullable EngineId owner,
        int claimedAttempt,
        Submission submission,
        Attempt attempt,
        Wishes wishes,
        int lowestAttempt,
        boolean removed) {

    /** Checks the ranges. */
    public Job {
        if (version < 1 || lowestAttempt < 1 || lowestAttempt > attempt.number() + 1) {
            throw new IllegalArgumentException("version and attempts count from 1");
        }
        if (removed && (!attempt.isFinished() || lowestAttempt <= attempt.number())) {
            throw new IllegalArgumentException("a removed job has ended and has left the cluster");
        }
    }

    /** A job as it is first stored. */
    public static Job create(JobId id, Submission submission) {
        return new Job(id, 1, null, 0, submission, Attempt.begin(1, submission.created()), Wishes.NONE, 1, false);
    }

    /** The phase. */
    public JobStatus status() {
        return attempt.status();
    }

    /** Whether the present attempt has ended. */
    public boolean isFinished() {
        return attempt.isFinished();
    }

    /** Whether there is anything left for an engine to do. */
    public boolean isOpen() {
        return !isFinished() || lowestAttempt <= attempt.number() || (wishes.delete() && !removed);
    }

    /** Whether it takes a place among the running jobs of its environment. */
    public boolean holdsCapacity() {
        return !isFinished() && (status() != JobStatus.WARMING_UP || claimedAttempt == attempt.number());
    }

    /** Whether nothing but room is missing; a job with a wish waits for none. */
    public boolean isWaitingForRoom() {
        return !isFinished() && !holdsCapacity() && status() == JobStatus.WARMING_UP && !wishes.wantEnd();
    }

    /** Whether no engine has claimed the present attempt yet. */
    public boolean isUnclaimed() {
        return owner == null || claimedAttempt < attempt.number();
    }

    /** Whether its results are kept until their time is over. */
    public boolean isRetained() {
        return isFinished() && !wishes.delete();
    }

    /** The engine that owns the present attempt. */
    public boolean isOwnedBy(EngineId engine) {
        return engine.equals(owner) && claimedAttempt == attempt.number();
    }

    /** What readers may fetch: nothing before the end, nothing once a delete was accepted. */
    public ImmutableList<Artifact> manifest() {
        return isFinished() && !wishes.delete() && !removed ? attempt.artifacts() : ImmutableList.of();
    }

    /** Whether a new attempt may begin. */
    public boolean isRestartable() {
        return status().canRestart()
                && !wishes.delete()
                && !removed
                && outcome().map(Outcome::isRestartable).orElse(false);
    }

    /** How it went, once it has ended. */
    public Optional<Outcome> outcome() {
        return Optional.ofNullable(attempt.outcome());
    }

    /** The next version with another attempt. */
    public Job withAttempt(Attempt next) {
        return next(next, wishes, lowestAttempt, removed);
    }

    /** The next version with another attempt and other wishes. */
    public Job with(Attempt nextAttempt, Wishes nextWishes) {
        return next(nextAttempt, nextWishes, lowestAttempt, removed);
    }

    /** The next version with other wishes. */
    public Job withWishes(Wishes next) {
        return next(attempt, next, lowestAttempt, removed);
    }

    /** The next version with fewer attempts left in the cluster. */
    public Job withLowestAttempt(int next) {
        return next(attempt, wishes, next, removed);
    }

    /** The next version as a tombstone: no artifact is left. */
    public Job asTombstone() {
        return next(attempt, wishes, lowestAttempt, true);
    }

    /** The next version in another engine's hands. */
    public Job claimedBy(EngineId engine) {
        return new Job(id, version + 1, engine, attempt.number(), submission, attempt, wishes, lowestAttempt, removed);
    }

    /** The next version with a new attempt at status 1; owner and lowest attempt stay. */
    public Job restarted(Attempt fresh) {
        return new Job(id, version + 1, owner, claimedAttempt, submission, fresh, Wishes.NONE, lowestAttempt, false);
    }

    private Job next(Attempt nextAttempt, Wishes nextWishes, int nextLowest, boolean nextRemoved) {
        return new Job(
                id, version + 1, owner, claimedAttempt, submission, nextAttempt, nextWishes, nextLowest, nextRemoved);
    }
}
