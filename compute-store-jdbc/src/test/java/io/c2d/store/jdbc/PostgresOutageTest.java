package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Stopwatch;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.testkit.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database that goes away and comes back while calls are being made. */
@Timeout(120)
final class PostgresOutageTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration SLACK = Duration.ofSeconds(20);

    @TempDir
    private Path folder = Path.of("");

    private final List<JobId> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private final List<Duration> refusals = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger agreements = new AtomicInteger();

    @Test
    void aKilledDatabaseDelaysCallsLosesNothingAndIsFoundAgain() throws Exception {
        try (RestartablePostgres database = new RestartablePostgres(folder);
                JdbcJobStore store = Stores.open(database.settings(LIMIT))) {
            nothingIsLost(store, () -> {
                database.kill();
                int before = acknowledged.size();
                awaitRefusals(8);
                assertThat(acknowledged)
                        .as("nothing is acknowledged while the database is gone")
                        .hasSize(before);
                database.start();
            });
        }
    }

    @Test
    void afterAFailOverToASynchronousStandbyNothingIsLostAndTheNewPrimaryIsFound() throws Exception {
        try (ReplicatedPostgres databases = new ReplicatedPostgres(folder);
                JdbcJobStore store = Stores.open(databases.settings(LIMIT))) {
            nothingIsLost(store, databases::failOver);
            assertThat(refusals).isNotEmpty();
        }
    }

    private interface Trouble {
        void happen() throws Exception;
    }

    private void nothingIsLost(JdbcJobStore store, Trouble trouble) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            EngineId engine = EngineId.create(new Random(1));
            store.openLease(engine, Duration.ofMinutes(5));
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Random ids = new Random(100 + i);
                callers.add(pool.submit(() -> submitUntilOver(store, ids)));
            }
            awaitAcknowledged(200);
            trouble.happen();
            awaitAcknowledged(acknowledged.size() + 200);
            over.set(true);
            for (Future<?> caller : callers) {
                caller.get();
            }
            assertThat(refusals).allSatisfy(took -> assertThat(took).isLessThan(LIMIT.plus(SLACK)));
            for (JobId id : acknowledged) {
                assertThat(store.get(id).map(Job::version)).contains(1L);
                assertThat(store.history(id)).hasSize(1);
            }
            assertThat(store.renewLease(engine, Duration.ofMinutes(5))).isPresent();
        } finally {
            over.set(true);
            pool.shutdownNow();
        }
    }

    private void submitUntilOver(JdbcJobStore store, Random ids) {
        while (!over.get()) {
            Stopwatch watch = Stopwatch.createStarted();
            try {
                String agreement = "agreement " + agreements.incrementAndGet();
                acknowledged.add(
                        store.submit(Samples.submission(Samples.jobId(ids), "me", agreement, Samples.shell("echo 1")))
                                .job()
                                .orElseThrow());
            } catch (StoreUnavailableException e) {
                refusals.add(watch.elapsed());
            }
        }
    }

    private void awaitAcknowledged(int count) {
        while (acknowledged.size() < count) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void awaitRefusals(int more) {
        int count = refusals.size() + more;
        while (refusals.size() < count) {
            LockSupport.parkNanos(5_000_000);
        }
    }
}
