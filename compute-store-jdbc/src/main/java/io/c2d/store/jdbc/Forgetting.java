package io.c2d.store.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Deletes what is past its time, a bounded number of rows each time, so that no table grows for ever. */
final class Forgetting {
    /** How long what is past its time is left: a clock may jump ahead and back. */
    private static final Duration LEFT = Duration.ofHours(1);

    /** How long the row of a dead engine is kept, which is how long its id is known to be used. */
    private static final Duration KEEP_ENGINES = Duration.ofDays(30);

    private static final String OLD_NONCES =
            "select signer, nonce from nonces where forget_after < :now order by forget_after fetch first :most rows only";

    private static final String DELETE_NONCE = """
            delete from nonces where signer = :first and nonce = :second and forget_after < :now""";

    private static final String OLD_KEYS = """
            select owner_key, caller_key from idempotency_keys where forget_after < :now
            order by forget_after fetch first :most rows only""";

    private static final String DELETE_KEY = """
            delete from idempotency_keys where owner_key = :first and caller_key = :second and forget_after < :now""";

    private static final String DELETE_OLD_ENGINES = """
            delete from engines where id in (
                select id from engines where opened_at < :before and lease_until < current_timestamp
                order by opened_at fetch first :most rows only)""";

    private record Key(String first, String second) {}

    private Forgetting() {}

    /** Forgets; returns how many rows went. */
    static int run(Handle handle, int max) {
        Instant now = StoredTime.now(handle);
        Instant longAgo = now.minus(LEFT);
        return delete(handle, OLD_NONCES, DELETE_NONCE, longAgo, max)
                + delete(handle, OLD_KEYS, DELETE_KEY, longAgo, max)
                + handle.createUpdate(DELETE_OLD_ENGINES)
                        .bind("before", now.minus(KEEP_ENGINES))
                        .bind("most", max)
                        .execute();
    }

    /** Looks first and deletes by primary key: a condition on a pair of columns makes H2 scan the table. */
    private static int delete(Handle handle, String find, String delete, Instant now, int max) {
        List<Key> keys = handle.createQuery(find)
                .bind("now", now)
                .bind("most", max)
                .map((row, context) -> new Key(row.getString(1), row.getString(2)))
                .list();
        if (keys.isEmpty()) {
            return 0;
        }
        PreparedBatch batch = handle.prepareBatch(delete);
        for (Key key : keys) {
            batch.bind("first", key.first())
                    .bind("second", key.second())
                    .bind("now", now)
                    .add();
        }
        return Arrays.stream(batch.execute()).sum();
    }
}
