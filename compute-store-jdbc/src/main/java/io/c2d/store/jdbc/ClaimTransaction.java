package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.json.AttemptCodec;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Takes free jobs in stored order. Claims take turns by locking one row, so that no two count the same room; whoever comes
 * next sees what the one before took. Writes that run beside a claim only make room, and are fenced by the version.
 */
final class ClaimTransaction {
    private static final String TAKE_TURN = "select id from claim_turn where id = 1 for update";

    private static final String HELD =
            "select environment, count(*) as held from jobs where holds_capacity = true group by environment";

    private static final String WAITED_FOR = "select distinct environment from jobs where is_waiting = true";

    private static final String WAITING = """
            select seq, id, version from jobs
            where is_waiting = true and environment = :environment and format <= :format
            order by is_waiting, environment, seq fetch first :max rows only""";

    private static final String ABANDONED = """
            select seq, id, version from jobs
            where is_open = true and is_waiting = false and format <= :format
                and (owner_engine is null or claimed_attempt < attempt or not exists (
                    select 1 from engines where engines.id = jobs.owner_engine and lease_until > current_timestamp))
            order by is_open, is_waiting, seq fetch first :max rows only""";

    private static final String CLAIM = """
            update jobs set version = version + 1, owner_engine = :engine, claimed_attempt = attempt,
                is_waiting = false, holds_capacity = (running is not null)
            where id = :id and version = :version and\s""" + Leases.ALIVE;

    private record Candidate(long seq, JobId id, long version) {
        static Candidate read(ResultSet row, StatementContext context) throws SQLException {
            return new Candidate(row.getLong("seq"), new JobId(row.getString("id")), row.getLong("version"));
        }
    }

    private final Handle handle;
    private final EngineId engine;
    private final int max;

    private ClaimTransaction(Handle handle, EngineId engine, int max) {
        this.handle = handle;
        this.engine = engine;
        this.max = max;
    }

    static ImmutableList<JobId> run(Handle handle, EngineId engine, ImmutableMap<String, Integer> capacity, int max) {
        if (max < 1 || !Leases.isAlive(handle, engine)) {
            return ImmutableList.of();
        }
        return new ClaimTransaction(handle, engine, max).run(capacity);
    }

    private ImmutableList<JobId> run(ImmutableMap<String, Integer> capacity) {
        handle.createQuery(TAKE_TURN).mapTo(Integer.class).one();
        List<Candidate> free = new ArrayList<>(abandoned());
        Map<String, Integer> held = held();
        for (String environment : waitedFor()) {
            Integer limit = capacity.get(environment);
            // An unknown environment is nobody's limit: the engine takes the job and ends it.
            int room = limit == null ? max : limit - held.getOrDefault(environment, 0);
            if (room > 0) {
                free.addAll(waiting(environment, Math.min(room, max)));
            }
        }
        free.sort(Comparator.comparingLong(Candidate::seq));
        return claim(free.subList(0, Math.min(max, free.size())));
    }

    private Map<String, Integer> held() {
        return handle.createQuery(HELD)
                .map((row, context) -> Map.entry(row.getString("environment"), row.getInt("held")))
                .collect(ImmutableMap.toImmutableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private ImmutableSet<String> waitedFor() {
        return handle.createQuery(WAITED_FOR).mapTo(String.class).collect(ImmutableSet.toImmutableSet());
    }

    private List<Candidate> waiting(String environment, int most) {
        return handle.createQuery(WAITING)
                .bind("environment", environment)
                .bind("format", AttemptCodec.FORMAT)
                .bind("max", most)
                .map(Candidate::read)
                .list();
    }

    private List<Candidate> abandoned() {
        return handle.createQuery(ABANDONED)
                .bind("format", AttemptCodec.FORMAT)
                .bind("max", max)
                .map(Candidate::read)
                .list();
    }

    private ImmutableList<JobId> claim(List<Candidate> chosen) {
        if (chosen.isEmpty()) {
            return ImmutableList.of();
        }
        // Locks are taken in the order of ids, as everywhere; the answer is in stored order.
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
