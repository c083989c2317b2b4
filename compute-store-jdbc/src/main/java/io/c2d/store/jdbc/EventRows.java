package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.port.JobEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The history: rows are added, never changed. */
final class EventRows {
    private static final Logger log = LoggerFactory.getLogger(EventRows.class);

    /** One event; of a job that is bound by {@link JobRows#bindState} and an id, {@code at} and {@code note} are missing. */
    static final String INSERT = """
            insert into job_events (job_id, version, attempt, status, happened_at, note)
            values (:id, :version, :attempt, :status, :at, :note)""";

    private static final String INSERT_OF_PRESENT = """
            insert into job_events (job_id, version, attempt, status, happened_at, note)
            select id, version, attempt, status, :at, :note from jobs where id = :job""";

    private static final String HISTORY = """
            select job_id, version, attempt, status, happened_at, note from job_events
            where job_id = :job order by job_id, version""";

    private EventRows() {}

    static void insert(Handle handle, List<JobEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch(INSERT);
        for (JobEvent event : events) {
            batch.bind("id", event.job().value())
                    .bind("version", event.version())
                    .bind("attempt", event.attempt())
                    .bind("status", event.status().code())
                    .bind("at", event.at())
                    .bind("note", event.note())
                    .add();
        }
        batch.execute();
    }

    /** The events of writes that this transaction has just made, from the rows' plain columns. */
    static void insertOfPresent(Handle handle, Iterable<JobId> jobs, Instant at, String note) {
        PreparedBatch batch = handle.prepareBatch(INSERT_OF_PRESENT);
        for (JobId job : jobs) {
            batch.bind("job", job.value()).bind("at", at).bind("note", note).add();
        }
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    static ImmutableList<JobEvent> of(Handle handle, JobId job) {
        return handle.createQuery(HISTORY).bind("job", job.value()).map(EventRows::read).stream()
                .flatMap(Optional::stream)
                .collect(ImmutableList.toImmutableList());
    }

    /** One event; a poisoned row may have left a status in it that nobody knows, and the others are read all the same. */
    private static Optional<JobEvent> read(ResultSet row, StatementContext context) throws SQLException {
        JobId job = new JobId(row.getString("job_id"));
        long version = row.getLong("version");
        Optional<JobStatus> status = JobStatus.ofCode(row.getInt("status"));
        if (status.isEmpty()) {
            log.warn("version {} of job {} is left out of its history: its status is unknown", version, job);
            return Optional.empty();
        }
        return Optional.of(new JobEvent(
                job,
                version,
                row.getInt("attempt"),
                status.get(),
                StoredTime.read(row, "happened_at"),
                row.getString("note")));
    }
}
