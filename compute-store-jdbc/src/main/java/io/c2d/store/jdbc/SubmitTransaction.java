package io.c2d.store.jdbc;

import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Admission;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;

/**
 * Create or restart: one statement reads all that the answer depends on, and what is written is one transaction. Two of one
 * agreement at a time meet at the unique index of running jobs, two of one key or nonce at those primary keys, two restarts
 * at the version; the one that comes second is run again and reads what the first wrote.
 */
final class SubmitTransaction {
    private static final String NAMED = "j.id = :named and j.owner_key = :owner";

    /** The running one, or else the newest: no decision needs both. */
    private static final String OF_AGREEMENT = """
            j.seq = coalesce(
                (select seq from jobs where owner_key = :owner and agreement_id = :agreement and running = true),
                (select max(seq) from jobs where owner_key = :owner and agreement_id = :agreement))""";

    private static final String RESTART =
            "update jobs set " + JobRows.SET_STATE + ", queued_at = :queuedAt where id = :id and version = :expected";

    /** What the answer depends on. */
    private record Stored(
            Instant now,
            Optional<Acceptances.Accepted> byNonce,
            Optional<Acceptances.Accepted> byKey,
            Optional<StoredRow> job,
            boolean running) {

        static Stored read(ResultSet row, StatementContext context) throws SQLException {
            Optional<StoredRow> job =
                    row.getString("id") == null ? Optional.empty() : Optional.of(JobRows.read(row, context));
            return new Stored(
                    StoredTime.cut(
                            row.getObject("present", OffsetDateTime.class).toInstant()),
                    Acceptances.read(row, "nonce"),
                    Acceptances.read(row, "key"),
                    job,
                    row.getBoolean("running"));
        }
    }

    private static final String RUNNING =
            "select id from jobs where owner_key = :owner and agreement_id = :agreement and running = true";

    private final Handle handle;
    private final Dialect dialect;
    private final SubmitRequest request;
    private final String owner;

    private SubmitTransaction(Handle handle, Dialect dialect, SubmitRequest request) {
        this.handle = handle;
        this.dialect = dialect;
        this.request = request;
        this.owner = request.owner().key();
    }

    static SubmitResult run(Handle handle, Dialect dialect, SubmitRequest request) {
        return new SubmitTransaction(handle, dialect, request).run();
    }

    private SubmitResult run() {
        Stored stored = read();
        Optional<SubmitResult> answered = answered(stored);
        if (answered.isPresent()) {
            return answered.get();
        }
        boolean named = request.restart().isPresent();
        if (stored.running() && !named && stored.job().isPresent()) {
            // As Admission says, but from plain columns: a poisoned row keeps its agreement too.
            return SubmitResult.of(
                    SubmitResult.Kind.AGREEMENT_RUNNING, stored.job().get().id());
        }
        Admission admission = Admission.decide(
                request,
                named ? stored.job().map(StoredRow::job) : Optional.empty(),
                named ? Optional.empty() : stored.job().flatMap(StoredRow::jobOrLog),
                Optional.empty(),
                stored.now());
        Optional<JobId> inTheWay = named ? admission.write().flatMap(this::running) : Optional.empty();
        if (inTheWay.isPresent()) {
            return SubmitResult.of(SubmitResult.Kind.AGREEMENT_RUNNING, inTheWay.get());
        }
        admission.write().ifPresent(job -> {
            if (job.version() == 1) {
                create(job, admission.result(), stored);
            } else {
                handle.useTransaction(same -> restart(job, admission.result(), stored));
            }
        });
        return admission.result();
    }

    /** Another job of a named job's agreement that runs; where one begins to after this look, the unique index refuses. */
    private Optional<JobId> running(Job restarted) {
        return handle.createQuery(RUNNING)
                .bind("owner", owner)
                .bind("agreement", restarted.submission().agreementId())
                .mapTo(String.class)
                .findOne()
                .flatMap(JobId::parse);
    }

