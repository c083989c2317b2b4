package io.c2d.core.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of an {@link Attempt}, for stores that keep it as text. {@link #FORMAT} rises with every change of form
 * that an older engine would misread; stored rows of every released format are test fixtures. Thread-safe.
 */
public final class AttemptCodec {
    /** The newest form that this version writes and reads. */
    public static final int FORMAT = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private AttemptCodec() {}

    /** An attempt as text. */
    public static String write(Attempt attempt) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("number", attempt.number());
        root.put("status", attempt.status().code());
        put(root, "since", attempt.since());
        root.put("anchor", attempt.anchor());
        if (attempt.staged() != null) {
            root.set("staged", stepId(attempt.staged()));
        }
        if (attempt.step() != null) {
            root.set("step", step(attempt.step()));
        }
        put(root, "runningSince", attempt.runningSince());
        if (attempt.end() != null) {
            root.set("end", end(attempt.end()));
        }
        for (Artifact artifact : attempt.artifacts()) {
            root.withArray("/artifacts").add(artifact(artifact));
        }
        put(root, "troubleSince", attempt.troubleSince());
        put(root, "finished", attempt.finished());
        root.put("outcome", attempt.outcome() == null ? null : attempt.outcome().wireName());
        root.put("exitCode", attempt.exitCode());
        root.put("reason", attempt.reason());
        return root.toString();
    }

    /**
     * An attempt from text.
     *
     * @throws IllegalArgumentException where the text is no attempt of a form that this version knows
     */
    public static Attempt read(JobId job, String text) {
        JsonNode root;
        try {
            root = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a stored attempt of job " + job + " is no JSON", e);
        }
        int number = root.required("number").intValue();
        ImmutableList.Builder<Artifact> artifacts = ImmutableList.builder();
        root.path("artifacts").forEach(a -> artifacts.add(readArtifact(job, a)));
        return new Attempt(
                number,
                JobStatus.ofCode(root.required("status").intValue())
                        .orElseThrow(() -> new IllegalArgumentException("an unknown status in job " + job)),
                required(instant(root, "since"), "since"),
                text(root, "anchor"),
                root.hasNonNull("staged") ? readStepId(job, root.get("staged")) : null,
                root.hasNonNull("step") ? readStep(job, root.get("step")) : null,
                instant(root, "runningSince"),
                root.hasNonNull("end") ? readEnd(job, root.get("end")) : null,
                artifacts.build(),
                instant(root, "troubleSince"),
                instant(root, "finished"),
                root.hasNonNull("outcome") ? outcome(root.get("outcome")) : null,
                root.hasNonNull("exitCode")
                        ? Integer.valueOf(root.get("exitCode").intValue())
                        : null,
                text(root, "reason"));
    }

    private static ObjectNode step(StepTry step) {
        ObjectNode node = MAPPER.createObjectNode();
        node.set("id", stepId(step.id()));
        node.put("engine", step.engine().value());
        put(node, "since", step.since());
        node.put("failures", step.failures());
        return node;
    }

    private static StepTry readStep(JobId job, JsonNode node) {
        return new StepTry(
                readStepId(job, node.required("id")),
                new EngineId(node.required("engine").textValue()),
                required(instant(node, "since"), "since"),
                node.path("failures").intValue());
    }

    private static ObjectNode stepId(StepId id) {
        return MAPPER.createObjectNode()
                .put("attempt", id.attempt())
                .put("stage", id.stage())
                .put("kind", id.kind().label())
                .put("try", id.tryNumber());
    }

    private static StepId readStepId(JobId job, JsonNode node) {
        String label = node.required("kind").textValue();
        for (StepKind kind : StepKind.values()) {
            if (kind.label().equals(label)) {
                return new StepId(
                        job,
                        node.required("attempt").intValue(),
                        node.required("stage").intValue(),
                        kind,
                        node.required("try").intValue());
            }
        }
        throw new IllegalArgumentException("an unknown step in job " + job);
    }

    private static ObjectNode end(AlgorithmEnd end) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("outcome", end.outcome().wireName())
                .put("exitCode", end.exitCode())
                .put("reason", end.reason())
                .put("withOutputs", end.withOutputs());
        node.set("algorithm", stepId(end.algorithm()));
        if (end.filter() != null) {
            node.set("filter", stepId(end.filter()));
        }
        return node;
    }

    private static AlgorithmEnd readEnd(JobId job, JsonNode node) {
        return new AlgorithmEnd(
                outcome(node.required("outcome")),
                node.hasNonNull("exitCode")
                        ? Integer.valueOf(node.get("exitCode").intValue())
                        : null,
                text(node, "reason"),
                readStepId(job, node.required("algorithm")),
                node.hasNonNull("filter") ? readStepId(job, node.get("filter")) : null,
                node.required("withOutputs").booleanValue());
    }

    private static ObjectNode artifact(Artifact artifact) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("path", artifact.path())
                .put("role", artifact.role().name())
                .put("size", artifact.size())
                .put("sha256", artifact.sha256());
        node.set("step", stepId(artifact.step()));
        return node;
    }

    private static Artifact readArtifact(JobId job, JsonNode node) {
        return new Artifact(
                readStepId(job, node.required("step")),
                node.required("path").textValue(),
                Artifact.Role.valueOf(node.required("role").textValue()),
                node.required("size").longValue(),
                node.required("sha256").textValue());
    }

    private static Outcome outcome(JsonNode node) {
        return Outcome.ofWireName(node.asText()).orElseThrow(() -> new IllegalArgumentException("an unknown outcome"));
    }

    private static void put(ObjectNode node, String name, @Nullable Instant instant) {
        if (instant != null) {
            node.put(name, instant.toString());
        }
    }

    private static @Nullable Instant instant(JsonNode node, String name) {
        return node.hasNonNull(name) ? Instant.parse(node.get(name).textValue()) : null;
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.hasNonNull(name) ? node.get(name).textValue() : null;
    }

    private static Instant required(@Nullable Instant instant, String name) {
        if (instant == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return instant;
    }
}
