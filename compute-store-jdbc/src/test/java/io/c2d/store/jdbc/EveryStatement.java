package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.core.port.IdempotencyKey;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import io.c2d.testkit.Samples;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;

/** Runs every statement that the store has, and notes their texts. */
final class EveryStatement {
    private static final Workflow WORK = Samples.shell("echo 1");

    private final Random random = new Random(7);
    private final Set<String> statements = new ConcurrentSkipListSet<>();
    private final JdbcJobStore store;
    private final EngineId engine;

    /**
     * Notes from now on.
     *
     * @param engine has a lease
     */
    EveryStatement(JdbcJobStore store, EngineId engine) {
        this.store = store;
        this.engine = engine;
        recordStatements();
    }

    Set<String> texts() {
        return statements;
    }

    private void recordStatements() {
        store.database().jdbi().getConfig(SqlStatements.class).setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                statements.add(context.getParsedSql().getSql());
            }
        });
    }

    void useEveryMethod() {
        SubmitRequest request = new SubmitRequest(
                new Owner("me"),
                "one",
                WORK,
                "default",
                null,
                Samples.jobId(random),
                new IdempotencyKey("k", "h", Duration.ofHours(1)),
                new NonceUse("s", "1", "h", store.now().plusSeconds(60)));
        JobId id = store.submit(request).job().orElseThrow();
        store.submit(new SubmitRequest(new Owner("me"), null, null, "default", id, Samples.jobId(random), null, null));
        store.claim(
                engine,
                ImmutableMap.of("default", Environment.defaults("default").withMaxJobs(1_000)),
                1_000);
        store.getAll(ImmutableSet.of(id));
        Job job = store.get(id).orElseThrow();
        Job moved = job.withAttempt(
                job.attempt().toBuilder().moveTo(JobStatus.STARTED, store.now()).build());
        assertThat(store.commit(engine, ImmutableList.of(new Transition(moved, store.now(), "moved"))))
                .containsExactly(id);
        assertQuarantined(id);
        for (WishRequest.Wish wish : WishRequest.Wish.values()) {
            store.wish(new WishRequest(ImmutableList.of(id), wish, null));
        }
        store.unseenWishes(engine, 10);
        store.queueDepth();
        store.known(ImmutableSet.of(id, Samples.jobId(random)));
        store.expire(ImmutableMap.of("default", Duration.ZERO), Duration.ofDays(1), 3);
        store.purge(Duration.ZERO, 3);
        store.forget(3);
        store.owned(engine, Optional.of(id), 10);
        store.history(id);
        store.keep("some name", () -> "content");
        store.renewLease(engine, Duration.ofMinutes(10));
        EngineId other = EngineId.create(random);
        store.openLease(other, Duration.ofMinutes(10));
        store.releaseLease(other);
    }

    void listInEveryWay() {
        for (JobQuery.State state : JobQuery.State.values()) {
            for (Long after : new Long[] {null, 1_500L}) {
                store.query(new JobQuery(null, null, null, state, after, 10));
                store.query(new JobQuery(null, new Owner("owner 1"), null, state, after, 10));
                store.query(new JobQuery(null, null, "agreement 1", state, after, 10));
                store.query(new JobQuery(null, new Owner("owner 1"), "agreement 1", state, after, 10));
                store.query(new JobQuery(Samples.jobId(random), null, null, state, after, 10));
            }
        }
    }

    private void assertQuarantined(JobId id) {
        Stores.execute(store, "update jobs set document = '' where id = '" + id + "'");
        if (!store.quarantine(engine, id, "a test")) {
            throw new AssertionError("not quarantined");
        }
    }
}
