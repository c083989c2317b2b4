package io.c2d.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import io.c2d.core.json.StrictJson;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a step's pod is told, as it lies in a Secret ({@code docs/decisions/0015-tasks-and-reports-of-pods.md}).
 *
 * @param step the try
 * @param stage for stage-in: what is to be staged in
 * @param policy for stage-in: what downloads may do
 * @param outputs for publish: whether outputs are published
 * @param filtered for publish: whether they are the filter's
 * @param instances for publish: how many instances the algorithm had
 * @param logBytes for publish: the most that is read of each file of the algorithm's log
 * @param maxOutputBytes for publish and a filter's copy: the most that all outputs have together; holes count in full
 * @param upload where to store, {@code null} for a filter's copy, which stores nothing
 */
record PodTask(
        StepId step,
        @Nullable Stage stage,
        DownloadPolicy policy,
        boolean outputs,
        boolean filtered,
        int instances,
        long logBytes,
        long maxOutputBytes,
        @Nullable Upload upload) {
    private static final int FORMAT = 1;

    /**
     * Where to store.
     *
     * @param target the try's own path on the server
     * @param token its right
     */
    record Upload(URI target, String token) {
        /** Leaves the token out. */
        @Override
        public String toString() {
            return "Upload[" + target + "]";
        }
    }

    /**
     * Reads a task.
     *
     * @throws IOException if it can't be read, or is none of a known form
     */
    static PodTask read(Path file) throws IOException {
        try {
            return parse(StrictJson.read(Files.readAllBytes(file)));
        } catch (ComputeException | IllegalArgumentException e) {
            throw new IOException("the task has no form that this worker knows: " + e.getMessage(), e);
        }
    }

    private static PodTask parse(JsonNode json) {
        if (json.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException("format " + json.path("format"));
        }
        StepId step = step(json.path("step"));
        boolean publishes = step.kind() == StepKind.PUBLISH;
        return new PodTask(
                step,
                step.kind() == StepKind.STAGE_IN ? stage(json.path("workflow")) : null,
                policy(json.path("downloads")),
                publishes && truth(json, "outputs"),
                publishes && truth(json, "filtered"),
                publishes ? Math.toIntExact(number(json, "instances")) : 1,
                publishes ? number(json, "logBytes") : 1,
                step.kind() == StepKind.STAGE_IN ? 1 : number(json, "maxOutputBytes"),
                step.kind() == StepKind.FILTER ? null : upload(json.path("upload")));
    }

    /** Whether outputs are those of the filter is never guessed: what has been taken out of them must not leave. */
    private static boolean truth(JsonNode json, String name) {
        if (!json.path(name).isBoolean()) {
            throw new IllegalArgumentException(name + " is true or false");
        }
        return json.path(name).booleanValue();
    }

    private static long number(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
            throw new IllegalArgumentException(name + " is a number from 1 on");
        }
        return value.longValue();
    }

    private static Stage stage(JsonNode workflow) {
        return WorkflowCodec.read(workflow, "/workflow").stages().get(0);
    }

    private static Upload upload(JsonNode json) {
        if (!json.path("target").isTextual() || !json.path("token").isTextual()) {
            throw new IllegalArgumentException("upload has a target and a token");
        }
        return new Upload(
                URI.create(json.path("target").textValue()), json.path("token").textValue());
    }

    private static StepId step(JsonNode json) {
        Optional<StepKind> kind = StepKind.ofLabel(json.path("kind").asText());
        return new StepId(
                new JobId(json.path("job").asText()),
                json.path("attempt").asInt(),
                json.path("stage").asInt(-1),
                kind.orElseThrow(() -> new IllegalArgumentException("a kind of step")),
                json.path("try").asInt());
    }

    private static DownloadPolicy policy(JsonNode json) {
        DownloadPolicy.Builder policy = DownloadPolicy.builder();
        ImmutableList.Builder<Network> networks = ImmutableList.builder();
        json.path("allowedNetworks").forEach(each -> networks.add(Network.parse(each.asText())));
        policy.allowedNetworks(networks.build());
        if (json.has("maxFileBytes")) {
            policy.maxFileBytes(json.path("maxFileBytes").asLong());
        }
        return policy.build();
    }
}
