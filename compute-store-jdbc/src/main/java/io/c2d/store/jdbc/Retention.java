package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import io.c2d.core.model.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** Stores deletes for what is past its time, and forgets tombstones. Each looks first, and writes on condition. */
final class Retention {
    private static final String NEXT_ENVIRONMENT = """
            select environment from jobs where is_retained = true and environment > :after
            order by is_retained, environment fetch first 1 row only""";

    private static final String DUE = """
            select id from jobs where is_retained = true and environment = :environment and finished_at <= :due
            order by is_retained, environment, finished_at fetch first :max rows only""";

    /** A restart clears {@code is_retained}, so one that came first wins. */
    private static final String EXPIRE = """
            update jobs set version = version + 1, delete_at = :now, is_open = not removed, unseen_wish = true,
                is_retained = false
            where id = :id and is_retained = true and finished_at <= :due""";

    private static final String OLD_TOMBSTONES = """
            select id from jobs where removed = true and delete_at <= :due
            order by removed, delete_at fetch first :max rows only""";

    private static final String FORGET = "delete from jobs where id = :id and removed = true and delete_at <= :due";

    private static final List<String> FORGET_THE_REST =
            List.of("delete from job_events where job_id = :id", "delete from quarantine where job_id = :id");

    private final Database database;

    Retention(Database database) {
        this.database = database;
    }

    /** The first environment after that one of which results are kept: one step in their index. */
    Optional<String> nextEnvironment(String after) {
        return database.inStatement(handle -> handle.createQuery(NEXT_ENVIRONMENT)
                .bind("after", after)
                .mapTo(String.class)
                .findOne());
    }

    ImmutableSet<JobId> expire(String environment, Duration keep, int max) {
        return database.inTransaction(handle -> {
            Instant now = StoredTime.now(handle);
            Instant due = now.minus(keep);
            ImmutableSortedSet<JobId> jobs = find(handle.createQuery(DUE).bind("environment", environment), due, max);
            if (jobs.isEmpty()) {
                return ImmutableSet.of();
            }
            PreparedBatch batch = handle.prepareBatch(EXPIRE);
            for (JobId job : jobs) {
                batch.bind("id", job.value()).bind("now", now).bind("due", due).add();
            }
            ImmutableSet<JobId> expired = Batches.changed(jobs, batch.execute());
            EventRows.insertOfPresent(handle, expired, now, "retention");
            return expired;
        });
    }

    private static ImmutableSortedSet<JobId> find(Query query, Instant due, int max) {
        return query.bind("due", due)
                .bind("max", max)
                .mapTo(String.class)
                .map(JobId::new)
                .collect(ImmutableSortedSet.toImmutableSortedSet(Comparator.naturalOrder()));
    }

    int purge(Duration keep, int max) {
        return database.inTransaction(handle -> {
            Instant due = StoredTime.now(handle).minus(keep);
            ImmutableSortedSet<JobId> jobs = find(handle.createQuery(OLD_TOMBSTONES), due, max);
            if (jobs.isEmpty()) {
                return 0;
            }
            PreparedBatch batch = handle.prepareBatch(FORGET);
            jobs.forEach(job -> batch.bind("id", job.value()).bind("due", due).add());
            ImmutableSet<JobId> forgotten = Batches.changed(jobs, batch.execute());
            for (String statement : FORGET_THE_REST) {
                PreparedBatch rest = handle.prepareBatch(statement);
                forgotten.forEach(job -> rest.bind("id", job.value()).add());
                if (rest.size() > 0) {
                    rest.execute();
                }
            }
            return forgotten.size();
        });
    }
}
