package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableList;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.WishRequest;
import io.c2d.testkit.Samples;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that is disturbed while it is up: each call ends in time, and afterwards everything works again. */
@Timeout(60)
final class PostgresFailuresTest {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** What scheduling on a busy machine may add. */
    private static final Duration SLACK = Duration.ofSeconds(20);

    private final Random random = new Random(17);
    private final JdbcSettings settings = Postgres.empty(LIMIT);
    private final JdbcJobStore store = Stores.open(settings);
    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        store.close();
        pool.shutdownNow();
    }

    private JobId submit(JdbcJobStore to, String agreement) {
        return to.submit(Samples.submission(Samples.jobId(random), "me", agreement, Samples.shell("echo 1")))
                .job()
                .orElseThrow();
    }

    private static WishRequest stop(JobId id) {
        return new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null);
    }

    private static void assertUnavailableInTime(Runnable call) {
        Stopwatch watch = Stopwatch.createStarted();
        assertThatThrownBy(call::run).isInstanceOf(StoreUnavailableException.class);
        assertThat(watch.elapsed()).isLessThan(LIMIT.plus(SLACK));
    }

    private static void raise(Handle handle, String state) {
        handle.execute("do $$ begin raise exception 'test' using errcode = '" + state + "'; end $$");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"08006", "25P03", "25006", "53100", "53300", "55P03", "57014", "57P01", "57P03", "58030", "40001"
            })
    void whatPassesMakesTheStoreUnavailable(String state) {
        assertThatThrownBy(() -> store.database().inTransaction(handle -> {
                    raise(handle, state);
                    return 1;
                }))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(store.now()).isNotNull();
    }

    @Test
    void whatDoesNotPassIsAFault() {
        assertThatThrownBy(() -> store.database().inTransaction(handle -> handle.execute("select 1/0")))
                .isInstanceOfSatisfying(
                        ComputeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void whatTheDatabaseHasUndoneIsRunAgain(String state) {
        AtomicInteger tries = new AtomicInteger();
        int result = store.database().inTransaction(handle -> {
            handle.execute("insert into kept (name, content) values ('once', '')");
            if (tries.incrementAndGet() < 3) {
                raise(handle, state);
            }
            return 42;
        });
        assertThat(result).isEqualTo(42);
        assertThat(tries).hasValue(3);
        assertThat(Stores.count(store, "kept where name = 'once'")).isEqualTo(1);
    }

    @Test
    void aDeadlockDelaysBothAndFailsNeither() throws Exception {
        // With the server's usual second before it looks for deadlocks, and locks that wait for longer than that.
        try (JdbcJobStore patient = Stores.open(Postgres.settings(settings.url(), Duration.ofSeconds(10)))) {
            JobId one = submit(patient, "one");
            JobId two = submit(patient, "two");
            CyclicBarrier bothHaveOne = new CyclicBarrier(2);
            Future<Integer> first = pool.submit(() -> lockBoth(patient, one, two, bothHaveOne));
            Future<Integer> second = pool.submit(() -> lockBoth(patient, two, one, bothHaveOne));
            assertThat(first.get() + second.get()).isEqualTo(3);
        }
    }

    /** Tells in how many tries. */
    private static int lockBoth(JdbcJobStore store, JobId first, JobId second, CyclicBarrier barrier) {
        AtomicInteger tries = new AtomicInteger();
        return store.database().inTransaction(handle -> {
            handle.execute("update jobs set status = status where id = ?", first.value());
            if (tries.incrementAndGet() == 1) {
                try {
                    barrier.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            handle.execute("update jobs set status = status where id = ?", second.value());
            return tries.get();
        });
    }

    @Test
    void connectionsThatAreResetCostOneCallEachAndNoMore() throws Exception {
        try (FaultyProxy proxy = new FaultyProxy(Postgres.port());
                JdbcJobStore far = Stores.open(through(proxy))) {
            JobId before = submit(far, "before");
            proxy.reset();
            JobId after = submitUntilAccepted(far, "after");
            assertThat(far.get(before)).isPresent();
            assertThat(far.get(after).map(Job::version)).contains(1L);
        }
    }

    private JdbcSettings through(FaultyProxy proxy) {
        return Postgres.settings("jdbc:postgresql://localhost:" + proxy.port() + "/" + Postgres.name(settings), LIMIT);
    }

    /** Every failure on the way is one that tells the caller to come back. */
    private JobId submitUntilAccepted(JdbcJobStore to, String agreement) {
        while (true) {
            try {
                return submit(to, agreement);
            } catch (StoreUnavailableException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            }
        }
    }

    @Test
    void aNetworkThatSwallowsEverythingIsNoticedInTimeAndForgotten() throws Exception {
        try (FaultyProxy proxy = new FaultyProxy(Postgres.port());
                JdbcJobStore far = Stores.open(through(proxy))) {
            JobId id = submit(far, "before");
            proxy.goSilent();
            assertUnavailableInTime(() -> far.wish(stop(id)));
            assertUnavailableInTime(() -> far.get(id));
            assertUnavailableInTime(() -> submit(far, "silent"));
            proxy.reset();
            submitUntilAccepted(far, "after");
            assertThat(far.get(id).orElseThrow().wishes().wantEnd()).isFalse();
        }
    }

    @Test
    void aSessionThatHoldsARowDelaysItsJobAndNoOther() throws Exception {
        JobId held = submit(store, "held");
        JobId other = submit(store, "other");
        try (Connection session = Postgres.connect(settings);
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.executeUpdate("update jobs set status = status where id = '" + held + "'");
            assertUnavailableInTime(() -> store.wish(stop(held)));
            assertThat(store.wish(stop(other)).changed()).containsExactly(other);
        }
        assertThat(store.wish(stop(held)).changed()).containsExactly(held);
    }

    @Test
    void anEngineThatStopsInsideOfATransactionLosesItsRowsWithinItsTimeLimit() throws Exception {
        JobId id = submit(store, "one");
        try (Connection stopped = new PostgresConnections(settings).open();
                Statement statement = stopped.createStatement()) {
            stopped.setAutoCommit(false);
            statement.executeUpdate("update jobs set version = version + 1 where id = '" + id + "'");
            Stopwatch watch = Stopwatch.createStarted();
            boolean stored = false;
            while (!stored) {
                try {
                    stored = store.wish(stop(id)).changed().contains(id);
                } catch (StoreUnavailableException e) {
                    assertThat(watch.elapsed()).isLessThan(LIMIT.plus(SLACK));
                }
            }
        }
        assertThat(store.get(id).orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void aDatabaseThatOnlyReadsRefusesWritesAndItsConnectionsAreThrownAway() {
        JobId id = submit(store, "one");
        Postgres.execute("alter database " + Postgres.name(settings) + " set default_transaction_read_only = on");
        Postgres.terminateSessions(settings);
        assertThat(readUntilAnswered(id).version()).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            assertUnavailableInTime(() -> store.wish(stop(id)));
        }
        assertThat(readUntilAnswered(id).version()).isEqualTo(1);
        Postgres.execute("alter database " + Postgres.name(settings) + " reset default_transaction_read_only");
        assertUnavailableInTime(() -> store.wish(stop(id)));
        assertThat(store.wish(stop(id)).changed()).containsExactly(id);
    }

    private Job readUntilAnswered(JobId id) {
        while (true) {
            try {
                return store.get(id).orElseThrow();
            } catch (StoreUnavailableException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            }
        }
    }

    @Test
    void aSessionThatIsEndedBeforeItsCommitHasWrittenNothing() {
        assertThatThrownBy(() -> store.database().inTransaction(handle -> {
                    handle.execute("insert into kept (name, content) values ('lost', '')");
                    Postgres.terminateSessions(settings);
                    return 1;
                }))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(countUntilAnswered("kept where name = 'lost'")).isZero();
    }

    private int countUntilAnswered(String from) {
        while (true) {
            try {
                return store.database()
                        .inTransaction(handle -> handle.createQuery("select count(*) from " + from)
                                .mapTo(Integer.class)
                                .one());
            } catch (StoreUnavailableException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            }
        }
    }

    /** Sessions are ended at any moment, also between a commit's arrival and its answer: what was acknowledged is there. */
    @Test
    void whatWasAcknowledgedIsThereHoweverOftenSessionsAreEnded() throws Exception {
        List<Future<List<JobId>>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            String name = "writer " + writer + " ";
            writers.add(pool.submit(() -> submitMany(name)));
        }
        while (writers.stream().anyMatch(writer -> !writer.isDone())) {
            Postgres.terminateSessions(settings);
            LockSupport.parkNanos(20_000_000);
        }
        for (Future<List<JobId>> writer : writers) {
            for (JobId id : writer.get()) {
                assertThat(readUntilAnswered(id).version()).isEqualTo(1);
                assertThat(countUntilAnswered("job_events where job_id = '" + id + "'"))
                        .isEqualTo(1);
            }
        }
    }

    private List<JobId> submitMany(String name) {
        Random ids = new Random(name.hashCode());
        List<JobId> acknowledged = new ArrayList<>();
        for (int i = 0; acknowledged.size() < 25; i++) {
            try {
                acknowledged.add(
                        store.submit(Samples.submission(Samples.jobId(ids), "me", name + i, Samples.shell("echo 1")))
                                .job()
                                .orElseThrow());
            } catch (StoreUnavailableException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            }
        }
        return acknowledged;
    }
}
