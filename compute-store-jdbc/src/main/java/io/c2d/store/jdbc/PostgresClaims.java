package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.json.AttemptCodec;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Environment;
import io.c2d.core.port.StoreUnavailableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims by one statement for what needs no room (also what a damaged row leaves without an owner), and by one for each environment in which jobs wait, behind that
 * environment's row lock: the count must be read after the lock is had, and a statement reads what was committed before it
 * began. No claim waits for the lock of a job; what somebody else has locked is left for the next time. The work depends on
 * how many engines own, owners wait and jobs run, never on how many jobs there are: distinct values are found by steps
 * from one to the next in their index.
 */
final class PostgresClaims implements Claims {
    private static final Logger log = LoggerFactory.getLogger(PostgresClaims.class);

    /** Far beyond any limit that is meant, and within what an interval takes. */
    private static final long LONGEST_SECONDS = 100L * 365 * 24 * 3600;

    private static final String ALIVE =
            "exists (select 1 from engines where engines.id = :engine and lease_until > clock_timestamp())";

    private static final String TAKE_FREE = """
            with recursive
            owning (engine) as (
                (select owner_engine from jobs where is_open and not is_waiting and owner_engine is not null
                    order by owner_engine limit 1)
                union all
                select (select owner_engine from jobs
                        where is_open and not is_waiting and owner_engine > owning.engine order by owner_engine limit 1)
                    from owning where engine is not null),
            place (environment) as (
                (select environment from jobs where is_waiting order by environment limit 1)
                union all
                select (select environment from jobs where is_waiting and environment > place.environment
                        order by environment limit 1)
                    from place where environment is not null),
            known (environment, queueing) as (
                select * from unnest(cast(:environments as text[]), cast(:queueing as float8[]))),
            free as (
                select id from jobs where is_free and format <= :format order by seq limit :max for update skip locked),
            orphaned as (
                select job.id from owning cross join lateral (
                    select id from jobs where is_open and not is_waiting and owner_engine = owning.engine
                        and format <= :format order by id limit :max for update skip locked) job
                where engine is not null and not exists (
                    select 1 from engines where engines.id = owning.engine and lease_until > clock_timestamp())
                limit :max),
            lost as (
                select id from jobs where is_open and not is_waiting and owner_engine is null and format <= :format
                order by id limit :max for update skip locked),
            late as (
                select job.id from place left join known using (environment) cross join lateral (
                    select id from jobs where is_waiting and environment = place.environment
                        and queued_at <= statement_timestamp() - make_interval(secs => coalesce(known.queueing, -86400))
                        and format <= :format order by queued_at limit :max for update skip locked) job
                where place.environment is not null limit :max),
            chosen as (select id from free union select id from orphaned union select id from lost
                union select id from late limit :max),
            taken as (
                update jobs set""" + " " + Claims.SET_CLAIMED + """

                where id = any(array(select id from chosen)) and\s""" + ALIVE + """

                returning id, seq)
            select id, cast(null as text) as environment, seq from taken
            union all select null, environment, null from place join known using (environment)
            order by seq""";

    private static final String TAKE_TURN =
            "select last_owner from claim_turns where environment = :environment for update";

    private static final String ADD_TURN =
            "insert into claim_turns (environment) values (:environment) on conflict do nothing";

    /**
     * Of each owner as many as may run at most; of these the ones whose turn it is. Among equals owners go round: whoever
     * comes behind the one that was served last is first.
     */
    private static final String TAKE_WAITING = """
            with recursive
            owner (owner_key) as (
                (select owner_key from jobs where is_waiting and environment = :environment order by owner_key limit 1)
                union all
                select (select owner_key from jobs
                        where is_waiting and environment = :environment and owner_key > owner.owner_key
                        order by owner_key limit 1)
                    from owner where owner_key is not null),
            held as (
                select owner_key, count(*) as jobs from jobs
                where holds_capacity and environment = :environment group by owner_key),
            room as (
                select greatest(0, least(:max, :maxJobs - (select coalesce(sum(jobs), 0) from held))) as jobs),
            waiting as (
                select job.id, job.seq, owner.owner_key, owner.owner_key <= :last as had_its_turn,
                    coalesce(held.jobs, 0) + row_number() over (
                    partition by owner.owner_key order by job.seq) as turn
                from owner left join held using (owner_key) cross join lateral (
                    select id, seq from jobs where is_waiting and environment = :environment
                        and jobs.owner_key = owner.owner_key and format <= :format
                    order by seq
                    limit greatest(0, least((select jobs from room), :maxJobsPerOwner - coalesce(held.jobs, 0)))) job
                where owner.owner_key is not null),
            chosen as (
                select *, row_number() over (order by turn, had_its_turn, owner_key, seq) as place from waiting
                order by place limit (select jobs from room)),
            locked as (
                select id from jobs where id = any(array(select id from chosen)) and is_waiting
                for update skip locked),
            taken as (
                update jobs set""" + " " + Claims.SET_CLAIMED + """

                where id = any(array(select id from locked)) and is_waiting and\s""" + ALIVE + """

                returning id),
            served as (
                update claim_turns set last_owner = (select owner_key from chosen order by place desc limit 1)
                where environment = :environment and exists (select 1 from chosen))
            select id from taken join chosen using (id) order by place""";

