package io.c2d.core.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What runs: its own code, which wins, or a file elsewhere, in a container.
 *
 * @param id its DID, {@code ""} for raw code without one
 * @param rawCode the code itself, if given
 * @param file where the code is, if given and no raw code is
 * @param container what runs it
 */
public record Algorithm(
        String id, @Nullable String rawCode, @Nullable RemoteFile file, ContainerImage container) {
    /** Checks that exactly one source is there. */
    public Algorithm {
        if ((rawCode == null) == (file == null)) {
            throw new IllegalArgumentException("an algorithm has raw code or a file");
        }
    }

    /** The code itself, if given so. */
    public Optional<String> raw() {
        return Optional.ofNullable(rawCode);
    }

    /** Where the code is, if it is elsewhere. */
    public Optional<RemoteFile> remote() {
        return Optional.ofNullable(file);
    }
}
