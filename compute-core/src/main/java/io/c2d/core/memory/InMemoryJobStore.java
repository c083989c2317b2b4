package io.c2d.core.memory;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.port.Admission;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Keeps jobs for as long as the process lives. One lock makes every method a transaction; it is held for look-ups only, so
 * no method waits. Several engines of one process may share it.
 */
public final class InMemoryJobStore implements JobStore {
    private record Row(long sequence, Job job) {}

    private record Answer(String requestHash, SubmitResult result, Instant forgetAfter) {}

    private record Used(String requestHash, Optional<SubmitResult> result, Instant forgetAfter) {}

    private final InstantSource clock;
    private final String installation;
    private final Map<EngineId, Instant> leases = new HashMap<>();
    private final Map<JobId, Row> rows = new HashMap<>();
    private final TreeMap<Long, JobId> order = new TreeMap<>();
    private final Map<JobId, List<JobEvent>> events = new HashMap<>();
    private final Map<List<String>, Answer> keys = new HashMap<>();
    private final Map<List<String>, Used> nonces = new HashMap<>();
    private final Map<String, String> kept = new HashMap<>();
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
        Preconditions.checkState(!leases.containsKey(engine), "engine id %s was used before", engine);
        Instant now = now();
        leases.put(engine, now.plus(length));
        return now;
    }

    @Override
    public synchronized Optional<Instant> renewLease(EngineId engine, Duration length) {
        if (!isAlive(engine)) {
            return Optional.empty();
        }
        Instant now = now();
        leases.put(engine, now.plus(length));
        return Optional.of(now);
    }

    @Override
    public synchronized void releaseLease(EngineId engine) {
        leases.replace(engine, Instant.MIN);
    }

    private boolean isAlive(EngineId engine) {
        return leases.getOrDefault(engine, Instant.MIN).isAfter(now());
    }

    @Override
    public synchronized SubmitResult submit(SubmitRequest request) {
        forgetOld();
        Optional<SubmitResult> remembered = remembered(request);
        if (remembered.isPresent()) {
            return remembered.get();
        }
        List<Row> ofAgreement = newestFirst().stream()
                .filter(row -> row.job().submission().owner().sameAs(request.owner()))
                .filter(row -> request.agreementId()
                        .filter(a -> a.equals(row.job().submission().agreementId()))
                        .isPresent())
                .toList();
        Admission admission = Admission.decide(
                request,
                request.restart().flatMap(this::get),
                ofAgreement.stream().map(Row::job).findFirst(),
                ofAgreement.stream().map(Row::job).filter(j -> !j.isFinished()).findFirst(),
                now());
        admission.write().ifPresent(job -> {
            write(job);
            event(JobEvent.of(job, now(), job.version() == 1 ? "submitted" : "restarted"));
            remember(request, admission.result());
        });
        return admission.result();
    }

    private Optional<SubmitResult> remembered(SubmitRequest request) {
        Optional<Used> nonce = request.nonceUse().map(n -> nonces.get(nonceKey(n)));
        if (nonce.isPresent()) {
            String hash = request.nonceUse().orElseThrow().requestHash();
            return Optional.of(
                    nonce.get().requestHash().equals(hash)
                            ? nonce.get()
                                    .result()
                                    .map(InMemoryJobStore::repeated)
                                    .orElse(SubmitResult.of(SubmitResult.Kind.NONCE_REUSED))
                            : SubmitResult.of(SubmitResult.Kind.NONCE_REUSED));
        }
        return request.idempotencyKey()
                .map(k -> keys.get(List.of(request.owner().key(), k.key())))
                .map(answer -> answer.requestHash()
                                .equals(request.idempotencyKey().orElseThrow().requestHash())
                        ? repeated(answer.result())
                        : SubmitResult.of(SubmitResult.Kind.KEY_REUSED));
    }

    private void remember(SubmitRequest request, SubmitResult result) {
        request.nonceUse()
                .ifPresent(
                        n -> nonces.put(nonceKey(n), new Used(n.requestHash(), Optional.of(result), n.forgetAfter())));
        request.idempotencyKey()
                .ifPresent(k -> keys.put(
                        List.of(request.owner().key(), k.key()),
                        new Answer(k.requestHash(), result, now().plus(k.keep()))));
    }

    private static SubmitResult repeated(SubmitResult first) {
        return new SubmitResult(first.kind(), first.jobId(), true);
    }

    private static List<String> nonceKey(NonceUse nonce) {
        return List.of(nonce.signer(), nonce.nonce());
    }

    private void forgetOld() {
        Instant now = now();
        keys.values().removeIf(answer -> answer.forgetAfter().isBefore(now));
        nonces.values().removeIf(used -> used.forgetAfter().isBefore(now));
    }

    @Override
    public synchronized WishResult wish(WishRequest request) {
        forgetOld();
        Optional<NonceUse> nonce = request.nonceUse();
        if (nonce.isPresent()) {
            Used used = nonces.get(nonceKey(nonce.get()));
            if (used != null) {
                boolean repeat = used.requestHash().equals(nonce.get().requestHash());
                return new WishResult(
                        repeat ? WishResult.Kind.REPEATED : WishResult.Kind.NONCE_REUSED, ImmutableSet.of());
            }
            nonces.put(
                    nonceKey(nonce.get()),
                    new Used(
                            nonce.get().requestHash(),
                            Optional.empty(),
                            nonce.get().forgetAfter()));
        }
        ImmutableSet.Builder<JobId> changed = ImmutableSet.builder();
        for (JobId id : request.jobs()) {
            Row row = rows.get(id);
            if (row == null) {
                continue;
            }
            var wishes = request.wish().applyTo(row.job(), now());
            if (!wishes.equals(row.job().wishes())) {
                Job next = row.job().withWishes(wishes);
                write(next);
                event(JobEvent.of(next, now(), request.wish() == WishRequest.Wish.STOP ? "stop" : "delete"));
                changed.add(id);
            }
        }
        return new WishResult(WishResult.Kind.STORED, changed.build());
    }

    @Override
    public synchronized Optional<Job> get(JobId id) {
        return Optional.ofNullable(rows.get(id)).map(Row::job);
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
    public synchronized ImmutableList<JobId> claim(EngineId engine, ImmutableMap<String, Integer> capacity, int max) {
        if (!isAlive(engine)) {
            return ImmutableList.of();
        }
        Map<String, Integer> room = new HashMap<>(capacity);
        for (Row row : rows.values()) {
            if (row.job().holdsCapacity()) {
                room.computeIfPresent(row.job().submission().environment(), (k, v) -> v - 1);
            }
        }
        ImmutableList.Builder<JobId> taken = ImmutableList.builder();
        int count = 0;
        for (JobId id : ImmutableList.copyOf(order.values())) {
            Job job = requireRow(id).job();
            if (count < max && isFree(job) && hasRoom(job, room)) {
                write(job.claimedBy(engine));
                taken.add(id);
                count++;
            }
        }
        return taken.build();
    }

    private boolean isFree(Job job) {
        EngineId owner = job.owner();
        boolean unclaimed = job.claimedAttempt() < job.attempt().number();
        return job.isOpen() && (owner == null || unclaimed || !isAlive(owner));
    }

    private static boolean hasRoom(Job job, Map<String, Integer> room) {
        boolean queued = !job.isFinished() && !job.holdsCapacity() && job.status() == JobStatus.WARMING_UP;
        if (!queued || job.wishes().wantEnd()) {
            return true;
        }
        Integer left = room.get(job.submission().environment());
        if (left == null) {
            return true;
        }
        if (left <= 0) {
            return false;
        }
        room.put(job.submission().environment(), left - 1);
        return true;
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
                write(transition.next());
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
    public synchronized ImmutableList<JobEvent> history(JobId id) {
        return ImmutableList.copyOf(events.getOrDefault(id, List.of()));
    }

    /** Nothing to close. */
    @Override
    public void close() {}

    private List<Row> newestFirst() {
        return rows.values().stream()
                .sorted(Comparator.comparingLong(Row::sequence).reversed())
                .toList();
    }

    private Row requireRow(JobId id) {
        Row row = rows.get(id);
        if (row == null) {
            throw new IllegalStateException("no row for " + id);
        }
        return row;
    }

    private void write(Job job) {
        Row former = rows.get(job.id());
        long place = former == null ? ++sequence : former.sequence();
        rows.put(job.id(), new Row(place, job));
        order.put(place, job.id());
    }

    private void event(JobEvent event) {
        events.computeIfAbsent(event.job(), id -> new ArrayList<>()).add(event);
    }
}
