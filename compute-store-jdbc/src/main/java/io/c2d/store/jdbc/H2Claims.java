package io.c2d.store.jdbc;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Table;
import io.c2d.core.json.AttemptCodec;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Environment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Claims in one transaction of several statements, which cost little inside of one process. All claims take turns, whatever
 * the environment; whoever comes next sees what the one before took. Writes that run beside a claim only make room, and are
 * fenced by the version.
 */
final class H2Claims implements Claims {
    private static final String TAKE_TURN = "select environment from claim_turns where environment = '' for update";

    private static final String LAST_OWNER = "select last_owner from claim_turns where environment = :environment";

    private static final String SERVED =
            "merge into claim_turns (environment, last_owner) key (environment) values (:environment, :owner)";

    private static final String HELD = """
            select environment, owner_key, count(*) as held from jobs where holds_capacity = true
            group by environment, owner_key""";

    private static final String WAITED_FOR = "select distinct environment from jobs where is_waiting = true";

    private static final String ABANDONED = """
            select seq, id, version, owner_key from jobs
            where is_open = true and is_waiting = false and format <= :format
                and (owner_engine is null or claimed_attempt < attempt or not exists (
                    select 1 from engines where engines.id = jobs.owner_engine and lease_until > current_timestamp))
            order by is_open, is_waiting, seq fetch first :max rows only""";

    private static final String LATE = """
            select seq, id, version, owner_key from jobs
            where is_waiting = true and environment = :environment and queued_at <= :due and format <= :format
            order by is_waiting, environment, queued_at fetch first :max rows only""";

    private static final String WAITING = """
            select seq, id, version, owner_key from jobs
            where is_waiting = true and environment = :environment and queued_at > :due and format <= :format
            order by seq""";

    private static final String CLAIM =
            "update jobs set " + Claims.SET_CLAIMED + " where id = :id and version = :version and " + Leases.ALIVE;

    private record Candidate(long seq, JobId id, long version, String owner) {
        static Candidate read(ResultSet row, StatementContext context) throws SQLException {
            return new Candidate(
                    row.getLong("seq"),
                    new JobId(row.getString("id")),
                    row.getLong("version"),
                    row.getString("owner_key"));
        }
    }

    /** Among equals owners go round: whoever comes behind the one that was served last is first. */
    private record Waiting(Candidate job, Environment environment, int turn, boolean hadItsTurn) {
        private static final Comparator<Waiting> ORDER = Comparator.comparingInt(Waiting::turn)
                .thenComparing(Waiting::hadItsTurn)
                .thenComparing(next -> next.job().owner())
                .thenComparingLong(next -> next.job().seq());
    }

    @Override
    public ImmutableList<JobId> claim(
            Database database, EngineId engine, ImmutableMap<String, Environment> environments, int max) {
        return database.inTransaction(handle -> {
            if (max < 1 || !Leases.isAlive(handle, engine)) {
                return ImmutableList.of();
            }
            handle.createQuery(TAKE_TURN).mapTo(String.class).one();
            return new Turn(handle, engine, environments, max).run();
        });
    }

    /** One claim, while it has the turn. */
    private static final class Turn {
        private final Handle handle;
        private final EngineId engine;
        private final ImmutableMap<String, Environment> environments;
        private final int max;
        private final Table<String, String, Integer> held = HashBasedTable.create();
        private final Map<String, Integer> running = new HashMap<>();

        Turn(Handle handle, EngineId engine, ImmutableMap<String, Environment> environments, int max) {
            this.handle = handle;
            this.engine = engine;
            this.environments = environments;
            this.max = max;
        }

