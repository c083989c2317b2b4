package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Job;
import io.c2d.core.port.Admission;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Create or restart. Two of one agreement at a time meet at the unique index of running jobs, two of one key or nonce at
 * those primary keys, two restarts at the version; the one that comes second is run again and reads what the first wrote.
 */
final class SubmitTransaction {
    private static final String NAMED =
            "select " + JobRows.COLUMNS + " from jobs where id = :id and owner_key = :owner";

    private static final String NEWEST = "select " + JobRows.COLUMNS
            + " from jobs where owner_key = :owner and agreement_id = :agreement"
            + " order by owner_key desc, agreement_id desc, seq desc fetch first 1 rows only";

    private static final String RUNNING = "select " + JobRows.COLUMNS
            + " from jobs where owner_key = :owner and agreement_id = :agreement and running = true";

    private static final String RESTART =
            "update jobs set " + JobRows.SET_STATE + " where id = :id and version = :expected";

    private final Handle handle;
    private final SubmitRequest request;
    private final String owner;

    private SubmitTransaction(Handle handle, SubmitRequest request) {
        this.handle = handle;
        this.request = request;
        this.owner = request.owner().key();
    }

    static SubmitResult run(Handle handle, SubmitRequest request) {
        return new SubmitTransaction(handle, request).run();
    }

    private SubmitResult run() {
        Instant now = StoredTime.now(handle);
        Acceptances acceptances = new Acceptances(handle, now);
        Optional<SubmitResult> answered = acceptances.answered(request);
        if (answered.isPresent()) {
            return answered.get();
        }
        Optional<StoredRow> running = ofAgreement(RUNNING);
        if (running.isPresent() && request.restart().isEmpty()) {
            // As Admission says, but from plain columns: a poisoned row keeps its agreement too.
            return SubmitResult.of(
                    SubmitResult.Kind.AGREEMENT_RUNNING, running.get().id());
        }
        Admission admission = Admission.decide(
                request,
                named().map(StoredRow::job),
                ofAgreement(NEWEST).flatMap(StoredRow::jobOrLog),
                running.flatMap(StoredRow::jobOrLog),
                now);
        admission.write().ifPresent(job -> {
            write(job, now);
            acceptances.remember(request, admission.result());
        });
        return admission.result();
    }

    private Optional<StoredRow> named() {
        return request.restart()
                .flatMap(id -> handle.createQuery(NAMED)
                        .bind("id", id.value())
                        .bind("owner", owner)
                        .map(JobRows::read)
                        .findOne());
    }

    private Optional<StoredRow> ofAgreement(String query) {
        return request.agreementId()
                .flatMap(agreement -> handle.createQuery(query)
                        .bind("owner", owner)
                        .bind("agreement", agreement)
                        .map(JobRows::read)
                        .findOne());
    }

    private void write(Job job, Instant now) {
        if (job.version() == 1) {
            JobRows.insert(handle, job);
            EventRows.insert(handle, ImmutableList.of(JobEvent.of(job, now, "submitted")));
            return;
        }
        int count = JobRows.bindState(handle.createUpdate(RESTART), job)
                .bind("id", job.id().value())
                .bind("expected", job.version() - 1)
                .execute();
        if (count != 1) {
            throw new StoreErrors.LostRaceException("job " + job.id() + " has changed since it was read");
        }
        EventRows.insert(handle, ImmutableList.of(JobEvent.of(job, now, "restarted")));
    }
}
