package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Since when something has been looking like an orphan: what no longer does is forgotten. Not thread-safe. */
final class Orphans<T> {
    private final Duration grace;
    private final Map<T, Instant> since = new HashMap<>();

    Orphans(Duration grace) {
        this.grace = grace;
    }

    /** Those of the present orphans that have been some for as long as the grace. */
    ImmutableList<T> due(ImmutableList<T> present, Instant now) {
        since.keySet().retainAll(present);
        present.forEach(each -> since.putIfAbsent(each, now));
        return present.stream()
                .filter(each -> !now.isBefore(since.getOrDefault(each, now).plus(grace)))
                .collect(ImmutableList.toImmutableList());
    }
}
