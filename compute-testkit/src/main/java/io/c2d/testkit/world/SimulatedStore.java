package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.KnownAttempts;
import io.c2d.core.port.QueueDepth;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Subscription;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The store of a simulated world: a store that works, whose every write is shown to the rules, and rows of which can be made
 * unwritable. What goes wrong on the way to it is the business of each process's {@link StoreView}.
 */
public final class SimulatedStore implements JobStore {
    private final JobStore inner;
    private final StoreWatcher watcher;
    private final Set<JobId> poisoned = new LinkedHashSet<>();

    /** What a world learns of its store. */
    interface StoreWatcher {
        /** A call that may have written has taken effect. */
        void wrote(Writer by, Optional<EngineId> engine, Iterable<JobId> named);

        /** A submission was answered. */
        void submitted(SubmitRequest request, SubmitResult result);

        /** A wish was answered. */
        void wished(WishRequest request, WishResult result);

        /** An engine's life began. */
        void leaseOpened(EngineId engine, Instant until);

        /** A heartbeat was answered. */
        void leaseRenewed(EngineId engine, Instant now, boolean granted, Duration length);

        /** An engine gave its lease back. */
        void leaseReleased(EngineId engine);
    }

    /** Who may write. */
    enum Writer {
        SUBMIT,
        WISH,
        CLAIM,
        COMMIT,
        EXPIRE,
        PURGE
    }

    SimulatedStore(JobStore inner, StoreWatcher watcher) {
        this.inner = inner;
        this.watcher = watcher;
    }

    /** Makes every transaction fail that writes this job, or lets them be again. */
    void poison(JobId job, boolean on) {
        if (on) {
            poisoned.add(job);
        } else {
            poisoned.remove(job);
        }
    }

    boolean isPoisoned(JobId job) {
        return poisoned.contains(job);
    }

    @Override
    public String installation() {
        return inner.installation();
    }

    @Override
    public Instant now() {
        return inner.now();
    }

    @Override
    public String keep(String name, Supplier<String> initial) {
        return inner.keep(name, initial);
    }

    @Override
    public Instant openLease(EngineId engine, Duration length) {
        Instant now = inner.openLease(engine, length);
        watcher.leaseOpened(engine, now.plus(length));
        return now;
    }

    @Override
    public Optional<Instant> renewLease(EngineId engine, Duration length) {
        Optional<Instant> now = inner.renewLease(engine, length);
        watcher.leaseRenewed(engine, inner.now(), now.isPresent(), length);
        return now;
    }

    @Override
    public void releaseLease(EngineId engine) {
        inner.releaseLease(engine);
        watcher.leaseReleased(engine);
    }

    @Override
    public SubmitResult submit(SubmitRequest request) {
        SubmitResult result = inner.submit(request);
        watcher.wrote(
                Writer.SUBMIT,
                Optional.empty(),
                result.job().map(ImmutableList::of).orElse(ImmutableList.of()));
        watcher.submitted(request, result);
        return result;
    }

    @Override
    public WishResult wish(WishRequest request) {
        WishResult result = inner.wish(request);
        watcher.wrote(Writer.WISH, Optional.empty(), request.jobs());
        watcher.wished(request, result);
        return result;
    }

    @Override
    public Optional<Job> get(JobId id) {
        return inner.get(id);
    }

    @Override
    public ImmutableMap<JobId, Job> getAll(ImmutableSet<JobId> jobs) {
        return inner.getAll(jobs);
    }

    @Override
    public JobPage query(JobQuery query) {
        return inner.query(query);
    }

    @Override
    public ImmutableList<JobId> claim(EngineId engine, ImmutableMap<String, Environment> environments, int max) {
        ImmutableList<JobId> taken = inner.claim(engine, environments, max);
        watcher.wrote(Writer.CLAIM, Optional.of(engine), taken);
        return taken;
    }

    @Override
    public ImmutableList<JobId> unseenWishes(EngineId engine, int max) {
        return inner.unseenWishes(engine, max);
    }

    @Override
    public QueueDepth queueDepth() {
        return inner.queueDepth();
    }

    @Override
    public boolean quarantine(EngineId engine, JobId job, String reason) {
        return inner.quarantine(engine, job, reason);
    }

    @Override
    public ImmutableSet<JobId> expire(ImmutableMap<String, Duration> retention, Duration otherwise, int max) {
        ImmutableSet<JobId> expired = inner.expire(retention, otherwise, max);
        watcher.wrote(Writer.EXPIRE, Optional.empty(), expired);
        return expired;
    }

    @Override
    public int purge(Duration keep, int max) {
        int purged = inner.purge(keep, max);
        watcher.wrote(Writer.PURGE, Optional.empty(), ImmutableList.of());
        return purged;
    }

    @Override
    public int forget(int max) {
        return inner.forget(max);
    }

    @Override
    public ImmutableMap<JobId, KnownAttempts> known(ImmutableSet<JobId> jobs) {
        return inner.known(jobs);
    }

    @Override
    public Subscription watch(Consumer<JobId> listener) {
        return inner.watch(listener);
    }

    @Override
    public ImmutableSet<JobId> commit(EngineId engine, ImmutableList<Transition> transitions) {
        ImmutableList<JobId> named =
                transitions.stream().map(t -> t.next().id()).collect(ImmutableList.toImmutableList());
        if (named.stream().anyMatch(poisoned::contains)) {
            throw new IllegalStateException("a row of this group can't be written");
        }
        ImmutableSet<JobId> won = inner.commit(engine, transitions);
        watcher.wrote(Writer.COMMIT, Optional.of(engine), named);
        return won;
    }

    @Override
    public ImmutableList<JobId> owned(EngineId engine, Optional<JobId> after, int max) {
        return inner.owned(engine, after, max);
    }

    @Override
    public ImmutableList<JobEvent> history(JobId id) {
        return inner.history(id);
    }

    @Override
    public void close() {
        inner.close();
    }
}