    private Stored read() {
        boolean named = request.restart().isPresent();
        Query query = handle.createQuery("select current_timestamp as present, "
                        + Acceptances.NONCE_COLUMNS + ", " + Acceptances.KEY_COLUMNS + ", running, " + JobRows.COLUMNS
                        + " from (select 1 as one) as x"
                        + " left join nonces n on n.signer = :signer and n.nonce = :nonce"
                        + " left join idempotency_keys k on k.owner_key = :owner and k.caller_key = :key"
                        + " left join jobs j on " + (named ? NAMED : OF_AGREEMENT))
                .bind("owner", owner)
                .bind("signer", request.nonceUse().map(nonce -> nonce.signer()).orElse(""))
                .bind("nonce", request.nonceUse().map(nonce -> nonce.nonce()).orElse(""))
                .bind("key", request.idempotencyKey().map(key -> key.key()).orElse(""));
        if (named) {
            query.bind("named", request.restart().map(JobId::value).orElse(""));
        } else {
            query.bind("agreement", request.agreementId().orElse(""));
        }
        return query.map(Stored::read).one();
    }

    /** The answer that was already given, if it was; the nonce is asked before the key. */
    private Optional<SubmitResult> answered(Stored stored) {
        if (request.nonceUse().filter(nonce -> nonce.isOver(stored.now())).isPresent()) {
            return Optional.of(SubmitResult.of(SubmitResult.Kind.NONCE_REUSED));
        }
        Optional<SubmitResult> byNonce = request.nonceUse()
                .flatMap(nonce -> stored.byNonce()
                        .filter(accepted -> !accepted.isOver(stored.now()))
                        .map(accepted -> accepted.answerTo(nonce.requestHash(), SubmitResult.Kind.NONCE_REUSED)));
        return byNonce.or(() -> request.idempotencyKey()
                .flatMap(key -> stored.byKey()
                        .filter(accepted -> !accepted.isOver(stored.now()))
                        .map(accepted -> accepted.answerTo(key.requestHash(), SubmitResult.Kind.KEY_REUSED))));
    }

    private void create(Job job, SubmitResult result, Stored stored) {
        dropOld(stored);
        List<String> statements = new ArrayList<>(List.of(JobRows.INSERT, EventRows.INSERT));
        statements.addAll(acceptances());
        for (String statement : dialect.together(statements)) {
            Update update = JobRows.bindNew(handle.createUpdate(statement), job);
            bind(update, result, stored.now(), "submitted").execute();
        }
    }

    private void restart(Job job, SubmitResult result, Stored stored) {
        int count = JobRows.bindState(handle.createUpdate(RESTART), job)
                .bind("id", job.id().value())
                .bind("expected", job.version() - 1)
                .bind("queuedAt", job.attempt().since())
                .execute();
        if (count != 1) {
            throw new StoreErrors.LostRaceException("job " + job.id() + " has changed since it was read");
        }
        dropOld(stored);
        List<String> statements = new ArrayList<>(List.of(EventRows.INSERT));
        statements.addAll(acceptances());
        for (String statement : dialect.together(statements)) {
            Update update = JobRows.bindState(handle.createUpdate(statement), job)
                    .bind("id", job.id().value());
            bind(update, result, stored.now(), "restarted").execute();
        }
    }

    private List<String> acceptances() {
        List<String> statements = new ArrayList<>();
        request.nonceUse().ifPresent(nonce -> statements.add(Acceptances.INSERT_NONCE));
        request.idempotencyKey().ifPresent(key -> statements.add(Acceptances.INSERT_KEY));
        return statements;
    }

    private void dropOld(Stored stored) {
        request.nonceUse()
                .filter(nonce -> stored.byNonce().isPresent())
                .ifPresent(nonce -> Acceptances.dropOld(handle, nonce, stored.now()));
        request.idempotencyKey()
                .filter(key -> stored.byKey().isPresent())
                .ifPresent(key -> Acceptances.dropOld(handle, owner, key, stored.now()));
    }

    /** Binds all that any of the statements has; some have less. */
    private Update bind(Update update, SubmitResult result, Instant now, String note) {
        update.getConfig(SqlStatements.class).setUnusedBindingAllowed(true);
        request.nonceUse().ifPresent(nonce -> Acceptances.bind(update, nonce));
        request.idempotencyKey().ifPresent(key -> Acceptances.bind(update, request, key, now));
        return update.bind("at", now)
                .bind("note", note)
                .bind("kind", result.kind().name())
                .bindByType("jobId", result.job().map(JobId::value).orElse(null), String.class);
    }
}
