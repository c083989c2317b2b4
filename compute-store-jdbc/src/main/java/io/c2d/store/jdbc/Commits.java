package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Transition;
import java.util.List;

/** An engine's fenced write of a group: version, owner and lease are asked in the statement that changes the row. */
interface Commits {
    /**
     * Commits.
     *
     * @param transitions at least one, sorted by id and version
     * @return which jobs counted
     */
    ImmutableSet<JobId> commit(Database database, EngineId engine, List<Transition> transitions);
}
