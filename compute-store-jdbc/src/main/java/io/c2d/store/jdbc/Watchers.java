package io.c2d.store.jdbc;

import io.c2d.core.model.JobId;
import io.c2d.core.port.Subscription;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told of jobs that callers wrote: those of this process at once, other processes where the database can. */
final class Watchers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watchers.class);

    private final List<Consumer<JobId>> listeners = new CopyOnWriteArrayList<>();
    private final @Nullable PostgresNotifications others;

    Watchers(JdbcSettings settings, Dialect dialect, String installation) {
        others = dialect == Dialect.POSTGRESQL
                ? new PostgresNotifications(settings, installation, this::tellHere)
                : null;
    }

    Subscription watch(Consumer<JobId> listener) {
        listeners.add(listener);
        if (others != null) {
            others.listen();
        }
        return () -> listeners.remove(listener);
    }

    /** After the commit. */
    void tell(Collection<JobId> jobs) {
        jobs.forEach(this::tellHere);
        if (others != null && !jobs.isEmpty()) {
            others.send(jobs);
        }
    }

    /** As {@link #tell}, and others have been told when this returns: for what is told last before the end. */
    void tellNow(Collection<JobId> jobs) {
        jobs.forEach(this::tellHere);
        if (others != null && !jobs.isEmpty()) {
            others.sendNow(jobs);
        }
    }

    private void tellHere(JobId job) {
        for (Consumer<JobId> listener : listeners) {
            try {
                listener.accept(job);
            } catch (RuntimeException e) {
                // What was stored stays stored, and the other listeners are told.
                log.warn("a listener failed", e);
            }
        }
    }

    @Override
    public void close() {
        if (others != null) {
            others.close();
        }
    }
}
