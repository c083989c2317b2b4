package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.c2d.core.model.EngineId;
import io.c2d.core.port.JobQuery;
import io.c2d.testkit.Samples;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The plan of every statement that the store runs, whatever values are bound, with so many rows in that a scan would hurt. */
final class PostgresPlanTest {
    private static final int ENDED = 30_000;

    private final Random random = new Random(7);
    private final EngineId engine = EngineId.create(random);
    private final JdbcSettings settings = Postgres.empty(Duration.ofMinutes(1));
    private final JdbcJobStore store = Stores.open(settings);

    @BeforeEach
    void fill() {
        store.openLease(engine, Duration.ofMinutes(10));
        for (int i = 0; i < 40; i++) {
            store.submit(Samples.submission(
                    Samples.jobId(random), "owner " + i % 10, "agreement " + i, Samples.shell("echo 1")));
        }
        // Most jobs of an installation have ended.
        Stores.execute(store, """
                insert into jobs (id, version, owner_engine, claimed_attempt, owner, owner_key, agreement_id, environment,
                    workflow, workflow_sha256, created, attempt, status, running, finished_at, stop_code, stop_at,
                    delete_at, lowest_attempt, removed, is_open, is_waiting, is_free, queued_at, holds_capacity,
                    unseen_wish, is_retained, format, document)
                select md5(n::text), 9, 'engine-' || n %% 100, 1, 'owner ' || n %% 100, 'owner ' || n %% 100,
                    'ended ' || n, 'default', '{}', '', now(), 1, 70, null, now(), 0, null,
                    case when n %% 3 = 0 then now() end, 2, n %% 3 = 0, false, false, false, now(), false,
                    false, n %% 3 <> 0, 1, '{}'
                from generate_series(1, %d) as n""".formatted(ENDED));
        Stores.execute(store, """
                insert into job_events (job_id, version, attempt, status, happened_at, note)
                select md5(n::text), 1, 1, 1, now(), 'submitted' from generate_series(1, %d) as n""".formatted(ENDED));
        Stores.execute(store, """
                insert into nonces (signer, nonce, request_hash, forget_after)
                select 'signer', n::text, 'h', now() + interval '1 hour' from generate_series(1, %d) as n""".formatted(ENDED));
        Stores.execute(store, """
                insert into idempotency_keys (owner_key, caller_key, request_hash, kind, forget_after)
                select 'owner', n::text, 'h', 'CREATED', now() + interval '1 hour' from generate_series(1, %d) as n""".formatted(ENDED));
        Stores.execute(store, """
                insert into engines (id, opened_at, lease_until)
                select 'engine-' || n, now(), now() from generate_series(1, 5000) as n""");
        Stores.execute(store, "analyze");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void noStatementOfTheStoreScansATableThatGrows() throws SQLException {
        EveryStatement every = new EveryStatement(store, engine);
        every.useEveryMethod();
        every.listInEveryWay();
        assertThat(every.texts()).hasSizeGreaterThan(60);
        List<String> scans = new ArrayList<>();
        for (String statement : every.texts()) {
            String plan = plan(statement);
            if (plan.matches("(?s).*Seq Scan on (jobs|job_events|nonces|idempotency_keys).*")) {
                scans.add(statement + "\n" + plan);
            }
        }
        assertThat(scans).isEmpty();
    }

    @Test
    void listsAreReadInTheOrderOfTheirIndex() throws SQLException {
        EveryStatement every = new EveryStatement(store, engine);
        every.listInEveryWay();
        List<String> sorted = new ArrayList<>();
        for (String statement : every.texts()) {
            String plan = plan(statement);
            // What one agreement has, or runs of one owner, is little.
            boolean little = statement.contains("id = ?")
                    || statement.contains("agreement_id = ?")
                    || statement.contains("owner_key = ? and running");
            if (plan.contains("Sort") && !little) {
                sorted.add(statement + "\n" + plan);
            }
        }
        assertThat(sorted).isEmpty();
    }

    @Test
    void noPlanThatWasMadeWhileTheTablesWereEmptyScansThem() throws SQLException {
        JdbcSettings empty = Postgres.empty(Duration.ofMinutes(1));
        try (JdbcJobStore fresh = Stores.open(empty)) {
            EveryStatement every = new EveryStatement(store, engine);
            every.useEveryMethod();
            assertThat(fresh.query(new JobQuery(null, null, null, JobQuery.State.ANY, null, 1))
                            .jobs())
                    .isEmpty();
            List<String> scans = new ArrayList<>();
            for (String statement : every.texts()) {
                String plan = plan(statement, empty, new PostgresConnections(empty).initSql());
                if (plan.matches(
                        "(?s).*(Seq Scan on (jobs|job_events|nonces|idempotency_keys)|Hash Join|Merge Join).*")) {
                    scans.add(statement + "\n" + plan);
                }
            }
            assertThat(scans).isEmpty();
        }
    }

    /** Something that a condition calls and that may change within a statement can't be looked up in an index. */
    @Test
    void whatWaitsTooLongIsLookedUpByItsTime() throws SQLException {
        EveryStatement every = new EveryStatement(store, engine);
        every.useEveryMethod();
        List<String> claims = every.texts().stream()
                .filter(statement -> statement.contains("late as ("))
                .toList();
        assertThat(claims).hasSize(1);
        assertThat(plan(claims.get(0))).containsPattern("Index Cond: .*queued_at <=");
    }

    /** By the table's size, without the hints that the store's own connections give. */
    private String plan(String statement) throws SQLException {
        return plan(statement, settings, "set plan_cache_mode = force_generic_plan");
    }

    private static String plan(String statement, JdbcSettings settings, String initSql) throws SQLException {
        StringBuilder numbered = new StringBuilder("explain (generic_plan) ");
        List<String> parts = Splitter.on('?').splitToList(statement);
        for (int i = 0; i < parts.size(); i++) {
            numbered.append(i == 0 ? "" : "$" + i).append(parts.get(i));
        }
        String plain = settings.url() + (settings.url().contains("?") ? "&" : "?") + "preferQueryMode=simple";
        try (Connection connection = DriverManager.getConnection(plain, Postgres.USER, "");
                Statement explain = connection.createStatement()) {
            explain.execute(initSql);
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = explain.executeQuery(numbered.toString())) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }
}