        ImmutableList<JobId> run() {
            Instant now = StoredTime.now(handle);
            List<Candidate> chosen = new ArrayList<>(list(ABANDONED, null, null));
            List<Waiting> waiting = new ArrayList<>();
            count();
            for (String name :
                    handle.createQuery(WAITED_FOR).mapTo(String.class).list()) {
                Environment environment = environments.get(name);
                if (environment == null) {
                    // Nobody's limit: the engine takes the job and ends it.
                    chosen.addAll(list(LATE, name, now.plus(Duration.ofDays(1))));
                } else {
                    Instant due = now.minus(environment.limits().queueing());
                    chosen.addAll(list(LATE, name, due));
                    String last = lastOwner(name);
                    waiting.addAll(turns(environment, last, list(WAITING, name, due)));
                }
            }
            chosen.sort(Comparator.comparingLong(Candidate::seq));
            waiting.sort(Waiting.ORDER);
            Map<String, String> served = new HashMap<>();
            for (Waiting next : waiting) {
                if (chosen.size() < max && takeRoom(next)) {
                    chosen.add(next.job());
                    served.put(next.environment().name(), next.job().owner());
                }
            }
            served.forEach((environment, owner) -> handle.createUpdate(SERVED)
                    .bind("environment", environment)
                    .bind("owner", owner)
                    .execute());
            return claim(chosen.subList(0, Math.min(max, chosen.size())));
        }

        private String lastOwner(String environment) {
            return handle.createQuery(LAST_OWNER)
                    .bind("environment", environment)
                    .mapTo(String.class)
                    .findOne()
                    .orElse("");
        }

        private List<Candidate> list(String sql, @Nullable String environment, @Nullable Instant due) {
            Query query = handle.createQuery(sql).bind("format", AttemptCodec.FORMAT);
            if (environment != null) {
                query.bind("environment", environment).bind("due", due);
            }
            if (sql.contains(":max")) {
                query.bind("max", max);
            }
            return query.map(Candidate::read).list();
        }

        private void count() {
            handle.createQuery(HELD)
                    .map((row, context) -> {
                        running.merge(row.getString("environment"), row.getInt("held"), Integer::sum);
                        return held.put(row.getString("environment"), row.getString("owner_key"), row.getInt("held"));
                    })
                    .list();
        }

        /** A job's turn: how many of its owner's run or wait before it, and itself. */
        private List<Waiting> turns(Environment environment, String last, List<Candidate> jobs) {
            Map<String, Integer> turns = new HashMap<>(held.row(environment.name()));
            return jobs.stream()
                    .map(job -> new Waiting(
                            job,
                            environment,
                            turns.merge(job.owner(), 1, Integer::sum),
                            job.owner().compareTo(last) <= 0))
                    .toList();
        }

        private boolean takeRoom(Waiting next) {
            String name = next.environment().name();
            Environment.Quotas quotas = next.environment().quotas();
            // What stands before a job in its owner's line is taken before it or has no room either.
            if (running.getOrDefault(name, 0) >= quotas.maxJobs() || next.turn() > quotas.maxJobsPerOwner()) {
                return false;
            }
            running.merge(name, 1, Integer::sum);
            return true;
        }

        private ImmutableList<JobId> claim(List<Candidate> chosen) {
            if (chosen.isEmpty()) {
                return ImmutableList.of();
            }
            // Locks are taken in the order of ids, as everywhere.
            List<Candidate> sorted =
                    chosen.stream().sorted(Comparator.comparing(Candidate::id)).toList();
            PreparedBatch batch = handle.prepareBatch(CLAIM);
            for (Candidate candidate : sorted) {
                batch.bind("engine", engine.value())
                        .bind("id", candidate.id().value())
                        .bind("version", candidate.version())
                        .add();
            }
            int[] counts = batch.execute();
            ImmutableSet.Builder<JobId> won = ImmutableSet.builder();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] == 1) {
                    won.add(sorted.get(i).id());
                }
            }
            ImmutableSet<JobId> taken = won.build();
            return chosen.stream().map(Candidate::id).filter(taken::contains).collect(ImmutableList.toImmutableList());
        }
    }
}
