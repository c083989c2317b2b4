package io.c2d.worker;

import io.c2d.core.model.StepId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is published. All of it is of tries that were seen ended.
 *
 * @param step the try of publish, under whose name it is stored
 * @param outputs the folder of the outputs, {@code null} where logs alone are published
 * @param algorithmLog what the algorithm printed, {@code null} where there is none
 * @param filterLog what the filter printed, {@code null} where there is none
 */
public record PublishRequest(
        StepId step,
        @Nullable Path outputs,
        @Nullable CapturedLog algorithmLog,
        @Nullable Path filterLog) {}
