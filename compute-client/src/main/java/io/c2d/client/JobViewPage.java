package io.c2d.client;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Some jobs, newest first.
 *
 * @param jobs the jobs
 * @param following what asks for the following page, {@code null} where this is the last
 */
public record JobViewPage(
        ImmutableList<JobView> jobs, @Nullable JobFilter following) {
    /** What asks for the following page, if there is one. */
    public Optional<JobFilter> next() {
        return Optional.ofNullable(following);
    }
}
