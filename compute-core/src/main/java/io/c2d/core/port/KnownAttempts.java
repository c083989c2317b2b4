package io.c2d.core.port;

/**
 * Which attempts of a job may have anything outside of the store.
 *
 * @param lowest the lowest whose objects may still be in the cluster; one above the present one when none is left
 * @param present the present attempt
 * @param removed whether nothing but a tombstone is left
 */
public record KnownAttempts(int lowest, int present, boolean removed) {
    /** Whether objects of that attempt may be in the cluster. */
    public boolean mayBeInCluster(int attempt) {
        return attempt >= lowest && attempt <= present;
    }

    /** Whether artifacts of that attempt may be kept, or be on their way out by the engine's own hand. */
    public boolean mayHaveArtifacts(int attempt) {
        return !removed && (attempt == present || mayBeInCluster(attempt));
    }
}
