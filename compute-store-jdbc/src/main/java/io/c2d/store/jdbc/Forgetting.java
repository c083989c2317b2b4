package io.c2d.store.jdbc;

import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Deletes what is past its time, a bounded number of rows each time, so that no table grows for ever. */
final class Forgetting {
    private static final int MOST = 500;

    /** How long the row of a dead engine is kept, which is how long its id is known to be used. */
    private static final Duration KEEP_ENGINES = Duration.ofDays(30);

    private static final String NONCES = """
            delete from nonces where (signer, nonce) in (
                select signer, nonce from nonces where forget_after < :now
                order by forget_after fetch first :most rows only)""";

    private static final String KEYS = """
            delete from idempotency_keys where (owner_key, caller_key) in (
                select owner_key, caller_key from idempotency_keys where forget_after < :now
                order by forget_after fetch first :most rows only)""";

    private static final String ENGINES = """
            delete from engines where id in (
                select id from engines where opened_at < :old and lease_until < :now
                order by opened_at fetch first :most rows only)""";

    private Forgetting() {}

    /** Forgets; returns how many rows went. */
    static int run(Handle handle) {
        Instant now = StoredTime.now(handle);
        int count = 0;
        for (String statement : new String[] {NONCES, KEYS}) {
            count += handle.createUpdate(statement)
                    .bind("now", now)
                    .bind("most", MOST)
                    .execute();
        }
        return count
                + handle.createUpdate(ENGINES)
                        .bind("now", now)
                        .bind("old", now.minus(KEEP_ENGINES))
                        .bind("most", MOST)
                        .execute();
    }
}