    private record Found(Optional<JobId> taken, Optional<String> waitedFor) {}

    /** Which environment comes first changes from claim to claim, so that none is always served last. */
    private final AtomicInteger first = new AtomicInteger();

    @Override
    public ImmutableList<JobId> claim(
            Database database, EngineId engine, ImmutableMap<String, Environment> environments, int max) {
        if (max < 1) {
            return ImmutableList.of();
        }
        List<Found> found = database.inStatement(handle -> takeFree(handle, engine, environments, max));
        List<JobId> taken = new ArrayList<>();
        List<String> waitedFor = new ArrayList<>();
        found.forEach(row -> {
            row.taken().ifPresent(taken::add);
            row.waitedFor().ifPresent(waitedFor::add);
        });
        Collections.rotate(waitedFor, waitedFor.isEmpty() ? 0 : first.incrementAndGet() % waitedFor.size());
        try {
            for (String name : waitedFor) {
                Environment environment = environments.get(name);
                if (environment != null && taken.size() < max) {
                    int most = max - taken.size();
                    taken.addAll(database.inTransaction(handle -> takeWaiting(handle, engine, environment, most)));
                }
            }
        } catch (StoreUnavailableException e) {
            if (taken.isEmpty()) {
                throw e;
            }
            log.warn("some environments were left out of a claim", e);
        }
        return ImmutableList.copyOf(taken);
    }

    private static List<Found> takeFree(
            Handle handle, EngineId engine, ImmutableMap<String, Environment> environments, int max) {
        List<Double> queueing = environments.values().stream()
                .map(environment -> (double) Math.min(
                        LONGEST_SECONDS, environment.limits().queueing().toSeconds()))
                .toList();
        return handle.createQuery(TAKE_FREE)
                .bind("engine", engine.value())
                .bindArray("environments", String.class, environments.keySet())
                .bindArray("queueing", Double.class, queueing)
                .bind("format", AttemptCodec.FORMAT)
                .bind("max", max)
                .map((row, context) -> new Found(
                        Optional.ofNullable(row.getString("id")).map(JobId::new),
                        Optional.ofNullable(row.getString("environment"))))
                .list();
    }

    /** Locks the environment's row; whose job was taken last. */
    private static String takeTurn(Handle handle, String environment) {
        while (true) {
            Optional<String> last = handle.createQuery(TAKE_TURN)
                    .bind("environment", environment)
                    .mapTo(String.class)
                    .findOne();
            if (last.isPresent()) {
                return last.get();
            }
            int added = handle.createUpdate(ADD_TURN)
                    .bind("environment", environment)
                    .execute();
            log.debug("{} environment begins to be claimed from", added);
        }
    }

    private static List<JobId> takeWaiting(Handle handle, EngineId engine, Environment environment, int max) {
        String last = takeTurn(handle, environment.name());
        return handle.createQuery(TAKE_WAITING)
                .bind("last", last)
                .bind("engine", engine.value())
                .bind("environment", environment.name())
                .bind("maxJobs", environment.quotas().maxJobs())
                .bind("maxJobsPerOwner", environment.quotas().maxJobsPerOwner())
                .bind("format", AttemptCodec.FORMAT)
                .bind("max", max)
                .mapTo(String.class)
                .map(JobId::new)
                .list();
    }
}
