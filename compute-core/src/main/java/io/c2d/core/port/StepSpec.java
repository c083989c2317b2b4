package io.c2d.core.port;

import io.c2d.core.model.EngineId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One try to be started.
 *
 * @param id its name
 * @param anchor the stored identity of the anchor that it hangs on; with another one there it must not start
 * @param engine the engine that starts it
 * @param owner whose job it is
 * @param stage what the workflow says
 * @param environment where it runs
 * @param limit the limit that the cluster itself holds; looser than the engine's own
 * @param stagedBy the try of stage-in whose folders hold inputs and algorithm; {@code null} for stage-in itself
 * @param algorithm the algorithm's try whose outputs and log are read; {@code null} for stage-in and algorithm
 * @param filter for publish: the filter's try, whose log is read and whose outputs instead, {@code null} without
 * @param withOutputs for publish: whether outputs are published, or logs alone
 */
public record StepSpec(
        StepId id,
        String anchor,
        EngineId engine,
        Owner owner,
        Stage stage,
        Environment environment,
        Duration limit,
        @Nullable StepId stagedBy,
        @Nullable StepId algorithm,
        @Nullable StepId filter,
        boolean withOutputs) {

    /** The try of stage-in that is read, if one is. */
    public Optional<StepId> staged() {
        return Optional.ofNullable(stagedBy);
    }

    /** The algorithm's try that is read, if one is. */
    public Optional<StepId> resultsOf() {
        return Optional.ofNullable(algorithm);
    }

    /** The filter's try that is read, if one is. */
    public Optional<StepId> filteredBy() {
        return Optional.ofNullable(filter);
    }
}
