package io.c2d.core.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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

    /** An attempt as text. Written as a stream, since every transition writes one. */
    public static String write(Attempt attempt) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = MAPPER.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("number", attempt.number());
            json.writeNumberField("status", attempt.status().code());
            write(json, "since", attempt.since());
            json.writeStringField("anchor", attempt.anchor());
            write(json, "staged", attempt.staged());
            write(json, attempt.step());
            write(json, "runningSince", attempt.runningSince());
            write(json, attempt.end());
            write(json, attempt.artifacts());
            write(json, "troubleSince", attempt.troubleSince());
            write(json, "finished", attempt.finished());
            Outcome outcome = attempt.outcome();
            json.writeStringField("outcome", outcome == null ? null : outcome.wireName());
            json.writeObjectField("exitCode", attempt.exitCode());
            json.writeStringField("reason", attempt.reason());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("text is written to memory", e);
        }
        return text.toString();
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

    private static void write(JsonGenerator json, @Nullable StepTry step) throws IOException {
        if (step != null) {
            json.writeObjectFieldStart("step");
            write(json, "id", step.id());
            json.writeStringField("engine", step.engine().value());
            write(json, "since", step.since());
            json.writeNumberField("failures", step.failures());
            json.writeEndObject();
        }
    }

    private static StepTry readStep(JobId job, JsonNode node) {
        return new StepTry(
                readStepId(job, node.required("id")),
                new EngineId(node.required("engine").textValue()),
                required(instant(node, "since"), "since"),
                node.path("failures").intValue());
    }

    private static void write(JsonGenerator json, String name, @Nullable StepId id) throws IOException {
        if (id != null) {
            json.writeObjectFieldStart(name);
            json.writeNumberField("attempt", id.attempt());
            json.writeNumberField("stage", id.stage());
            json.writeStringField("kind", id.kind().label());
            json.writeNumberField("try", id.tryNumber());
            json.writeEndObject();
        }
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

    private static void write(JsonGenerator json, @Nullable AlgorithmEnd end) throws IOException {
        if (end != null) {
            json.writeObjectFieldStart("end");
            json.writeStringField("outcome", end.outcome().wireName());
            json.writeObjectField("exitCode", end.exitCode());
            json.writeStringField("reason", end.reason());
            json.writeBooleanField("withOutputs", end.withOutputs());
            write(json, "algorithm", end.algorithm());
            write(json, "filter", end.filter());
            json.writeEndObject();
        }
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

    private static void write(JsonGenerator json, ImmutableList<Artifact> artifacts) throws IOException {
        if (!artifacts.isEmpty()) {
            json.writeArrayFieldStart("artifacts");
            for (Artifact artifact : artifacts) {
                json.writeStartObject();
                json.writeStringField("path", artifact.path());
                json.writeStringField("role", artifact.role().name());
                json.writeNumberField("size", artifact.size());
                json.writeStringField("sha256", artifact.sha256());
                write(json, "step", artifact.step());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
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

    private static void write(JsonGenerator json, String name, @Nullable Instant instant) throws IOException {
        if (instant != null) {
            json.writeStringField(name, instant.toString());
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
