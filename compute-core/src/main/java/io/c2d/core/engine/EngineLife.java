package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.JobListener;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine from its lease's begin to its end: queue, timers, writer, claimer and heartbeat, wired. When the lease is lost
 * the life ends and the engine begins another, with another id.
 */
final class EngineLife {
    private static final Logger log = LoggerFactory.getLogger(EngineLife.class);

    private final EngineId id;
    private final Reconciler.Ports ports;
    private final WakeUpQueue queue;
    private final JobCache cache;
    private final Timers timers;
    private final Claimer claimer;
    private final LeaseKeeper lease;
    private final Reconciler reconciler;
    private final ClusterReach reach;
    private final Sweeper sweeper;
    private final Lookout lookout;
    private final Repeating sweeps;
    private final EngineScheduler scheduler;
    private final EngineSettings settings;
    private final Runnable over;
    private final ImmutableList<Subscription> watches;

    EngineLife(
            Reconciler.Ports ports,
            EngineScheduler scheduler,
            EngineSettings settings,
            RandomGenerator random,
            JobListener listener,
            Lookout.Watched watched,
            Wiring wiring,
            Runnable over) {
        this.id = EngineId.create(random);
        this.ports = ports;
        this.scheduler = scheduler;
        this.settings = settings;
        this.over = over;
        this.reach = new ClusterReach(ports.cluster(), scheduler.ticker(), settings.lease());
        this.sweeper = new Sweeper(ports.store(), ports.cluster(), ports.artifacts(), settings.sweep());
        this.queue = wiring.queue().apply(scheduler, this::turn);
        this.cache = new JobCache();
        this.timers = new Timers(scheduler, queue::add);
        this.lease = new LeaseKeeper(ports.store(), id, scheduler, settings, new LifeVitals());
        this.claimer = new Claimer(ports.store(), ports.cluster(), id, scheduler, settings, this::begin);
        TransitionWriter writer = new TransitionWriter(
                ports.store(), id, scheduler, settings.batches().commits());
        Backoff backoff = new Backoff(settings.retries(), random);
        this.lookout =
                new Lookout(ports.store(), id, scheduler, settings, this::lookAfresh, backoff::isPausing, watched);
        this.sweeps = new Repeating(scheduler, settings.sweep().every(), "sweeping", sweeper::sweep);
        this.reconciler = new Reconciler(
                id,
                ports,
                settings,
                lease.clock(),
                writer,
                cache,
                backoff,
                reach,
                new LoopTurns(listener),
                wiring.decider());
        this.watches = ImmutableList.of(
                ports.cluster().watch(this::lookAt), ports.store().watch(this::wake));
    }

    /** The engine's id in this life. */
    EngineId id() {
        return id;
    }

    void start() {
        lease.start();
        claimer.start();
        lookout.start(settings);
        sweeps.start(settings.sweep().every());
    }

    SweepReport sweep() {
        return sweeper.sweep();
    }

    Instant now() {
        return lease.clock().now();
    }

    boolean isAlive() {
        return lease.isAlive();
    }

    /** Whether the job will be looked at without being woken. */
    boolean attends(JobId job) {
        return queue.holds(job) || timers.holds(job);
    }

    /**
     * A caller wrote a job: one that is under way here gets a turn, a free one is claimed. What is ours and needed no turns,
     * such as an ended job that is to be deleted, is among the unseen wishes of the next look.
     */
    private void wake(JobId job) {
        if (cache.knows(job)) {
            lookAfresh(job);
        }
        claimer.wake();
    }

    /** Drops everything: the lease is gone, so nothing that is under way could be stored. */
    void abandon() {
        stopIntake();
        queue.close(() -> {});
    }

    /** Lets the turns under way end, then gives the lease back. */
    CompletableFuture<Void> drain() {
        stopIntake();
        CompletableFuture<Void> drained = new CompletableFuture<>();
        queue.close(() -> {
            lease.close();
            try {
                ports.store().releaseLease(id);
            } catch (RuntimeException e) {
                // It runs out by itself; others wait that long.
                drained.completeExceptionally(e);
                return;
            }
            drained.complete(null);
        });
        return drained;
    }

    private CompletableFuture<Void> drainIfPossible() {
        try {
            return drain();
        } catch (RuntimeException e) {
            log.error("the jobs could not be given back; the lease runs out by itself", e);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void stopIntake() {
        claimer.close();
        lookout.close();
        sweeps.close();
        timers.close();
        watches.forEach(Subscription::close);
    }

    /** First turns of jobs just claimed, which are read together; one that can't be is read, and ended, in its own turn. */
    private void begin(ImmutableList<JobId> claimed) {
        ImmutableMap<JobId, Job> read = ImmutableMap.of();
        try {
            read = ports.store().getAll(ImmutableSet.copyOf(claimed));
        } catch (StoreUnavailableException e) {
            log.warn("{} claimed jobs are read one by one: {}", claimed.size(), e.getMessage());
        }
        for (JobId job : claimed) {
            Job found = read.get(job);
            if (found == null || !found.isOwnedBy(id)) {
                lookAfresh(job);
            } else {
                cache.keep(found);
                queue.add(job);
            }
        }
    }

    /** Something of the job is different in the cluster. */
    private void lookAt(JobId job) {
        if (cache.knows(job)) {
            queue.add(job);
        }
    }

    /** A turn that reads the job: somebody else may have written it. */
    private void lookAfresh(JobId job) {
        cache.expire(job);
        queue.add(job);
    }

    private void turn(JobId job) {
        reconciler.reconcile(job);
    }

    private final class LifeVitals implements LeaseKeeper.Vitals {
        @Override
        public Duration oldestTurn() {
            Duration turn = queue.oldestTurn();
            Duration look = lookout.overdue();
            return turn.compareTo(look) < 0 ? look : turn;
        }

        @Override
        public boolean clusterLost() {
            return reach.isLost();
        }

        @Override
        public void leaseLost() {
            over.run();
        }

        @Override
        public void giveBack() {
            log.warn("the jobs of engine {} are given back until the cluster is reached again", id);
            CompletableFuture<Void> given = drainIfPossible();
            // A turn that never ends must not keep the next life from beginning: by then the lease is over anyway.
            scheduler.schedule(settings.lease(), () -> scheduler.executeAhead(() -> given.complete(null)));
            CompletableFuture<Void> unused = given.whenComplete((nothing, failure) -> over.run());
        }
    }

    private final class LoopTurns implements Reconciler.Turns {
        private final JobListener listener;

        LoopTurns(JobListener listener) {
            this.listener = listener;
        }

        @Override
        public void ended(JobId job, Optional<Duration> lookAgain) {
            if (lookAgain.isEmpty()) {
                timers.clear(job);
            } else if (lookAgain.get().isZero()) {
                queue.add(job);
            } else {
                timers.set(job, lookAgain.get());
            }
            queue.done(job);
        }

        @Override
        public void stored(Job job) {
            listener.onTransition(job);
            if (job.isFinished()) {
                claimer.wake();
            }
        }
    }
}
