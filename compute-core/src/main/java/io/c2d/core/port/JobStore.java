package io.c2d.core.port;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where jobs are kept, and the one clock. Every method is one transaction, is safe to call from several threads, and ends
 * within the adapter's time limit. Whatever can't be reached throws {@link StoreUnavailableException}; the effect of such a
 * call is unknown until read again.
 *
 * <p>Callers write in three ways only (create, wish, restart), engines in two (claim, commit). A write by an engine takes
 * effect only while that engine's lease is alive, and names owner and version in the same statement.
 */
public interface JobStore extends AutoCloseable {
    /** The installation's id, made when the store was first opened: what its objects elsewhere are marked with. */
    String installation();

    /** The store's present time; stored instants come from it. */
    Instant now();

    /** A value kept under a name; the first caller's initial value wins and is what everybody gets from then on. */
    String keep(String name, Supplier<String> initial);

    /**
     * Begins an engine's life.
     *
     * @return the time of the lease's begin, by the store's clock
     * @throws IllegalStateException if the id was used before
     */
    Instant openLease(EngineId engine, Duration length);

    /**
     * Prolongs a lease that is still alive.
     *
     * @return the store's present time, or nothing where the lease has run out, which is final
     */
    Optional<Instant> renewLease(EngineId engine, Duration length);

    /** Ends a lease now, so that others may take its jobs at once; nothing happens if it has ended. */
    void releaseLease(EngineId engine);

    /** Creates or restarts a job, or says why not; {@link Admission} has the rules. */
    SubmitResult submit(SubmitRequest request);

    /** Stores a stop or a delete for some jobs; what changes nothing leaves the version alone. */
    WishResult wish(WishRequest request);

    /**
     * The job as stored now.
     *
     * @throws UnreadableJobException where it can't be read
     */
    Optional<Job> get(JobId id);

    /** As {@link #get}, of many in one read; what is not there or can't be read is left out. */
    ImmutableMap<JobId, Job> getAll(ImmutableSet<JobId> jobs);

    /** Jobs in stored order, newest first. */
    JobPage query(JobQuery query);

    /**
     * Takes open jobs that no living engine owns. A job at status 1 is taken only while its environment has room for it and
     * for its owner ({@link Environment.Quotas}; jobs that hold capacity count, see {@link Job#holdsCapacity()}), unless it
     * has a wish, has waited for longer than {@link Environment.PhaseLimits#queueing()}, or its environment is unknown;
     * others are taken regardless. Claims of an environment never overlap, so its limits are never passed.
     *
     * <p>Owners take turns: of the jobs that wait, first comes the one of whose owner the fewest run or wait before it; among
     * equals owners go round, from behind the one that was served last.
     *
     * @param engine whose they become
     * @param environments those that there are
     * @param max the most that are taken
     * @return what was taken; fewer than {@code max} does not mean that nothing is left
     */
    ImmutableList<JobId> claim(EngineId engine, ImmutableMap<String, Environment> environments, int max);

    /** Jobs that the engine owns with a wish that came after its last write of them: no wake-up may have told of it. */
    ImmutableList<JobId> unseenWishes(EngineId engine, int max);

    /** How many jobs wait for room. */
    QueueDepth queueDepth();

    /**
     * Ends a job that can't be read, as {@code infrastructureFailed}: one fenced write as in {@link #commit}, on plain
     * columns alone. What could not be read is kept aside for the operator; from then on the job is one that has ended.
     *
     * @param reason one sentence for the job's owner
     * @return whether it was ended: not where it is not the engine's any more, or can be read
     */
    boolean quarantine(EngineId engine, JobId job, String reason);

    /**
     * Stores a delete for jobs that ended longer ago than results are kept. One that is restarted first is left alone.
     *
     * @param retention how long, by environment
     * @param otherwise how long in environments that are not configured any more
     * @param max the most jobs in one go
     * @return which jobs
     */
    ImmutableSet<JobId> expire(ImmutableMap<String, Duration> retention, Duration otherwise, int max);

    /**
     * Forgets tombstones with their history.
     *
     * @param keep how long after the delete was stored
     * @param max the most in one go
     * @return how many were forgotten
     */
    int purge(Duration keep, int max);

    /**
     * Forgets nonces and idempotency keys that are past their time, and engines that have been gone for long. What is past its
     * time counts as forgotten anyway: this keeps tables small, an hour later, so that a clock that jumps ahead and back makes
     * no signed request good for a second time.
     *
     * @param max the most of each in one go
     * @return how many went; less than {@code max} where none are left
     */
    int forget(int max);

    /** Which attempts these jobs have; a job that is not stored is not in the answer. */
    ImmutableMap<JobId, KnownAttempts> known(ImmutableSet<JobId> jobs);

    /**
     * Tells of jobs that callers wrote (a submission, a restart, a wish), and of one of those that an engine gave back with
     * its lease: after the fact, through this very store at once, through another process as soon as can be. A hint: it may
     * be lost, late or doubled. The listener must return at once.
     *
     * @return ends the watch
     */
    Subscription watch(Consumer<JobId> listener);

    /**
     * Stores transitions and their events in one transaction. Each counts only if the row is still at the version before
     * and owned by the engine, and none does if the engine's lease has run out.
     *
     * @return the ids of those that counted
     */
    ImmutableSet<JobId> commit(EngineId engine, ImmutableList<Transition> transitions);

    /** Open jobs that the engine owns, by id, from after the given one: for a slow resync. */
    ImmutableList<JobId> owned(EngineId engine, Optional<JobId> after, int max);

    /** What happened to a job, oldest first: one event a stored version, claims left out. */
    ImmutableList<JobEvent> history(JobId id);

    @Override
    void close();
}
