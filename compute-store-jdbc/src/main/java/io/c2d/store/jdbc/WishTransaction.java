package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StopRequest;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishRequest.Wish;
import io.c2d.core.port.WishResult;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;

/**
 * A stop or a delete, as {@link Wish#applyTo} says, but decided by the row's plain columns alone: it reaches a job whose
 * document can't be read, and one that a newer version has stored.
 */
final class WishTransaction {
    private static final String STOP = """
            update jobs set version = version + 1, stop_code = :called, stop_at = :now, unseen_wish = true,
                is_free = (is_free or is_waiting), is_waiting = false
            where id = :id and running = true and stop_code = 0""";

    /** What is not removed has something left to do from now on. */
    private static final String DELETE = """
            update jobs set version = version + 1,
                stop_code = case when running = true and stop_code = 0 then :called else stop_code end,
                stop_at = case when running = true and stop_code = 0 then :now else stop_at end,
                delete_at = coalesce(delete_at, :now), is_open = not removed, unseen_wish = true, is_retained = false,
                is_free = (is_free or is_waiting), is_waiting = false
            where id = :id and (delete_at is null or (running = true and stop_code = 0))""";

    private static final String READ = "select current_timestamp as present, " + Acceptances.NONCE_COLUMNS
            + " from (select 1 as one) as x left join nonces n on n.signer = :signer and n.nonce = :nonce";

    private record Stored(Instant now, Optional<Acceptances.Accepted> used) {
        static Stored read(ResultSet row, StatementContext context) throws SQLException {
            return new Stored(
                    StoredTime.cut(
                            row.getObject("present", OffsetDateTime.class).toInstant()),
                    Acceptances.read(row, "nonce"));
        }
    }

    private WishTransaction() {}

    static WishResult run(Handle handle, WishRequest request) {
        Optional<NonceUse> nonce = request.nonceUse();
        Stored stored = handle.createQuery(READ)
                .bind("signer", nonce.map(NonceUse::signer).orElse(""))
                .bind("nonce", nonce.map(NonceUse::nonce).orElse(""))
                .map(Stored::read)
                .one();
        if (nonce.isPresent()) {
            if (nonce.get().isOver(stored.now())) {
                return new WishResult(WishResult.Kind.NONCE_REUSED, ImmutableSet.of());
            }
            Optional<Acceptances.Accepted> used = stored.used().filter(accepted -> !accepted.isOver(stored.now()));
            if (used.isPresent()) {
                boolean repeat = used.get().requestHash().equals(nonce.get().requestHash());
                return new WishResult(
                        repeat ? WishResult.Kind.REPEATED : WishResult.Kind.NONCE_REUSED, ImmutableSet.of());
            }
            useUp(handle, nonce.get(), stored);
        }
        return new WishResult(WishResult.Kind.STORED, apply(handle, request, stored.now()));
    }

    private static void useUp(Handle handle, NonceUse nonce, Stored stored) {
        if (stored.used().isPresent()) {
            Acceptances.dropOld(handle, nonce, stored.now());
        }
        Update update = handle.createUpdate(Acceptances.INSERT_NONCE)
                .bindByType("kind", null, String.class)
                .bindByType("jobId", null, String.class);
        Acceptances.bind(update, nonce);
        update.execute();
    }

    private static ImmutableSet<JobId> apply(Handle handle, WishRequest request, Instant now) {
        if (request.jobs().isEmpty()) {
            return ImmutableSet.of();
        }
        // In one order everywhere, so that two writers of the same jobs never wait for each other in a circle.
        ImmutableSortedSet<JobId> jobs = ImmutableSortedSet.copyOf(request.jobs());
        boolean stop = request.wish() == Wish.STOP;
        PreparedBatch batch = handle.prepareBatch(stop ? STOP : DELETE);
        for (JobId job : jobs) {
            batch.bind("id", job.value())
                    .bind("called", StopRequest.CALLED.code())
                    .bind("now", now)
                    .add();
        }
        ImmutableSet<JobId> changed = Batches.changed(jobs, batch.execute());
        EventRows.insertOfPresent(handle, changed, now, stop ? "stop" : "delete");
        return changed;
    }
}
