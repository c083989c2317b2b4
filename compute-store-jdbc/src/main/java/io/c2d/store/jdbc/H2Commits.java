package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.Transition;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** A batch of updates, then a batch of the events of those that counted. */
final class H2Commits implements Commits {
    private static final String UPDATE = "update jobs set " + JobRows.SET_STATE
            + " where id = :id and version = :expected and owner_engine = :engine and " + Leases.ALIVE;

    @Override
    public ImmutableSet<JobId> commit(Database database, EngineId engine, List<Transition> transitions) {
        return database.inTransaction(handle -> run(handle, engine, transitions));
    }

    private static ImmutableSet<JobId> run(Handle handle, EngineId engine, List<Transition> transitions) {
        PreparedBatch batch = handle.prepareBatch(UPDATE);
        for (Transition transition : transitions) {
            JobRows.bindState(batch, transition.next())
                    .bind("id", transition.next().id().value())
                    .bind("expected", transition.expectedVersion())
                    .bind("engine", engine.value())
                    .add();
        }
        int[] counts = batch.execute();
        List<JobEvent> events = new ArrayList<>();
        ImmutableSet.Builder<JobId> won = ImmutableSet.builder();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 1) {
                events.add(transitions.get(i).event());
                won.add(transitions.get(i).next().id());
            }
        }
        EventRows.insert(handle, events);
        return won.build();
    }
}
