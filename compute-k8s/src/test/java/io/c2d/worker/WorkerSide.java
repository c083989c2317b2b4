package io.c2d.worker;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.StepEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the worker makes of what this module writes, and the other way round. */
public final class WorkerSide {
    private WorkerSide() {}

    /** The parts of a task as the worker has read them. */
    public record Read(
            StepId step,
            @Nullable Stage stage,
            ImmutableList<String> networks,
            long maxFileBytes,
            boolean outputs,
            boolean filtered,
            int instances,
            long logBytes,
            long maxOutputBytes,
            @Nullable String target,
            @Nullable String token) {}

    /** Reads a task as the worker does. */
    public static Read read(Path file, String json) throws IOException {
        PodTask task = PodTask.read(Files.writeString(file, json));
        PodTask.Upload upload = task.upload();
        return new Read(
                task.step(),
                task.stage(),
                task.policy().allowedNetworks().stream()
                        .map(Network::toString)
                        .collect(ImmutableList.toImmutableList()),
                task.policy().maxFileBytes(),
                task.outputs(),
                task.filtered(),
                task.instances(),
                task.logBytes(),
                task.maxOutputBytes(),
                upload == null ? null : upload.target().toString(),
                upload == null ? null : upload.token());
    }

    /** Stores the list of what was stored, and gives the termination message of an end. */
    public static String report(ArtifactStore store, StepId step, StepEnd end, Path message) throws IOException {
        Artifact manifest = PodReport.storeManifest(ArtifactSink.of(store), step, end.artifacts());
        PodReport.write(Files.writeString(message, ""), end, manifest);
        return Files.readString(message);
    }
}
