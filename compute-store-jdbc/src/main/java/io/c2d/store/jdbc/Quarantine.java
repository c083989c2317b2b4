package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import io.c2d.core.json.AttemptCodec;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Submission;
import io.c2d.core.model.Wishes;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.JobEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Ends a job that can't be read: what its row says is moved aside, and a row that reads as an ended job takes its place.
 * Whatever of it can still be used is kept; what is written is built as a {@link Job} first, so it can be read again.
 */
final class Quarantine {
    /** What stands for a workflow that can't be read. */
    static final String NO_WORKFLOW = """
            {"stages":[{"index":0,"input":[],"compute":{"Instances":1,"namespace":"","maxtime":1},\
            "algorithm":{"id":"","rawcode":"exit 1","container":{"image":"unreadable","tag":"0","entrypoint":"sh"}},\
            "output":{}}]}""";

    /** An agreement or an owner that can't be one any more. */
    private static final String UNREADABLE = "unreadable";

    private static final String FIND = "select status, " + JobRows.COLUMNS
            + " from jobs where id = :id and owner_engine = :engine and claimed_attempt = attempt";

    private static final String END = "update jobs set " + JobRows.SET_STATE + """
            , workflow = :workflow, workflow_sha256 = :workflowSha256, owner = :owner, agreement_id = :agreementId
            where id = :id and version = :expected and owner_engine = :engine and\s""" + Leases.ALIVE;

    /** A row with which no engine has anything to do: whoever claims it next finds that it can't be read. */
    private static final String REOPEN = """
            update jobs set version = version + 1, owner_engine = null, is_open = true, is_free = true
            where id = any(:ids) and is_open = false and removed = false and format <= :format""";

    private static final String PUT_ASIDE = """
            insert into quarantine (job_id, version, put_at, reason, format, status, stop_code, owner, agreement_id,
                workflow, document)
            values (:id, :version, :at, :reason, :format, :status, :stopCode, :owner, :agreementId, :workflow, :document)""";

    /** A row as far as no meaning is looked for in it. */
    private record Raw(
            boolean readable,
            long version,
            int claimedAttempt,
            int attempt,
            int status,
            int format,
            String owner,
            String agreementId,
            String environment,
            String workflow,
            String document,
            Instant created,
            int stopCode,
            @Nullable Instant stopAt,
            @Nullable Instant deleteAt,
            int lowestAttempt) {

        static Raw read(ResultSet row, StatementContext context) throws SQLException {
            return new Raw(
                    JobRows.read(row, context).read() != null,
                    row.getLong("version"),
                    row.getInt("claimed_attempt"),
                    row.getInt("attempt"),
                    row.getInt("status"),
                    row.getInt("format"),
                    row.getString("owner"),
                    row.getString("agreement_id"),
                    row.getString("environment"),
                    row.getString("workflow"),
                    row.getString("document"),
                    StoredTime.read(row, "created"),
                    row.getInt("stop_code"),
                    StoredTime.readIfSet(row, "stop_at"),
                    StoredTime.readIfSet(row, "delete_at"),
                    row.getInt("lowest_attempt"));
        }
    }

    private final Handle handle;
    private final EngineId engine;
    private final JobId id;

    private Quarantine(Handle handle, EngineId engine, JobId id) {
        this.handle = handle;
        this.engine = engine;
        this.id = id;
    }

    static boolean run(Handle handle, EngineId engine, JobId id, String reason) {
        return new Quarantine(handle, engine, id).run(reason);
    }

    /** Puts rows that have ended before the engines; how many those are. */
    static int reopen(Handle handle, Set<JobId> unreadable) {
        return handle.createUpdate(REOPEN)
                .bindArray(
                        "ids",
                        String.class,
                        unreadable.stream().map(JobId::value).toArray())
                .bind("format", AttemptCodec.FORMAT)
                .execute();
    }

    private boolean run(String reason) {
        Optional<Raw> found = handle.createQuery(FIND)
                .bind("id", id.value())
                .bind("engine", engine.value())
                .map(Raw::read)
                .findOne();
        // What only a newer version reads is no wreck.
        if (found.isEmpty()
                || found.get().readable()
                || JobRows.isNewer(found.get().format())) {
            return false;
        }
        Instant now = StoredTime.now(handle);
        Job ended = ended(found.get(), reason, now);
        if (!end(ended)) {
            return false;
        }
        putAside(found.get(), reason, now);
        EventRows.insert(handle, ImmutableList.of(JobEvent.of(ended, now, "quarantined")));
        return true;
    }

    private Job ended(Raw raw, String reason, Instant now) {
        Attempt attempt = Attempt.begin(Math.max(1, raw.attempt()), raw.created()).toBuilder()
                .finish(JobStatus.COMPLETED, Outcome.INFRASTRUCTURE_FAILED, reason, now)
                .build();
        Workflow workflow = orElse(() -> WorkflowCodec.read(raw.workflow()), () -> WorkflowCodec.read(NO_WORKFLOW));
        Submission submission = orElse(
                () -> new Submission(
                        new Owner(raw.owner()), raw.agreementId(), workflow, raw.environment(), raw.created()),
                () -> new Submission(new Owner(UNREADABLE), UNREADABLE, workflow, raw.environment(), raw.created()));
        boolean lowestIsUsable = raw.lowestAttempt() >= 1 && raw.lowestAttempt() <= attempt.number() + 1;
        return new Job(
                id,
                raw.version() + 1,
                engine,
                attempt.number(),
                submission,
                attempt,
                wishes(raw),
                lowestIsUsable ? raw.lowestAttempt() : 1,
                false);
    }

    private static <T> T orElse(Supplier<T> usual, Supplier<T> otherwise) {
        try {
            return usual.get();
        } catch (RuntimeException e) {
            return otherwise.get();
        }
    }

    private static Wishes wishes(Raw raw) {
        return orElse(
                () -> new Wishes(StopRequest.ofCode(raw.stopCode()).orElseThrow(), raw.stopAt(), raw.deleteAt()),
                () -> new Wishes(StopRequest.NONE, null, raw.deleteAt()));
    }

    private boolean end(Job job) {
        Submission submission = job.submission();
        return JobRows.bindState(handle.createUpdate(END), job)
                        .bind("workflow", submission.workflow().document())
                        .bind("workflowSha256", submission.workflow().sha256())
                        .bind("owner", submission.owner().text())
                        .bind("agreementId", submission.agreementId())
                        .bind("id", id.value())
                        .bind("expected", job.version() - 1)
                        .bind("engine", engine.value())
                        .execute()
                == 1;
    }

    private void putAside(Raw raw, String reason, Instant now) {
        int count = handle.createUpdate(PUT_ASIDE)
                .bind("id", id.value())
                .bind("version", raw.version())
                .bind("at", now)
                .bind("reason", reason)
                .bind("format", raw.format())
                .bind("status", raw.status())
                .bind("stopCode", raw.stopCode())
                .bind("owner", raw.owner())
                .bind("agreementId", raw.agreementId())
                .bind("workflow", raw.workflow())
                .bind("document", raw.document())
                .execute();
        if (count != 1) {
            throw new IllegalStateException("what can't be read was not put aside");
        }
    }
}
