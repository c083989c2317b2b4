package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.json.AttemptCodec;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.testkit.Samples;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asks the database for the plan of every statement that the store runs, with so many rows in that a scan would hurt. */
final class QueryPlanTest {
    private static final int JOBS = 2_000;
    private static final Workflow WORK = Samples.shell("echo 1");
    private static final ImmutableMap<String, Environment> ROOM =
            ImmutableMap.of("default", Environment.defaults("default").withMaxJobs(100));

    private final Random random = new Random(7);
    private final EngineId engine = EngineId.create(random);
    private JdbcJobStore store = Stores.open(Stores.inMemory());

    @BeforeEach
    void fill() {
        store.openLease(engine, Duration.ofMinutes(10));
        for (int i = 0; i < JOBS; i++) {
            store.submit(Samples.submission(Samples.jobId(random), "owner " + i % 100, "agreement " + i, WORK));
        }
        // Most jobs of an installation have ended; 200 wait, 40 run.
        Attempt ended = Attempt.begin(1, store.now()).toBuilder()
                .finish(JobStatus.COMPLETED, Outcome.STOPPED, "test", store.now())
                .build();
        store.database()
                .jdbi()
                .useHandle(handle -> handle.createUpdate("""
                        update jobs set running = null, finished_at = created, status = 70, is_open = false,
                            is_waiting = false, is_retained = (seq > 500), delete_at = case when seq <= 500 then created end,
                            lowest_attempt = 2, removed = (seq <= 500), document = :document
                        where seq <= 1760""")
                        .bind("document", AttemptCodec.write(ended))
                        .execute());
        store.claim(engine, ROOM, 40);
        // An engine of long ago, a nonce and a key past their time, so that forgetting deletes some.
        fillSmallTables();
        Stores.execute(store, "analyze");
    }

    private void fillSmallTables() {
        Stores.execute(store, """
                insert into engines (id, opened_at, lease_until)
                select 'engine-' || x, current_timestamp, current_timestamp from system_range(1, 2000)""");
        Stores.execute(store, """
                insert into engines (id, opened_at, lease_until)
                values ('old', timestamp with time zone '2020-01-01 00:00:00+00',
                    timestamp with time zone '2020-01-01 00:00:00+00')""");
        Stores.execute(store, """
                insert into nonces (signer, nonce, request_hash, forget_after)
                values ('signer', 'old', 'h', timestamp with time zone '2020-01-01 00:00:00+00')""");
        Stores.execute(store, """
                insert into idempotency_keys (owner_key, caller_key, request_hash, kind, forget_after)
                values ('owner', 'old', 'h', 'CREATED', timestamp with time zone '2020-01-01 00:00:00+00')""");
        Stores.execute(store, """
                insert into nonces (signer, nonce, request_hash, forget_after)
                select 'signer', 'nonce' || x, 'h', current_timestamp + interval '1' hour from system_range(1, 2000)""");
        Stores.execute(store, """
                insert into idempotency_keys (owner_key, caller_key, request_hash, kind, forget_after)
                select 'owner', 'key' || x, 'h', 'CREATED', current_timestamp + interval '1' hour
                from system_range(1, 2000)""");
        Stores.execute(store, """
                insert into kept (name, content) select 'name' || x, 'content' from system_range(1, 2000)""");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void noStatementOfTheStoreScansATable() throws SQLException {
        EveryStatement every = new EveryStatement(store, engine);
        every.useEveryMethod();
        every.listInEveryWay();
        Set<String> statements = every.texts();
        assertThat(statements).hasSizeGreaterThan(60);
        assertThat(Stores.count(store, "engines where id = 'old'")).isZero();

        List<String> scans = new ArrayList<>();
        for (String statement : statements) {
            String plan = plan(statement);
            if (plan.contains("tableScan")) {
                scans.add(plan);
            }
        }
        assertThat(scans).isEmpty();
    }

    @Test
    void listsAreReadInTheOrderOfTheirIndex() throws SQLException {
        EveryStatement every = new EveryStatement(store, engine);
        every.listInEveryWay();
        Set<String> statements = every.texts();
        List<String> unsorted = new ArrayList<>();
        for (String statement : statements) {
            String plan = plan(statement);
            if (!plan.contains("index sorted") && !statement.contains("id = ?")) {
                unsorted.add(plan);
            }
        }
        assertThat(unsorted).isEmpty();
    }

    private String plan(String statement) throws SQLException {
        return store.database().jdbi().withHandle(handle -> explain(handle, statement));
    }

    private static String explain(Handle handle, String statement) throws SQLException {
        try (var explained = handle.getConnection().prepareStatement("explain " + statement)) {
            for (int i = 1; i <= explained.getParameterMetaData().getParameterCount(); i++) {
                explained.setNull(i, Types.NULL);
            }
            try (var rows = explained.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
