package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.ComputeException;
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
import io.c2d.core.port.UnreadableJobException;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps jobs in a relational database: H2 for one process, PostgreSQL for any number of them. What a method writes, it writes
 * in one transaction (a claim and a retention in one for each environment), and it throws {@link StoreUnavailableException} where the database does not answer within
 * the time limit. The clock is the database's, to the microsecond. Several engines may share one store. Thread-safe.
 *
 * <p>A job whose stored document can't be read, or was stored by a newer version, makes {@link #get} throw a
 * {@link UnreadableJobException} that names it; lists leave it out with a line in the log; wishes and the history reach it;
 * and a job of a newer version is not claimed.
 */
public final class JdbcJobStore implements JobStore {
    private static final Logger log = LoggerFactory.getLogger(JdbcJobStore.class);
    private static final String FIND_KEPT = "select content from kept where name = :name";
    private static final String INSERT_KEPT = "insert into kept (name, content) values (:name, :content)";

    private final Database database;
    private final Claims claims;
    private final Commits commits;
    private final Watchers watchers;
    private final String installation;

    private JdbcJobStore(JdbcSettings settings, Database database, String installation) {
        this.database = database;
        this.claims = database.dialect().claims();
        this.commits = database.dialect().commits();
        this.watchers = new Watchers(settings, database.dialect(), installation);
        this.installation = installation;
    }

    /** As {@link #open(JdbcSettings, RandomGenerator)}, with a {@link SecureRandom}. */
    public static JdbcJobStore open(JdbcSettings settings) {
        return open(settings, new SecureRandom());
    }

