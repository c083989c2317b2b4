package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.port.Environment;
import io.c2d.core.port.Transition;
import io.c2d.testkit.Samples;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Updates between an attempt's claim and its end touch no index: PostgreSQL counts them as heap-only. */
final class PostgresHotUpdateTest {
    private static final int JOBS = 40;
    private static final ImmutableList<JobStatus> PHASES = ImmutableList.of(
            JobStatus.STARTED,
            JobStatus.CONFIGURING_VOLUMES,
            JobStatus.PROVISIONED,
            JobStatus.RUNNING,
            JobStatus.FILTERING,
            JobStatus.PUBLISHING);

    @Test
    void noUpdateBetweenClaimAndEndTouchesAnIndex() {
        Random random = new Random(23);
        EngineId engine = EngineId.create(random);
        try (JdbcJobStore store = Stores.open(Postgres.empty())) {
            store.openLease(engine, Duration.ofMinutes(5));
            ImmutableList.Builder<JobId> submitted = ImmutableList.builder();
            for (int i = 0; i < JOBS; i++) {
                submitted.add(store.submit(Samples.submission(
                                Samples.jobId(random), "me", "agreement " + i, Samples.shell("echo 1")))
                        .job()
                        .orElseThrow());
            }
            ImmutableMap<String, Environment> room =
                    ImmutableMap.of("default", Environment.defaults("default").withMaxJobs(JOBS));
            assertThat(store.claim(engine, room, JOBS)).hasSize(JOBS);
            Stores.execute(store, "vacuum jobs");
            long updates = statistic(store, "n_tup_upd");
            long hot = statistic(store, "n_tup_hot_upd");
            for (JobStatus phase : PHASES) {
                for (JobId id : submitted.build()) {
                    Job job = store.get(id).orElseThrow();
                    Job next = job.withAttempt(
                            job.attempt().toBuilder().moveTo(phase, store.now()).build());
                    assertThat(store.commit(engine, ImmutableList.of(new Transition(next, store.now(), "moved"))))
                            .containsExactly(id);
                }
            }
            assertThat(statistic(store, "n_tup_upd") - updates).isEqualTo((long) JOBS * PHASES.size());
            // A page without room for the next version is the one reason that is left.
            assertThat(statistic(store, "n_tup_hot_upd") - hot).isGreaterThan((long) JOBS * PHASES.size() * 9 / 10);
        }
    }

    private static long statistic(JdbcJobStore store, String column) {
        Stores.execute(store, "select pg_stat_force_next_flush()");
        return store.database().jdbi().withHandle(handle -> {
            // The sessions that wrote report when they are next idle; this asks each of the pool.
            handle.execute("select pg_stat_clear_snapshot()");
            return handle.createQuery("select " + column + " from pg_stat_user_tables where relname = 'jobs'")
                    .mapTo(Long.class)
                    .one();
        });
    }
}
