package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Environment;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.WishRequest;
import io.c2d.testkit.Samples;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PostgresNotificationsTest {
    private final Random random = new Random(19);
    private final JdbcSettings settings = Postgres.empty();
    private final JdbcJobStore store = Stores.open(settings);
    private final JdbcJobStore other = Stores.open(settings);
    private final BlockingQueue<JobId> here = new LinkedBlockingQueue<>();
    private final BlockingQueue<JobId> there = new LinkedBlockingQueue<>();
    private int agreements;

    @BeforeEach
    void watch() throws InterruptedException {
        assertThat(store.watch(here::add)).isNotNull();
        assertThat(other.watch(there::add)).isNotNull();
        awaitHeard(store, there);
        awaitHeard(other, here);
        drain(here);
        drain(there);
    }

    /** Takes what was told before, until nothing more comes. */
    private static void drain(BlockingQueue<JobId> told) throws InterruptedException {
        Set<JobId> before = new HashSet<>();
        JobId next = told.poll(500, TimeUnit.MILLISECONDS);
        while (next != null) {
            before.add(next);
            next = told.poll(500, TimeUnit.MILLISECONDS);
        }
        assertThat(before).doesNotContainNull();
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
    }

    /** Hints may be lost while a connection is being made: until one arrives. */
    private void awaitHeard(JdbcJobStore from, BlockingQueue<JobId> at) throws InterruptedException {
        Set<JobId> submitted = new HashSet<>();
        JobId heard = null;
        while (heard == null || !submitted.contains(heard)) {
            try {
                submitted.add(submit(from));
            } catch (StoreUnavailableException e) {
                // Its connections were ended as well.
            }
            heard = at.poll(100, TimeUnit.MILLISECONDS);
        }
    }

    private JobId submit(JdbcJobStore to) {
        return to.submit(Samples.submission(
                        Samples.jobId(random), "me", "agreement " + agreements++, Samples.shell("echo 1")))
                .job()
                .orElseThrow();
    }

    @Test
    void anotherProcessHearsOfSubmissionsAndWishesAndTheOwnOneOnce() throws InterruptedException {
        JobId id = submit(store);
        assertThat(there.take()).isEqualTo(id);
        store.wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null));
        assertThat(there.take()).isEqualTo(id);
        JobId answer = submit(other);
        assertThat(here.take()).isEqualTo(id);
        assertThat(here.take()).isEqualTo(id);
        assertThat(here.take()).isEqualTo(answer);
        assertThat(here).isEmpty();
    }

    @Test
    void anotherProcessHearsThatAnEngineGaveItsJobsBackThoughTheStoreIsClosedAtOnce() throws InterruptedException {
        EngineId engine = EngineId.create(random);
        store.openLease(engine, Duration.ofMinutes(5));
        JobId id = submit(store);
        assertThat(there.take()).isEqualTo(id);
        ImmutableMap<String, Environment> room =
                ImmutableMap.of("default", Environment.defaults("default").withMaxJobs(99));
        assertThat(store.claim(engine, room, 99)).contains(id);
        store.releaseLease(engine);
        store.close();
        assertThat(there.poll(30, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void manyAtOnceAreToldInFewPayloads() throws InterruptedException {
        Set<JobId> expected = new HashSet<>();
        ImmutableList.Builder<JobId> ids = ImmutableList.builder();
        for (int i = 0; i < 500; i++) {
            JobId id = submit(store);
            expected.add(id);
            ids.add(id);
        }
        Set<JobId> heard = new HashSet<>();
        while (!heard.equals(expected)) {
            heard.add(there.take());
        }
        assertThat(store.wish(new WishRequest(ids.build(), WishRequest.Wish.STOP, null))
                        .changed())
                .hasSize(500);
        Set<JobId> again = new HashSet<>();
        while (!again.equals(expected)) {
            again.add(there.take());
        }
    }

    @Test
    void anotherInstallationInTheDatabaseIsNotWoken() throws InterruptedException {
        try (var connection = Postgres.connect(settings);
                var statement = connection.createStatement()) {
            statement.execute("create schema another");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        BlockingQueue<JobId> heard = new LinkedBlockingQueue<>();
        JdbcSettings elsewhere = Postgres.settings(
                settings.url() + (settings.url().contains("?") ? "&" : "?") + "currentSchema=another",
                settings.timeLimit());
        try (JdbcJobStore foreign = JdbcJobStore.open(elsewhere, new Random(2))) {
            assertThat(foreign.installation()).isNotEqualTo(store.installation());
            assertThat(foreign.watch(heard::add)).isNotNull();
            JobId own = submit(foreign);
            assertThat(heard.take()).isEqualTo(own);
            JobId id = submit(store);
            assertThat(there.take()).isEqualTo(id);
            assertThat(heard.poll(300, TimeUnit.MILLISECONDS)).isNull();
            assertThat(foreign.get(id)).isEmpty();
        }
    }

    @Test
    void afterItsConnectionWasEndedItListensAgain() throws InterruptedException {
        Postgres.terminateSessions(settings);
        awaitHeard(store, there);
        awaitHeard(other, here);
        assertThat(ImmutableSet.copyOf(there)).doesNotContainNull();
    }

    @Test
    void aFailingWatcherSpoilsNothing() throws InterruptedException {
        assertThat(store.watch(id -> {
                    throw new IllegalStateException("a test");
                }))
                .isNotNull();
        JobId id = submit(store);
        assertThat(store.get(id)).isPresent();
        assertThat(there.take()).isEqualTo(id);
    }

    @Test
    void threadsEndWithTheStore() throws InterruptedException {
        store.close();
        other.close();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("c2d-store-listen")
                    || thread.getName().startsWith("c2d-store-notify")) {
                thread.join(5_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }
}
