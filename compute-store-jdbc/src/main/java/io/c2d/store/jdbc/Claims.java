package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Environment;

/** How jobs are claimed, as {@link io.c2d.core.port.JobStore#claim} says. Thread-safe. */
interface Claims {
    /** Of a claim's write, what it sets: an attempt that has ended takes no room in another's hands either. */
    String SET_CLAIMED = """
            version = version + 1, owner_engine = :engine, claimed_attempt = attempt, is_waiting = false, is_free = false,
            unseen_wish = false, holds_capacity = (running is not null)""";

    /** Claims; what was taken is the engine's when this returns. */
    ImmutableList<JobId> claim(
            Database database, EngineId engine, ImmutableMap<String, Environment> environments, int max);
}
