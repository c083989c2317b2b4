package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableTable;
import com.google.common.collect.Tables;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.KnownAttempts;
import io.c2d.core.port.QueueDepth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Pages of jobs, newest first, by a cursor over the stored order; and what an engine owns. */
final class JobListing {
    private static final String OWNED = """
            select id from jobs
            where owner_engine = :engine and is_open = true and is_waiting = false and id > :after
                and claimed_attempt = attempt
            order by owner_engine, is_open, id fetch first :max rows only""";

    private static final String UNSEEN = """
            select id from jobs
            where owner_engine = :engine and unseen_wish = true and claimed_attempt = attempt
            order by owner_engine, unseen_wish, id fetch first :max rows only""";

    private static final String DEPTH = """
            select environment, owner_key, count(*) as jobs from jobs where is_waiting = true
            group by environment, owner_key""";

    private static final String KNOWN = "select id, lowest_attempt, attempt, removed from jobs where id = any(:ids)";

    private JobListing() {}

    /**
     * What a query finds.
     *
     * @param page the jobs that can be read
     * @param unreadable those that can't
     */
    record Found(JobPage page, ImmutableSet<JobId> unreadable) {}

    static Found find(Handle handle, Dialect dialect, JobQuery query) {
        Query statement = handle.createQuery(sql(dialect, query)).bind("limit", query.limit() + 1);
        query.jobId().ifPresent(job -> statement.bind("job", job.value()));
        query.ownedBy().ifPresent(owner -> statement.bind("owner", owner.key()));
        query.agreementId().ifPresent(agreement -> statement.bind("agreement", agreement));
        query.cursor().ifPresent(cursor -> statement.bind("cursor", cursor));
        List<StoredRow> found = statement.map(JobRows::read).list();
        boolean more = found.size() > query.limit();
        List<StoredRow> page = more ? found.subList(0, query.limit()) : found;
        ImmutableList<Job> jobs =
                page.stream().flatMap(row -> row.jobOrLog().stream()).collect(ImmutableList.toImmutableList());
        ImmutableSet<JobId> unreadable = page.stream()
                .filter(row -> row.read() == null)
                .map(StoredRow::id)
                .collect(ImmutableSet.toImmutableSet());
        return new Found(new JobPage(jobs, more ? page.get(page.size() - 1).seq() : null), unreadable);
    }

    /**
     * The statement. It is ordered by the columns of the index that fits best, of which all but the last are constant: so
     * H2 too sees that the index has that order, and reads no further than the page. PostgreSQL's index of what runs has
     * that as its condition instead.
     */
    private static String sql(Dialect dialect, JobQuery query) {
        List<String> conditions = new ArrayList<>();
        List<String> order = new ArrayList<>();
        if (query.job() != null) {
            conditions.add("id = :job");
        }
        if (query.owner() != null) {
            conditions.add("owner_key = :owner");
            order.add("owner_key desc");
        }
        if (query.agreement() != null) {
            conditions.add("agreement_id = :agreement");
            order.add("agreement_id desc");
        }
        stateColumn(query.state()).ifPresent(column -> {
            conditions.add(column + " = " + (query.state() != JobQuery.State.PRESENT));
            boolean isCondition = dialect == Dialect.POSTGRESQL && query.state() == JobQuery.State.RUNNING;
            boolean isNext = order.isEmpty() || (dialect == Dialect.H2 && query.agreement() == null);
            if (isNext && !isCondition) {
                order.add(column + " desc");
            }
        });
        if (query.after() != null) {
            conditions.add("seq < :cursor");
        }
        order.add("seq desc");
        return "select " + JobRows.COLUMNS + " from jobs"
                + (conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions))
                + " order by " + String.join(", ", order)
                + " fetch first :limit rows only";
    }

    private static Optional<String> stateColumn(JobQuery.State state) {
        return switch (state) {
            case RUNNING -> Optional.of("running");
            case PRESENT, REMOVED -> Optional.of("removed");
            case ANY -> Optional.empty();
        };
    }

    static ImmutableList<JobId> owned(Handle handle, EngineId engine, Optional<JobId> after, int max) {
        return handle.createQuery(OWNED)
                .bind("engine", engine.value())
                .bind("after", after.map(JobId::value).orElse(""))
                .bind("max", max)
                .mapTo(String.class)
                .map(JobId::new)
                .collect(ImmutableList.toImmutableList());
    }

    static ImmutableList<JobId> unseenWishes(Handle handle, EngineId engine, int max) {
        return handle.createQuery(UNSEEN)
                .bind("engine", engine.value())
                .bind("max", max)
                .mapTo(String.class)
                .map(JobId::new)
                .collect(ImmutableList.toImmutableList());
    }

    static QueueDepth queueDepth(Handle handle) {
        ImmutableTable.Builder<String, String, Integer> waiting = ImmutableTable.builder();
        handle.createQuery(DEPTH)
                .map((row, context) -> Tables.immutableCell(
                        row.getString("environment"), row.getString("owner_key"), row.getInt("jobs")))
                .forEach(waiting::put);
        return new QueueDepth(waiting.buildOrThrow());
    }

    static ImmutableMap<JobId, KnownAttempts> known(Handle handle, Collection<JobId> jobs) {
        return handle.createQuery(KNOWN)
                .bindArray("ids", String.class, jobs.stream().map(JobId::value).toArray())
                .map((row, context) -> Map.entry(
                        new JobId(row.getString("id")),
                        new KnownAttempts(
                                row.getInt("lowest_attempt"), row.getInt("attempt"), row.getBoolean("removed"))))
                .collect(ImmutableMap.toImmutableMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
