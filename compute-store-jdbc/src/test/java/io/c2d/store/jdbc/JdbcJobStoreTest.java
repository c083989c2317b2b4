package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.core.port.IdempotencyKey;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.WishRequest;
import io.c2d.testkit.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class JdbcJobStoreTest {
    private static final Workflow WORK = Samples.shell("echo 1");

    private final Random random = new Random(13);
    private final JdbcJobStore store = Stores.open(
            new JdbcSettings("jdbc:h2:mem:" + UUID.randomUUID(), "c2d", "", 4, Duration.ofSeconds(1), true));

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aRowThatSomebodyHoldsMakesTheStoreUnavailableWithinTheTimeLimit() {
        JobId id = store.submit(Samples.submission(Samples.jobId(random), "me", "one", WORK))
                .job()
                .orElseThrow();
        WishRequest stop = new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            store.database().jdbi().useTransaction(handle -> {
                handle.execute("update jobs set version = version");
                Future<?> wish = other.submit(() -> store.wish(stop));
                assertThatThrownBy(wish::get).hasCauseInstanceOf(StoreUnavailableException.class);
            });
        } finally {
            other.shutdownNow();
        }
        assertThat(store.wish(stop).changed()).containsExactly(id);
    }

    @Test
    void tablesOfANewerVersionAreNotOpened() {
        JdbcSettings settings = Postgres.empty();
        Postgres.change(settings, """
                insert into schema_history (installed_rank, version, description, type, script, checksum, installed_by,
                    execution_time, success)
                values (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'somebody', 1, true)""");
        try {
            assertThatThrownBy(() -> Stores.open(settings))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a newer one has changed them");
        } finally {
            Postgres.change(settings, "delete from schema_history where installed_rank = 99");
        }
    }

    @Test
    void aClosedStoreIsUnavailable() {
        store.close();
        assertThatThrownBy(store::now).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void nonceAndKeyAreForgottenWhenTheyHaveLongBeenPastTheirTime() {
        submitSigned("one", Duration.ofSeconds(1));
        submitSigned("two", Duration.ofMinutes(5));
        assertThat(store.forget(500)).isZero();
        assertThat(Stores.count(store, "nonces")).isEqualTo(2);
        Stores.pass(store, Duration.ofMillis(1_100));
        assertThat(store.forget(500)).isZero();
        for (String table : List.of("nonces", "idempotency_keys")) {
            Stores.execute(
                    store,
                    "update " + table + " set forget_after = dateadd(hour, -1, forget_after)"
                            + " where forget_after < current_timestamp");
        }
        assertThat(store.forget(500)).isEqualTo(2);
        assertThat(Stores.count(store, "nonces")).isEqualTo(1);
        assertThat(Stores.count(store, "idempotency_keys")).isEqualTo(1);
    }

    @Test
    void aNoncePastItsTimeMayBeUsedAgainBeforeItIsDeleted() {
        submitSigned("one", Duration.ofMinutes(5));
        Stores.execute(store, "update nonces set forget_after = dateadd(hour, -1, forget_after)");
        NonceUse again = new NonceUse("signer", "one", "other hash", store.now().plusSeconds(60));
        SubmitRequest request = new SubmitRequest(
                new Owner("me"), "another", WORK, "default", null, Samples.jobId(random), null, again);
        assertThat(store.submit(request).isAccepted()).isTrue();
    }

    private void submitSigned(String name, Duration keep) {
        SubmitRequest request = new SubmitRequest(
                new Owner("me"),
                name,
                WORK,
                "default",
                null,
                Samples.jobId(random),
                new IdempotencyKey(name, "hash", keep),
                new NonceUse("signer", name, "hash", store.now().plus(keep)));
        assertThat(store.submit(request).isAccepted()).isTrue();
    }

    @Test
    void manyEnginesAtOnceNeverPassAnEnvironmentsLimit() throws Exception {
        for (int i = 0; i < 60; i++) {
            store.submit(Samples.submission(Samples.jobId(random), "me", "agreement " + i, WORK));
        }
        ImmutableMap<String, Environment> seven =
                ImmutableMap.of("default", Environment.defaults("default").withMaxJobs(7));
        List<Callable<Integer>> claims = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            EngineId engine = EngineId.create(random);
            store.openLease(engine, Duration.ofMinutes(5));
            claims.add(() -> store.claim(engine, seven, 3).size());
        }
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            int taken = 0;
            for (Future<Integer> claim : pool.invokeAll(claims)) {
                taken += claim.get();
            }
            assertThat(taken).isEqualTo(7);
        } finally {
            pool.shutdownNow();
        }
        assertThat(Stores.count(store, "jobs where holds_capacity = true")).isEqualTo(7);
    }

    @Test
    void aLargeWorkflowAndAWishOnItComeBackWhole() {
        Workflow large = Samples.shell("# " + "é".repeat(900_000));
        JobId id = store.submit(Samples.submission(Samples.jobId(random), "me", "one", large))
                .job()
                .orElseThrow();
        store.wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null));
        assertThat(store.get(id).orElseThrow().submission().workflow()).isEqualTo(large);
    }
}
