package io.c2d.core.memory;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableTable;
import com.google.common.collect.Iterables;
import com.google.common.collect.Table;
import io.c2d.core.memory.Rows.Row;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Wishes;
import io.c2d.core.port.Admission;
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
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps jobs for as long as the process lives. One lock makes every method a transaction; it is held for look-ups only, so
 * no method waits. Several engines of one process may share it.
 */
public final class InMemoryJobStore implements JobStore {
    private final InstantSource clock;
    private final String installation;
    private final Leases leases = new Leases();
    private final Rows rows = new Rows();
    private final Acceptances acceptances = new Acceptances();
    private final Map<String, String> lastOwners = new HashMap<>();
    private final Map<String, String> kept = new HashMap<>();
    private final List<Consumer<JobId>> listeners = new CopyOnWriteArrayList<>();

    private InMemoryJobStore(InstantSource clock, String installation) {
        this.clock = clock;
        this.installation = installation;
    }

    /**
     * An empty store.
     *
     * @param clock the store's clock
     * @param installation the installation's id
     */
    public static InMemoryJobStore create(InstantSource clock, String installation) {
        return new InMemoryJobStore(clock, installation);
    }

    @Override
    public String installation() {
        return installation;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public synchronized String keep(String name, Supplier<String> initial) {
        return kept.computeIfAbsent(name, n -> initial.get());
    }

    @Override
    public synchronized Instant openLease(EngineId engine, Duration length) {
        Instant now = now();
        leases.open(engine, now, length);
        return now;
    }

    @Override
    public synchronized Optional<Instant> renewLease(EngineId engine, Duration length) {
        Instant now = now();
        return leases.renew(engine, now, length) ? Optional.of(now) : Optional.empty();
    }

    @Override
    public synchronized void releaseLease(EngineId engine) {
        leases.release(engine);
        owned(engine, Optional.empty(), 1).forEach(this::tell);
    }

    private boolean isAlive(EngineId engine) {
        return leases.isAlive(engine, now());
    }

    @Override
    public SubmitResult submit(SubmitRequest request) {
        SubmitResult result = store(request);
        if (result.isAccepted() && !result.repeated()) {
            result.job().ifPresent(this::tell);
        }
        return result;
    }

    private synchronized SubmitResult store(SubmitRequest request) {
        acceptances.forgetOld(now());
        Optional<SubmitResult> answered = acceptances.answered(request, now());
        if (answered.isPresent()) {
            return answered.get();
        }
        Optional<Job> named = request.restart().flatMap(this::get);
        Optional<String> agreement =
                request.agreementId().or(() -> named.map(job -> job.submission().agreementId()));
        List<Job> ofAgreement = rows.newestFirst()
                .filter(job -> job.submission().owner().sameAs(request.owner()))
                .filter(job ->
                        agreement.filter(job.submission().agreementId()::equals).isPresent())
                .toList();
        Admission admission = Admission.decide(
                request,
                named,
                ofAgreement.stream().findFirst(),
                ofAgreement.stream().filter(job -> !job.isFinished()).findFirst(),
                now());
        admission.write().ifPresent(job -> {
            rows.write(job, false);
            rows.add(JobEvent.of(job, now(), job.version() == 1 ? "submitted" : "restarted"));
            acceptances.remember(request, admission.result(), now());
        });
        return admission.result();
    }

    @Override
    public WishResult wish(WishRequest request) {
        WishResult result = store(request);
        result.changed().forEach(this::tell);
        return result;
    }

    private synchronized WishResult store(WishRequest request) {
        acceptances.forgetOld(now());
        Optional<Boolean> repeat = acceptances.usedBefore(request, now());
        if (repeat.isPresent()) {
            return new WishResult(
                    repeat.get() ? WishResult.Kind.REPEATED : WishResult.Kind.NONCE_REUSED, ImmutableSet.of());
        }
        ImmutableSet.Builder<JobId> changed = ImmutableSet.builder();
        for (JobId id : request.jobs()) {
            String note = request.wish() == WishRequest.Wish.STOP ? "stop" : "delete";
            Optional<Job> job = rows.get(id);
            if (job.isPresent() && wish(job.get(), request.wish().applyTo(job.get(), now()), note)) {
                changed.add(id);
            }
        }
        return new WishResult(WishResult.Kind.STORED, changed.build());
    }

    private boolean wish(Job job, Wishes wishes, String note) {
        if (wishes.equals(job.wishes())) {
            return false;
        }
        Job next = job.withWishes(wishes);
        rows.write(next, true);
        rows.add(JobEvent.of(next, now(), note));
        return true;
    }

    @Override
    public synchronized Optional<Job> get(JobId id) {
        return rows.get(id);
    }

    @Override
    public synchronized ImmutableMap<JobId, Job> getAll(ImmutableSet<JobId> jobs) {
        return jobs.stream().flatMap(id -> get(id).stream()).collect(ImmutableMap.toImmutableMap(Job::id, job -> job));
    }

    @Override
    public synchronized JobPage query(JobQuery query) {
        return rows.page(query);
    }

    @Override
    public synchronized ImmutableList<JobId> claim(
            EngineId engine, ImmutableMap<String, Environment> environments, int max) {
        if (!isAlive(engine)) {
            return ImmutableList.of();
        }
        Iterable<Job> all =
                Iterables.transform(rows.oldestFirst(), id -> rows.require(id).job());
        ImmutableList<Job> free = ImmutableList.copyOf(Iterables.filter(all, this::isFree));
        if (free.isEmpty()) {
            return ImmutableList.of();
        }
        ImmutableList<Job> chosen = new ClaimOrder(environments, all, lastOwners, now()).choose(free, max);
        chosen.forEach(job -> rows.write(job.claimedBy(engine), false));
        return chosen.stream().map(Job::id).collect(ImmutableList.toImmutableList());
    }

    private boolean isFree(Job job) {
        EngineId owner = job.owner();
        return job.isOpen() && (owner == null || job.isUnclaimed() || !isAlive(owner));
    }

    @Override
    public synchronized ImmutableSet<JobId> commit(EngineId engine, ImmutableList<Transition> transitions) {
        if (!isAlive(engine)) {
            return ImmutableSet.of();
        }
        ImmutableSet.Builder<JobId> won = ImmutableSet.builder();
        for (Transition transition : transitions) {
            boolean current = rows.get(transition.next().id())
                    .filter(job -> engine.equals(job.owner()))
                    .filter(job -> job.version() == transition.expectedVersion())
                    .isPresent();
            if (current) {
                rows.write(transition.next(), false);
                rows.add(transition.event());
                won.add(transition.next().id());
            }
        }
        return won.build();
    }

    @Override
    public synchronized ImmutableList<JobId> owned(EngineId engine, Optional<JobId> after, int max) {
        return rows.all()
                .map(Row::job)
                .filter(job -> job.isOwnedBy(engine) && job.isOpen())
                .map(Job::id)
                .filter(id -> after.map(a -> id.compareTo(a) > 0).orElse(true))
                .sorted()
                .limit(max)
                .collect(ImmutableList.toImmutableList());
    }

    @Override
    public synchronized ImmutableList<JobId> unseenWishes(EngineId engine, int max) {
        return rows.all()
                .filter(row -> row.unseenWish() && row.job().isOwnedBy(engine))
                .map(row -> row.job().id())
                .sorted()
                .limit(max)
                .collect(ImmutableList.toImmutableList());
    }

    @Override
    public synchronized QueueDepth queueDepth() {
        Table<String, String, Integer> waiting = HashBasedTable.create();
        rows.all().map(Row::job).filter(Job::isWaitingForRoom).forEach(job -> ClaimOrder.add(waiting, job));
        return new QueueDepth(ImmutableTable.copyOf(waiting));
    }

    /** Never: what is in memory can be read. */
    @Override
    public boolean quarantine(EngineId engine, JobId job, String reason) {
        return false;
    }

    @Override
    public synchronized ImmutableSet<JobId> expire(
            ImmutableMap<String, Duration> retention, Duration otherwise, int max) {
        ImmutableSet.Builder<JobId> expired = ImmutableSet.builder();
        int count = 0;
        for (JobId id : ImmutableList.copyOf(rows.oldestFirst())) {
            Job job = rows.require(id).job();
            Instant finished = job.attempt().finished();
            Duration keep = retention.getOrDefault(job.submission().environment(), otherwise);
            boolean due = finished != null && job.isRetained() && !now().isBefore(finished.plus(keep));
            if (due && count < max) {
                count++;
                if (wish(job, job.wishes().withDelete(now()), "retention")) {
                    expired.add(id);
                }
            }
        }
        return expired.build();
    }

    @Override
    public synchronized int purge(Duration keep, int max) {
        List<Row> old = rows.all()
                .filter(row -> row.job().removed())
                .filter(row -> {
                    Instant deleted = row.job().wishes().deleteAt();
                    return deleted != null && !now().isBefore(deleted.plus(keep));
                })
                .limit(max)
                .toList();
        old.forEach(rows::remove);
        return old.size();
    }

    @Override
    public synchronized int forget(int max) {
        return acceptances.forgetOld(now());
    }

    @Override
    public synchronized ImmutableMap<JobId, KnownAttempts> known(ImmutableSet<JobId> jobs) {
        ImmutableMap.Builder<JobId, KnownAttempts> known = ImmutableMap.builder();
        for (JobId id : jobs) {
            get(id).ifPresent(job -> known.put(
                    id, new KnownAttempts(job.lowestAttempt(), job.attempt().number(), job.removed())));
        }
        return known.buildOrThrow();
    }

    @Override
    public Subscription watch(Consumer<JobId> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(JobId job) {
        listeners.forEach(listener -> listener.accept(job));
    }

    @Override
    public synchronized ImmutableList<JobEvent> history(JobId id) {
        return rows.history(id);
    }

    /** Nothing to close. */
    @Override
    public void close() {}
}
