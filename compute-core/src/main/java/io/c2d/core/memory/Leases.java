package io.c2d.core.memory;

import com.google.common.base.Preconditions;
import io.c2d.core.model.EngineId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Until when each engine's lease lives; ids that were used stay. Not thread-safe: its store's lock guards it. */
final class Leases {
    private final Map<EngineId, Instant> until = new HashMap<>();

    void open(EngineId engine, Instant now, Duration length) {
        Preconditions.checkState(!until.containsKey(engine), "engine id %s was used before", engine);
        until.put(engine, now.plus(length));
    }

    /** Whether there was a living lease to renew. */
    boolean renew(EngineId engine, Instant now, Duration length) {
        boolean alive = isAlive(engine, now);
        if (alive) {
            until.put(engine, now.plus(length));
        }
        return alive;
    }

    void release(EngineId engine) {
        until.replace(engine, Instant.MIN);
    }

    boolean isAlive(EngineId engine, Instant now) {
        return until.getOrDefault(engine, Instant.MIN).isAfter(now);
    }
}
