package io.c2d.core.port;

import com.google.common.collect.ImmutableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster shows of one job now: no history, no opinion.
 *
 * @param live whether it was read from the cluster itself in this call, not from a cache
 * @param attempts for each attempt from the lowest to the present one, whether anything of it is there
 * @param anchorIdentity the identity of the present attempt's anchor where that is there, else {@code null}
 * @param currentStep the present try, {@code null} where the job is at none
 */
public record Observation(
        boolean live,
        ImmutableMap<Integer, Presence> attempts,
        @Nullable String anchorIdentity,
        @Nullable StepSeen currentStep) {

    /** Whether anything of an attempt is there. */
    public Presence attempt(int number) {
        return attempts.getOrDefault(number, Presence.UNKNOWN);
    }

    /** The present attempt's anchor, where it is there. */
    public Optional<String> anchor() {
        return Optional.ofNullable(anchorIdentity);
    }

    /** The present try, where the job is at one. */
    public Optional<StepSeen> step() {
        return Optional.ofNullable(currentStep);
    }
}
