package io.c2d.core.memory;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableTable;
import com.google.common.collect.Iterables;
import com.google.common.collect.Table;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps jobs for as long as the process lives. One lock makes every method a transaction; it is held for look-ups only, so
 * no method waits. Several engines of one process may share it.
 */
public final class InMemoryJobStore implements JobStore {
    /** A job, its place in the stored order, and whether a wish came after its engine's last write. */
    private record Row(long sequence, Job job, boolean unseenWish) {}

    private final InstantSource clock;
    private final String installation;
    private final Leases leases = new Leases();
    private final Map<JobId, Row> rows = new HashMap<>();
    private final TreeMap<Long, JobId> order = new TreeMap<>();
    private final Map<JobId, List<JobEvent>> events = new HashMap<>();
    private final Acceptances acceptances = new Acceptances();
    private final Map<String, String> lastOwners = new HashMap<>();
    private final Map<String, String> kept = new HashMap<>();
    private final List<Consumer<JobId>> listeners = new CopyOnWriteArrayList<>();
    private long sequence;

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
        List<Job> ofAgreement = newestFirst().stream()
                .map(Row::job)
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
            write(job, false);
            event(JobEvent.of(job, now(), job.version() == 1 ? "submitted" : "restarted"));
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
            Row row = rows.get(id);
            String note = request.wish() == WishRequest.Wish.STOP ? "stop" : "delete";
            if (row != null && wish(row.job(), request.wish().applyTo(row.job(), now()), note)) {
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
        write(next, true);
        event(JobEvent.of(next, now(), note));
        return true;
    }

    @Override
    public synchronized Optional<Job> get(JobId id) {
        return Optional.ofNullable(rows.get(id)).map(Row::job);
    }

    @Override
    public synchronized ImmutableMap<JobId, Job> getAll(ImmutableSet<JobId> jobs) {
        return jobs.stream().flatMap(id -> get(id).stream()).collect(ImmutableMap.toImmutableMap(Job::id, job -> job));
    }

    @Override
    public synchronized JobPage query(JobQuery query) {
        List<Row> found = newestFirst().stream()
                .filter(row -> query.cursor().map(c -> row.sequence() < c).orElse(true))
                .filter(row -> matches(query, row.job()))
                .limit(query.limit() + 1L)
                .toList();
        boolean more = found.size() > query.limit();
        List<Row> page = more ? found.subList(0, query.limit()) : found;
        return new JobPage(
                page.stream().map(Row::job).collect(ImmutableList.toImmutableList()),
                more ? page.get(page.size() - 1).sequence() : null);
    }

    private static boolean matches(JobQuery query, Job job) {
        boolean state = switch (query.state()) {
            case RUNNING -> !job.isFinished();
            case PRESENT -> !job.removed();
            case REMOVED -> job.removed();
            case ANY -> true;
        };
        return state
                && query.jobId().map(job.id()::equals).orElse(true)
                && query.ownedBy().map(job.submission().owner()::sameAs).orElse(true)
                && query.agreementId()
                        .map(job.submission().agreementId()::equals)
                        .orElse(true);
    }

    @Override
    public synchronized ImmutableList<JobId> claim(
            EngineId engine, ImmutableMap<String, Environment> environments, int max) {
        if (!isAlive(engine)) {
            return ImmutableList.of();
        }
        Iterable<Job> all =
                Iterables.transform(order.values(), id -> requireRow(id).job());
        ImmutableList<Job> free = ImmutableList.copyOf(Iterables.filter(all, this::isFree));
        if (free.isEmpty()) {
            return ImmutableList.of();
        }
        ImmutableList<Job> chosen = new ClaimOrder(environments, all, lastOwners, now()).choose(free, max);
        chosen.forEach(job -> write(job.claimedBy(engine), false));
        return chosen.stream().map(Job::id).collect(ImmutableList.toImmutableList());
    }

    private boolean isFree(Job job) {
        EngineId owner = job.owner();
        boolean unclaimed = job.claimedAttempt() < job.attempt().number();
        return job.isOpen() && (owner == null || unclaimed || !isAlive(owner));
    }

    @Override
    public synchronized ImmutableSet<JobId> commit(EngineId engine, ImmutableList<Transition> transitions) {
        if (!isAlive(engine)) {
            return ImmutableSet.of();
        }
        ImmutableSet.Builder<JobId> won = ImmutableSet.builder();
        for (Transition transition : transitions) {
            Row row = rows.get(transition.next().id());
            boolean current = row != null
                    && engine.equals(row.job().owner())
                    && row.job().version() == transition.expectedVersion();
            if (current) {
                write(transition.next(), false);
                event(transition.event());
                won.add(transition.next().id());
            }
        }
        return won.build();
    }

    @Override
    public synchronized ImmutableList<JobId> owned(EngineId engine, Optional<JobId> after, int max) {
        return rows.values().stream()
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
        return rows.values().stream()
                .filter(row -> row.unseenWish() && row.job().isOwnedBy(engine))
                .map(row -> row.job().id())
                .sorted()
                .limit(max)
                .collect(ImmutableList.toImmutableList());
    }

    @Override
    public synchronized QueueDepth queueDepth() {
        Table<String, String, Integer> waiting = HashBasedTable.create();
        for (Row row : rows.values()) {
            if (ClaimOrder.isQueued(row.job())) {
                ClaimOrder.add(waiting, row.job());
            }
        }
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
        for (JobId id : ImmutableList.copyOf(order.values())) {
            Job job = requireRow(id).job();
            Instant finished = job.attempt().finished();
            Duration keep = retention.getOrDefault(job.submission().environment(), otherwise);
            boolean due = finished != null && !job.wishes().delete() && !now().isBefore(finished.plus(keep));
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
        List<Row> old = rows.values().stream()
                .filter(row -> row.job().removed())
                .filter(row -> {
                    Instant deleted = row.job().wishes().deleteAt();
                    return deleted != null && !now().isBefore(deleted.plus(keep));
                })
                .limit(max)
                .toList();
        for (Row row : old) {
            rows.remove(row.job().id());
            order.remove(row.sequence());
            events.remove(row.job().id());
        }
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
        return ImmutableList.copyOf(events.getOrDefault(id, List.of()));
    }

    /** Nothing to close. */
    @Override
    public void close() {}

    private List<Row> newestFirst() {
        return order.descendingMap().values().stream().map(this::requireRow).toList();
    }

    private Row requireRow(JobId id) {
        Row row = rows.get(id);
        if (row == null) {
            throw new IllegalStateException("no row for " + id);
        }
        return row;
    }

    private void write(Job job, boolean unseenWish) {
        Row former = rows.get(job.id());
        long place = former == null ? ++sequence : former.sequence();
        rows.put(job.id(), new Row(place, job, unseenWish));
        order.put(place, job.id());
    }

    private void event(JobEvent event) {
        events.computeIfAbsent(event.job(), id -> new ArrayList<>()).add(event);
    }
}
