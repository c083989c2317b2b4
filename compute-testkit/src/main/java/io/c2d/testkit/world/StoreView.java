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
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Subscription;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import io.c2d.testkit.SimulatedProcess;
import io.c2d.testkit.world.FaultRates.Port;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The store as one process reaches it: every call may be cut, and hints may be lost, late or doubled. */
final class StoreView implements JobStore {
    private final SimulatedStore store;
    private final SimulatedProcess process;
    private final Faults faults;
    private final Hints hints;
    private final Turns turns;

    StoreView(SimulatedStore store, SimulatedProcess process, Faults faults, Hints hints, Turns turns) {
        this.store = store;
        this.process = process;
        this.faults = faults;
        this.hints = hints;
        this.turns = turns;
    }

    private <T> T call(String name, boolean writes, boolean mayBlock, double weight, String detail, Supplier<T> work) {
        Faults.Call kind = new Faults.Call(Port.STORE, name, writes, mayBlock, weight, StoreView::failure);
        return faults.make(process, kind, detail, () -> {
            if (hints.storeIsOut()) {
                throw failure("the store is out");
            }
            return work.get();
        });
    }

    private static RuntimeException failure(String what) {
        return new StoreUnavailableException(what, new IOException("simulated"));
    }

    @Override
    public String installation() {
        return store.installation();
    }

    @Override
    public Instant now() {
        return call("now", false, false, 0.1, "", store::now);
    }

    @Override
    public String keep(String name, Supplier<String> initial) {
        return store.keep(name, initial);
    }

    @Override
    public Instant openLease(EngineId engine, Duration length) {
        return call("openLease", true, false, 1, engine.value(), () -> store.openLease(engine, length));
    }

    @Override
    public Optional<Instant> renewLease(EngineId engine, Duration length) {
        return call("renewLease", true, true, 0.2, engine.value(), () -> store.renewLease(engine, length));
    }

    @Override
    public void releaseLease(EngineId engine) {
        call("releaseLease", true, false, 1, engine.value(), () -> {
            store.releaseLease(engine);
            return true;
        });
    }

    @Override
    public SubmitResult submit(SubmitRequest request) {
        return call("submit", true, true, 1, request.newId().value(), () -> store.submit(request));
    }

    @Override
    public WishResult wish(WishRequest request) {
        return call("wish", true, true, 1, request.jobs().toString(), () -> store.wish(request));
    }

    @Override
    public Optional<Job> get(JobId id) {
        return call("get", false, true, 0.5, id.value(), () -> store.get(id));
    }

    @Override
    public ImmutableMap<JobId, Job> getAll(ImmutableSet<JobId> jobs) {
        return call("getAll", false, true, 0.5, jobs.size() + "", () -> store.getAll(jobs));
    }

    @Override
    public JobPage query(JobQuery query) {
        return call("query", false, true, 0.1, "", () -> store.query(query));
    }

    @Override
    public ImmutableList<JobId> claim(EngineId engine, ImmutableMap<String, Environment> environments, int max) {
        return call("claim", true, true, 0.05, engine.value(), () -> store.claim(engine, environments, max));
    }

    @Override
    public ImmutableList<JobId> unseenWishes(EngineId engine, int max) {
        return call("unseenWishes", false, true, 0.02, engine.value(), () -> store.unseenWishes(engine, max));
    }

    @Override
    public QueueDepth queueDepth() {
        return call("queueDepth", false, true, 0.02, "", store::queueDepth);
    }

    @Override
    public boolean quarantine(EngineId engine, JobId job, String reason) {
        return call("quarantine", true, true, 1, job.value(), () -> store.quarantine(engine, job, reason));
    }

    @Override
    public ImmutableSet<JobId> expire(ImmutableMap<String, Duration> retention, Duration otherwise, int max) {
        return call("expire", true, false, 0.2, "", () -> store.expire(retention, otherwise, max));
    }

    @Override
    public int purge(Duration keep, int max) {
        return call("purge", true, false, 0.2, "", () -> store.purge(keep, max));
    }

    @Override
    public int forget(int max) {
        return call("forget", true, false, 0.1, "", () -> store.forget(max));
    }

    @Override
    public ImmutableMap<JobId, KnownAttempts> known(ImmutableSet<JobId> jobs) {
        return call("known", false, false, 0.5, "", () -> store.known(jobs));
    }

    @Override
    public Subscription watch(Consumer<JobId> listener) {
        return store.watch(job -> hints.tell(process, Duration.ZERO, listener, job));
    }

    @Override
    public ImmutableSet<JobId> commit(EngineId engine, ImmutableList<Transition> transitions) {
        ImmutableList<JobId> jobs =
                transitions.stream().map(t -> t.next().id()).collect(ImmutableList.toImmutableList());
        turns.offered(engine, jobs);
        try {
            return call("commit", true, true, 1, jobs.toString(), () -> store.commit(engine, transitions));
        } catch (IllegalStateException poisoned) {
            turns.spared(
                    engine,
                    jobs.stream().filter(job -> !store.isPoisoned(job)).collect(ImmutableList.toImmutableList()));
            throw poisoned;
        }
    }

    @Override
    public ImmutableList<JobId> owned(EngineId engine, Optional<JobId> after, int max) {
        return call("owned", false, true, 0.2, engine.value(), () -> store.owned(engine, after, max));
    }

    @Override
    public ImmutableList<JobEvent> history(JobId id) {
        return call("history", false, true, 0.1, id.value(), () -> store.history(id));
    }

    /** The world closes the store. */
    @Override
    public void close() {}
}