    /**
     * Opens the store, makes or upgrades its tables, and ends all earlier leases where it is exclusive.
     *
     * @param settings where it is
     * @param random what a new installation's id comes from; a secure one, since ids of installations must differ
     * @throws IllegalArgumentException where the URL is of no database that this version knows
     * @throws IllegalStateException where the database is a file that is already open
     * @throws StoreUnavailableException where it can't be reached
     */
    public static JdbcJobStore open(JdbcSettings settings, RandomGenerator random) {
        Database database = Database.open(settings);
        try {
            if (settings.exclusive()) {
                int ended = database.inTransaction(Leases::endAll);
                log.debug("{} earlier leases have ended", ended);
            }
            return new JdbcJobStore(settings, database, keep(database, "installation", () -> newInstallation(random)));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static String newInstallation(RandomGenerator random) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** For tests that look over the shoulder. */
    Database database() {
        return database;
    }

    @Override
    public String installation() {
        return installation;
    }

    @Override
    public Instant now() {
        return database.inStatement(StoredTime::now);
    }

    @Override
    public String keep(String name, Supplier<String> initial) {
        return keep(database, name, initial);
    }

    private static String keep(Database database, String name, Supplier<String> initial) {
        return database.inTransactionAfterRaces(handle -> findKept(handle, name).orElseGet(() -> {
            String content = initial.get();
            handle.createUpdate(INSERT_KEPT)
                    .bind("name", name)
                    .bind("content", content)
                    .execute();
            return content;
        }));
    }

    private static Optional<String> findKept(Handle handle, String name) {
        return handle.createQuery(FIND_KEPT)
                .bind("name", name)
                .mapTo(String.class)
                .findOne();
    }

    @Override
    public Instant openLease(EngineId engine, Duration length) {
        try {
            return database.inTransaction(handle -> Leases.open(handle, engine, length));
        } catch (StoreErrors.LostRaceException e) {
            throw new IllegalStateException("engine id " + engine + " was used before", e);
        }
    }

    @Override
    public Optional<Instant> renewLease(EngineId engine, Duration length) {
        return database.inStatement(handle -> Leases.renew(handle, engine, length));
    }

    @Override
    public void releaseLease(EngineId engine) {
        ImmutableList<JobId> given = database.inTransaction(handle -> {
            int count = Leases.release(handle, engine);
            log.debug("released {} lease of engine {}", count, engine);
            // Whoever is woken by one claims them all.
            return JobListing.owned(handle, engine, Optional.empty(), 1);
        });
        watchers.tellNow(given);
    }

    @Override
    public SubmitResult submit(SubmitRequest request) {
        Dialect dialect = database.dialect();
        Function<Handle, SubmitResult> work = handle -> SubmitTransaction.run(handle, dialect, request);
        SubmitResult result = dialect.writesTogether()
                ? database.inStatementsAfterRaces(work)
                : database.inTransactionAfterRaces(work);
        if (result.isAccepted() && !result.repeated()) {
            watchers.tell(result.job().stream().toList());
        }
        return result;
    }

    @Override
    public WishResult wish(WishRequest request) {
        WishResult result = database.inTransactionAfterRaces(handle -> WishTransaction.run(handle, request));
        watchers.tell(result.changed());
        return result;
    }

    @Override
    public Optional<Job> get(JobId id) {
        return database.inStatement(handle -> JobRows.find(handle, id)).map(StoredRow::job);
    }

    @Override
    public ImmutableMap<JobId, Job> getAll(ImmutableSet<JobId> jobs) {
        return jobs.isEmpty()
                ? ImmutableMap.of()
                : database.inStatement(handle -> JobRows.findAll(handle, jobs)).stream()
                        .flatMap(row -> row.jobOrLog().stream())
                        .collect(ImmutableMap.toImmutableMap(Job::id, job -> job));
    }

    @Override
    public JobPage query(JobQuery query) {
        JobListing.Found found = database.inStatement(handle -> JobListing.find(handle, database.dialect(), query));
        if (!found.unreadable().isEmpty()) {
            putBeforeAnEngine(found.unreadable());
        }
        return found.page();
    }

    /** So that it is put aside: until then nobody sees it in a list, and nobody can delete what it has left. */
    private void putBeforeAnEngine(ImmutableSet<JobId> unreadable) {
        try {
            int count = database.inTransaction(handle -> Quarantine.reopen(handle, unreadable));
            log.debug("{} rows that can't be read wait for an engine", count);
        } catch (ComputeException e) {
            log.warn("rows that can't be read stay where they are for now: {}", e.getMessage());
        }
    }

    @Override
    public ImmutableList<JobId> claim(EngineId engine, ImmutableMap<String, Environment> environments, int max) {
        return claims.claim(database, engine, environments, max);
    }

    @Override
    public ImmutableList<JobId> unseenWishes(EngineId engine, int max) {
        return database.inStatement(handle -> JobListing.unseenWishes(handle, engine, max));
    }

    @Override
    public QueueDepth queueDepth() {
        return database.inStatement(JobListing::queueDepth);
    }

    @Override
    public boolean quarantine(EngineId engine, JobId job, String reason) {
        return database.inTransaction(handle -> Quarantine.run(handle, engine, job, reason));
    }

    @Override
    public ImmutableSet<JobId> expire(ImmutableMap<String, Duration> retention, Duration otherwise, int max) {
        Retention rows = new Retention(database);
        Set<JobId> expired = new LinkedHashSet<>();
        Optional<String> environment = rows.nextEnvironment("");
        while (environment.isPresent() && expired.size() < max) {
            String name = environment.get();
            Duration keep = retention.getOrDefault(name, otherwise);
            expired.addAll(rows.expire(name, keep, max - expired.size()));
            environment = rows.nextEnvironment(name);
        }
        return ImmutableSet.copyOf(expired);
    }

    @Override
    public int purge(Duration keep, int max) {
        return new Retention(database).purge(keep, max);
    }

    @Override
    public int forget(int max) {
        return database.inTransaction(handle -> Forgetting.run(handle, max));
    }

    @Override
    public ImmutableMap<JobId, KnownAttempts> known(ImmutableSet<JobId> jobs) {
        return database.inStatement(handle -> JobListing.known(handle, jobs));
    }

    @Override
    public Subscription watch(Consumer<JobId> listener) {
        return watchers.watch(listener);
    }

    @Override
    public ImmutableSet<JobId> commit(EngineId engine, ImmutableList<Transition> transitions) {
        if (transitions.isEmpty()) {
            return ImmutableSet.of();
        }
        // Locks are taken in one order by everybody, so that no two writers wait for each other in a circle.
        ImmutableList<Transition> sorted = ImmutableList.sortedCopyOf(
                Comparator.comparing((Transition t) -> t.next().id()).thenComparing(Transition::expectedVersion),
                transitions);
        return commits.commit(database, engine, sorted);
    }

    @Override
    public ImmutableList<JobId> owned(EngineId engine, Optional<JobId> after, int max) {
        return database.inStatement(handle -> JobListing.owned(handle, engine, after, max));
    }

    @Override
    public ImmutableList<JobEvent> history(JobId id) {
        return database.inStatement(handle -> EventRows.of(handle, id));
    }

    /** Gives the connections back; in-memory data is gone then. */
    @Override
    public void close() {
        watchers.close();
        database.close();
    }
}
