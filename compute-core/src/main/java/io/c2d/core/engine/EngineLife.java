package io.c2d.core.engine;

import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.JobListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * One engine from its lease's begin to its end: queue, timers, writer, claimer and heartbeat, wired. When the lease is lost
 * the life ends and the engine begins another, with another id.
 */
final class EngineLife {
    private final EngineId id;
    private final Reconciler.Ports ports;
    private final WakeUpQueue queue;
    private final Timers timers;
    private final Claimer claimer;
    private final LeaseKeeper lease;
    private final Reconciler reconciler;
    private final ComputeCluster.Subscription watch;

    EngineLife(
            Reconciler.Ports ports,
            EngineScheduler scheduler,
            EngineSettings settings,
            RandomGenerator random,
            JobListener listener,
            Runnable lost) {
        this.id = EngineId.create(random);
        this.ports = ports;
        this.queue = new WakeUpQueue(scheduler, this::turn);
        this.timers = new Timers(scheduler, queue::add);
        this.lease = new LeaseKeeper(ports.store(), id, scheduler, settings, queue::oldestTurn, lost);
        this.claimer = new Claimer(ports.store(), ports.cluster(), id, scheduler, settings, queue::add);
        TransitionWriter writer = new TransitionWriter(ports.store(), id, scheduler, settings.commitGroup());
        Backoff backoff = new Backoff(settings.backoffFirst(), settings.backoffCap(), random);
        this.reconciler = new Reconciler(id, ports, settings, lease.clock(), writer, backoff, new LoopTurns(listener));
        this.watch = ports.cluster().watch(queue::add);
    }

    /** The engine's id in this life. */
    EngineId id() {
        return id;
    }

    void start() {
        lease.start();
        claimer.start();
    }

    Instant now() {
        return lease.clock().now();
    }

    boolean isAlive() {
        return lease.isAlive();
    }

    /** A job may want a turn: if it is ours it gets one, if it is free it is claimed. */
    void wake(JobId job) {
        queue.add(job);
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

    private void stopIntake() {
        watch.close();
        claimer.close();
        timers.close();
    }

    private void turn(JobId job) {
        reconciler.reconcile(job);
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
