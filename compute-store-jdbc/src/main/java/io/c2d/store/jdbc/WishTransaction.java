package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StopRequest;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishRequest.Wish;
import io.c2d.core.port.WishResult;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * A stop or a delete, as {@link Wish#applyTo} says, but decided by the row's plain columns alone: it reaches a job whose
 * document can't be read, and one that a newer version has stored.
 */
final class WishTransaction {
    private static final String STOP = """
            update jobs set version = version + 1, stop_code = :called, stop_at = :now, is_waiting = false
            where id = :id and running = true and stop_code = 0""";

    /** What is not removed has something left to do from now on. */
    private static final String DELETE = """
            update jobs set version = version + 1,
                stop_code = case when running = true and stop_code = 0 then :called else stop_code end,
                stop_at = case when running = true and stop_code = 0 then :now else stop_at end,
                delete_at = coalesce(delete_at, :now), is_open = not removed, is_waiting = false
            where id = :id and (delete_at is null or (running = true and stop_code = 0))""";

    private WishTransaction() {}

    static WishResult run(Handle handle, WishRequest request) {
        Instant now = StoredTime.now(handle);
        Optional<NonceUse> nonce = request.nonceUse();
        if (nonce.isPresent()) {
            Acceptances acceptances = new Acceptances(handle, now);
            Optional<Acceptances.Accepted> used = acceptances.find(nonce.get());
            if (used.isPresent()) {
                boolean repeat = used.get().requestHash().equals(nonce.get().requestHash());
                return new WishResult(
                        repeat ? WishResult.Kind.REPEATED : WishResult.Kind.NONCE_REUSED, ImmutableSet.of());
            }
            acceptances.useUp(nonce.get(), null);
        }
        ImmutableSet.Builder<JobId> changed = ImmutableSet.builder();
        // In one order everywhere, so that two writers of the same jobs never wait for each other in a circle.
        for (JobId job : ImmutableSortedSet.copyOf(request.jobs())) {
            if (apply(handle, request.wish(), job, now)) {
                changed.add(job);
            }
        }
        return new WishResult(WishResult.Kind.STORED, changed.build());
    }

    private static boolean apply(Handle handle, Wish wish, JobId job, Instant now) {
        int count = handle.createUpdate(wish == Wish.STOP ? STOP : DELETE)
                .bind("id", job.value())
                .bind("called", StopRequest.CALLED.code())
                .bind("now", now)
                .execute();
        if (count == 1) {
            EventRows.insertOfPresent(handle, job, now, wish == Wish.STOP ? "stop" : "delete");
        }
        return count == 1;
    }
}
