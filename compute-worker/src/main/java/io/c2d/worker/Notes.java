package io.c2d.worker;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** Lines for a log, the first hundred of them: hostile code could cause any number. For one thread. */
final class Notes {
    private static final int MAX = 100;

    private final List<String> lines = new ArrayList<>();
    private long dropped;

    void add(String line) {
        if (lines.size() < MAX) {
            lines.add(line);
        } else {
            dropped++;
        }
    }

    ImmutableList<String> lines() {
        ImmutableList.Builder<String> all = ImmutableList.<String>builder().addAll(lines);
        if (dropped > 0) {
            all.add("and " + dropped + " more left out");
        }
        return all.build();
    }
}
