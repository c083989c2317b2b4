package io.c2d.core.port;

import com.google.common.collect.ImmutableTable;

/**
 * How many jobs wait for room.
 *
 * @param waiting by environment and owner key ({@link io.c2d.core.model.Owner#key()}); what does not wait is not in it
 */
public record QueueDepth(ImmutableTable<String, String, Integer> waiting) {
    /** Nothing waits. */
    public static final QueueDepth EMPTY = new QueueDepth(ImmutableTable.of());

    /** How many wait in an environment. */
    public int in(String environment) {
        return waiting.row(environment).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** How many of one owner wait in an environment. */
    public int of(String environment, String ownerKey) {
        Integer count = waiting.get(environment, ownerKey);
        return count == null ? 0 : count;
    }
}
