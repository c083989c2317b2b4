package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Pages of jobs, newest first, by a cursor over the stored order; and what an engine owns. */
final class JobListing {
    private static final String OWNED = """
            select id from jobs
            where owner_engine = :engine and is_open = true and id > :after and claimed_attempt = attempt
            order by owner_engine, is_open, id fetch first :max rows only""";

    private JobListing() {}

    static JobPage page(Handle handle, JobQuery query) {
        Query statement = handle.createQuery(sql(query)).bind("limit", query.limit() + 1);
        query.jobId().ifPresent(job -> statement.bind("job", job.value()));
        query.ownedBy().ifPresent(owner -> statement.bind("owner", owner.key()));
        query.agreementId().ifPresent(agreement -> statement.bind("agreement", agreement));
        query.cursor().ifPresent(cursor -> statement.bind("cursor", cursor));
        List<StoredRow> found = statement.map(JobRows::read).list();
        boolean more = found.size() > query.limit();
        List<StoredRow> page = more ? found.subList(0, query.limit()) : found;
        ImmutableList<Job> jobs =
                page.stream().flatMap(row -> row.jobOrLog().stream()).collect(ImmutableList.toImmutableList());
        return new JobPage(jobs, more ? page.get(page.size() - 1).seq() : null);
    }

    /**
     * The statement. It is ordered by the columns of the index that fits best, of which all but the last are constant: so
     * H2 too sees that the index has that order, and reads no further than the page.
     */
    private static String sql(JobQuery query) {
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
            if (order.isEmpty()) {
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
}
