package io.c2d.store.jdbc;

import io.c2d.core.model.EngineId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The engines' leases, by the database's clock. */
final class Leases {
    /** For statements whose effect needs a living lease. */
    static final String ALIVE =
            "exists (select 1 from engines where engines.id = :engine and lease_until > current_timestamp)";

    private static final String OPEN =
            "insert into engines (id, opened_at, lease_until) values (:engine, :now, :until)";

    private static final String RENEW =
            "update engines set lease_until = :until where id = :engine and lease_until > current_timestamp";

    private static final String RELEASE = "update engines set lease_until = :ended where id = :engine";

    private static final String END_ALL = "update engines set lease_until = :ended where lease_until > :ended";

    private static final String IS_ALIVE =
            "select count(*) from engines where id = :engine and lease_until > current_timestamp";

    private Leases() {}

    static Instant open(Handle handle, EngineId engine, Duration length) {
        Instant now = StoredTime.now(handle);
        handle.createUpdate(OPEN)
                .bind("engine", engine.value())
                .bind("now", now)
                .bind("until", now.plus(length))
                .execute();
        return now;
    }

    /**
     * Renews in a statement by itself, whose time is the one at which it begins: in a transaction it would be that of the
     * transaction's begin, and a process that was paused in between would revive a lease that has run out.
     */
    static Optional<Instant> renew(Handle handle, EngineId engine, Duration length) {
        Instant now = StoredTime.now(handle);
        int count = handle.createUpdate(RENEW)
                .bind("engine", engine.value())
                .bind("until", now.plus(length))
                .execute();
        return count == 1 ? Optional.of(now) : Optional.empty();
    }

    static int release(Handle handle, EngineId engine) {
        return handle.createUpdate(RELEASE)
                .bind("engine", engine.value())
                .bind("ended", Instant.EPOCH)
                .execute();
    }

    /** Ends every lease: for a store that no other process can have open. */
    static int endAll(Handle handle) {
        return handle.createUpdate(END_ALL).bind("ended", Instant.EPOCH).execute();
    }

    static boolean isAlive(Handle handle, EngineId engine) {
        return handle.createQuery(IS_ALIVE)
                        .bind("engine", engine.value())
                        .mapTo(Integer.class)
                        .one()
                == 1;
    }
}
