package io.c2d.store.jdbc;

import io.c2d.core.port.StoreUnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While no connection is to be had, one call at a time tries, for as long as the time limit lets it; all others fail at
 * once, so that callers are told to come back and do not queue for threads that wait. Thread-safe.
 */
final class Outage {
    private static final Logger log = LoggerFactory.getLogger(Outage.class);

    private final AtomicBoolean trying = new AtomicBoolean();
    private volatile @Nullable RuntimeException since;

    /**
     * Makes a call.
     *
     * @throws StoreUnavailableException at once, where another call is finding out whether the database is back
     */
    <T> T call(Supplier<T> work) {
        RuntimeException cause = since;
        if (cause == null) {
            return attempt(work);
        }
        if (!trying.compareAndSet(false, true)) {
            throw new StoreUnavailableException("the database does not answer", cause);
        }
        try {
            T result = attempt(work);
            since = null;
            log.info("the database answers again");
            return result;
        } finally {
            trying.set(false);
        }
    }

    private <T> T attempt(Supplier<T> work) {
        try {
            return work.get();
        } catch (ConnectionException e) {
            since = e;
            throw e;
        }
    }
}
