package io.c2d.store.jdbc;

import io.c2d.core.json.AttemptCodec;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Submission;
import io.c2d.core.model.Wishes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.StatementContext;

/** Between a {@link Job} and its row. */
final class JobRows {
    /** What {@link #read} reads. */
    static final String COLUMNS = """
            seq, id, version, owner_engine, claimed_attempt, owner, agreement_id, environment, workflow, workflow_sha256, created,
            stop_code, stop_at, delete_at, lowest_attempt, removed, attempt, format, document""";

    /** Sets all that may change by a write but the engine that owns the job; {@link #bindState} gives the values. */
    static final String SET_STATE = """
            version = :version, attempt = :attempt, status = :status, running = :running, finished_at = :finishedAt,
            stop_code = :stopCode, stop_at = :stopAt, delete_at = :deleteAt, lowest_attempt = :lowestAttempt,
            removed = :removed, is_open = :isOpen, is_waiting = :isWaiting, is_free = :isFree,
            holds_capacity = :holdsCapacity, unseen_wish = false, is_retained = :isRetained,
            format = :format, document = :document""";

    private static final String FIND = "select " + COLUMNS + " from jobs where id = :id";
    private static final String FIND_ALL = "select " + COLUMNS + " from jobs where id = any(:ids)";

    /** Stores a new job, which no engine owns; {@link #bindNew} gives the values. */
    static final String INSERT = """
            insert into jobs (id, version, claimed_attempt, owner, owner_key, agreement_id, environment, workflow,
                workflow_sha256, created, attempt, status, running, finished_at, stop_code, stop_at, delete_at,
                lowest_attempt, removed, is_open, is_waiting, is_free, queued_at, holds_capacity, unseen_wish,
                is_retained, format, document)
            values (:id, :version, :claimedAttempt, :owner, :ownerKey, :agreementId, :environment, :workflow,
                :workflowSha256, :created, :attempt, :status, :running, :finishedAt, :stopCode, :stopAt, :deleteAt,
                :lowestAttempt, :removed, :isOpen, :isWaiting, :isFree, :queuedAt, :holdsCapacity, false,
                :isRetained, :format, :document)""";

    private JobRows() {}

    static Optional<StoredRow> find(Handle handle, JobId id) {
        return handle.createQuery(FIND)
                .bind("id", id.value())
                .map(JobRows::read)
                .findOne();
    }

    static List<StoredRow> findAll(Handle handle, Set<JobId> jobs) {
        return handle.createQuery(FIND_ALL)
                .bindArray("ids", String.class, jobs.stream().map(JobId::value).toArray())
                .map(JobRows::read)
                .list();
    }

    /** Binds the parameters of {@link #INSERT}. */
    static <S extends SqlStatement<S>> S bindNew(S statement, Job job) {
        Submission submission = job.submission();
        return bindState(statement, job)
                .bind("id", job.id().value())
                .bind("claimedAttempt", job.claimedAttempt())
                .bind("owner", submission.owner().text())
                .bind("ownerKey", submission.owner().key())
                .bind("agreementId", submission.agreementId())
                .bind("environment", submission.environment())
                .bind("workflow", submission.workflow().document())
                .bind("workflowSha256", submission.workflow().sha256())
                .bind("created", submission.created())
                .bind("queuedAt", job.attempt().since());
    }

    /** Binds the parameters of {@link #SET_STATE}. */
    static <S extends SqlStatement<S>> S bindState(S statement, Job job) {
        Attempt attempt = job.attempt();
        Wishes wishes = job.wishes();
        return statement
                .bind("version", job.version())
                .bind("attempt", attempt.number())
                .bind("status", attempt.status().code())
                .bindByType("running", attempt.isFinished() ? null : Boolean.TRUE, Boolean.class)
                .bindByType("finishedAt", attempt.finished(), Instant.class)
                .bind("stopCode", wishes.stop().code())
                .bindByType("stopAt", wishes.stopAt(), Instant.class)
                .bindByType("deleteAt", wishes.deleteAt(), Instant.class)
                .bind("lowestAttempt", job.lowestAttempt())
                .bind("removed", job.removed())
                .bind("isOpen", job.isOpen())
                .bind("isWaiting", job.isWaitingForRoom())
                .bind("isFree", isFree(job))
                .bind("holdsCapacity", job.holdsCapacity())
                .bind("isRetained", job.isRetained())
                .bind("format", AttemptCodec.FORMAT)
                .bind("document", AttemptCodec.write(attempt));
    }

    /** Whether an engine takes it whatever room there is, since nobody has claimed the attempt and it does not wait. */
    static boolean isFree(Job job) {
        return job.isOpen() && job.isUnclaimed() && !job.isWaitingForRoom();
    }

    /** Reads {@link #COLUMNS}; what is wrong with a document is told by the row, not thrown. */
    static StoredRow read(ResultSet row, StatementContext context) throws SQLException {
        long seq = row.getLong("seq");
        JobId id = new JobId(row.getString("id"));
        try {
            return new StoredRow(seq, id, job(row, id), null);
        } catch (RuntimeException e) {
            return new StoredRow(seq, id, null, e);
        }
    }

    /** Whether a row is of a form that only a newer version reads. */
    static boolean isNewer(int format) {
        return format > AttemptCodec.FORMAT;
    }

    private static Job job(ResultSet row, JobId id) throws SQLException {
        int format = row.getInt("format");
        if (isNewer(format)) {
            throw new IllegalArgumentException("stored by a newer version, in format " + format);
        }
        String owner = row.getString("owner_engine");
        Attempt attempt = AttemptCodec.read(id, row.getString("document"));
        if (attempt.number() != row.getInt("attempt")) {
            throw new IllegalArgumentException("its columns are of another attempt than its document");
        }
        return new Job(
                id,
                row.getLong("version"),
                owner == null ? null : new EngineId(owner),
                row.getInt("claimed_attempt"),
                submission(row),
                attempt,
                wishes(row),
                row.getInt("lowest_attempt"),
                row.getBoolean("removed"));
    }

    private static Submission submission(ResultSet row) throws SQLException {
        return new Submission(
                new Owner(row.getString("owner")),
                row.getString("agreement_id"),
                WorkflowCodec.readStored(row.getString("workflow"), row.getString("workflow_sha256")),
                row.getString("environment"),
                StoredTime.read(row, "created"));
    }

    private static Wishes wishes(ResultSet row) throws SQLException {
        int code = row.getInt("stop_code");
        return new Wishes(
                StopRequest.ofCode(code)
                        .orElseThrow(() -> new IllegalArgumentException("an unknown stop request " + code)),
                StoredTime.readIfSet(row, "stop_at"),
                StoredTime.readIfSet(row, "delete_at"));
    }
}
