package io.c2d.core.model;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a stage asks of the cluster.
 *
 * @param instances how many containers run the algorithm
 * @param namespace the environment's name as the caller wrote it, {@code null} where none was given
 * @param maxTime the longest that the algorithm may run, {@code null} where the environment's limit alone holds
 */
public record ComputeRequirements(
        int instances, @Nullable String namespace, @Nullable Duration maxTime) {
    /** The environment's name, if given. */
    public Optional<String> environment() {
        return Optional.ofNullable(namespace);
    }
}
