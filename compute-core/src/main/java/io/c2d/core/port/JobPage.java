package io.c2d.core.port;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Job;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Some jobs, newest first by stored order.
 *
 * @param jobs the jobs
 * @param next the cursor of the following page, {@code null} where this is the last
 */
public record JobPage(ImmutableList<Job> jobs, @Nullable Long next) {
    /** The cursor of the following page, if there is one. */
    public Optional<Long> nextCursor() {
        return Optional.ofNullable(next);
    }
}
