package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import io.c2d.core.json.AttemptCodec;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Transition;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * A whole group, updates and events, in one statement and one round trip, which is the transaction: nothing is waited for
 * between the first row lock and the commit. Rows are locked in the order of their ids, as by everybody.
 */
final class PostgresCommits implements Commits {
    private static final String COMMIT = """
            with given as (
                select * from unnest(
                    cast(:ids as text[]), cast(:expected as int8[]), cast(:attempts as int4[]), cast(:statuses as int4[]),
                    cast(:running as bool[]), cast(:finishedAt as timestamptz[]), cast(:stopCodes as int4[]),
                    cast(:stopAt as timestamptz[]), cast(:deleteAt as timestamptz[]), cast(:lowest as int4[]),
                    cast(:removed as bool[]), cast(:open as bool[]), cast(:waiting as bool[]), cast(:free as bool[]),
                    cast(:holding as bool[]), cast(:retained as bool[]), cast(:documents as text[]),
                    cast(:at as timestamptz[]), cast(:notes as text[]))
                as g (id, expected, attempt, status, running, finished_at, stop_code, stop_at, delete_at, lowest_attempt,
                    removed, is_open, is_waiting, is_free, holds_capacity, is_retained, document, happened_at, note)),
            locked as (select id from jobs where id = any(cast(:ids as text[])) order by id for update),
            written as (
                update jobs set version = g.expected + 1, attempt = g.attempt, status = g.status, running = g.running,
                    finished_at = g.finished_at, stop_code = g.stop_code, stop_at = g.stop_at, delete_at = g.delete_at,
                    lowest_attempt = g.lowest_attempt, removed = g.removed, is_open = g.is_open,
                    is_waiting = g.is_waiting, is_free = g.is_free, holds_capacity = g.holds_capacity,
                    unseen_wish = false, is_retained = g.is_retained, format = :format, document = g.document
                from given g
                where jobs.id = g.id and g.id = any(array(select id from locked)) and jobs.version = g.expected
                    and jobs.owner_engine = :engine and exists (
                        select 1 from engines where engines.id = :engine and lease_until > clock_timestamp())
                returning jobs.id, g.expected + 1 as version, g.attempt, g.status, g.happened_at, g.note)
            insert into job_events (job_id, version, attempt, status, happened_at, note)
            select id, version, attempt, status, happened_at, note from written returning job_id""";

    @Override
    public ImmutableSet<JobId> commit(Database database, EngineId engine, List<Transition> transitions) {
        ImmutableSet.Builder<JobId> won = ImmutableSet.builder();
        List<Transition> left = transitions;
        // One statement can't write a row twice, so a second transition of a job waits for the next one.
        while (!left.isEmpty()) {
            Set<JobId> jobs = new HashSet<>();
            Map<Boolean, List<Transition>> parts = left.stream()
                    .collect(Collectors.partitioningBy(
                            next -> jobs.add(next.next().id())));
            List<Transition> now = parts.getOrDefault(true, List.of());
            List<JobId> counted = database.inStatement(handle -> run(handle, engine, now));
            won.addAll(counted);
            left = parts.getOrDefault(false, List.of());
        }
        return won.build();
    }

    private static List<JobId> run(Handle handle, EngineId engine, List<Transition> group) {
        List<Job> jobs = Lists.transform(group, Transition::next);
        Query query = handle.createQuery(COMMIT).bind("engine", engine.value()).bind("format", AttemptCodec.FORMAT);
        bind(query, "ids", String.class, jobs, job -> job.id().value());
        bind(query, "expected", Long.class, group, Transition::expectedVersion);
        bind(query, "attempts", Integer.class, jobs, job -> job.attempt().number());
        bind(query, "statuses", Integer.class, jobs, job -> job.status().code());
        bind(query, "running", Boolean.class, jobs, job -> job.isFinished() ? null : Boolean.TRUE);
        bind(query, "finishedAt", String.class, jobs, job -> time(job.attempt().finished()));
        bind(query, "stopCodes", Integer.class, jobs, job -> job.wishes().stop().code());
        bind(query, "stopAt", String.class, jobs, job -> time(job.wishes().stopAt()));
        bind(query, "deleteAt", String.class, jobs, job -> time(job.wishes().deleteAt()));
        bind(query, "lowest", Integer.class, jobs, Job::lowestAttempt);
        bind(query, "removed", Boolean.class, jobs, Job::removed);
        bind(query, "open", Boolean.class, jobs, Job::isOpen);
        bind(query, "waiting", Boolean.class, jobs, Job::isWaitingForRoom);
        bind(query, "free", Boolean.class, jobs, JobRows::isFree);
        bind(query, "holding", Boolean.class, jobs, Job::holdsCapacity);
        bind(query, "retained", Boolean.class, jobs, Job::isRetained);
        bind(query, "documents", String.class, jobs, job -> AttemptCodec.write(job.attempt()));
        bind(query, "at", String.class, group, transition -> time(transition.at()));
        bind(
                query,
                "notes",
                String.class,
                group,
                transition -> transition.event().note());
        return query.mapTo(String.class).map(JobId::new).list();
    }

    private static <F, T> void bind(
            Query query, String name, Class<T> type, List<F> from, Function<F, @Nullable T> value) {
        Object[] values = new Object[from.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(from.get(i));
        }
        query.bindArray(name, type, values);
    }

    private static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : StoredTime.cut(instant).toString();
    }
}
