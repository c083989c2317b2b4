package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.Transition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** An engine's fenced write of a group: version, owner and lease are asked in the statement that changes the row. */
final class CommitTransaction {
    private static final String UPDATE = "update jobs set " + JobRows.SET_STATE
            + " where id = :id and version = :expected and owner_engine = :engine and " + Leases.ALIVE;

    private CommitTransaction() {}

    static ImmutableSet<JobId> run(Handle handle, EngineId engine, ImmutableList<Transition> transitions) {
        if (transitions.isEmpty()) {
            return ImmutableSet.of();
        }
        List<Transition> sorted = transitions.stream()
                .sorted(Comparator.comparing((Transition t) -> t.next().id())
                        .thenComparing(Transition::expectedVersion))
                .toList();
        PreparedBatch batch = handle.prepareBatch(UPDATE);
        for (Transition transition : sorted) {
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
                events.add(sorted.get(i).event());
                won.add(sorted.get(i).next().id());
            }
        }
        EventRows.insert(handle, events);
        return won.build();
    }
}
