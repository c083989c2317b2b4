package io.c2d.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Fault;
import io.c2d.core.model.JobId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The one form of errors: {@code {"error", "code", "details": [{"pointer", "message"}]}}, at a conflict with {@code jobId}.
 *
 * @param error one sentence
 * @param code the kind, kebab-case
 * @param details what is wrong with the request
 * @param job the job in the way, if one is
 */
public record ErrorBody(String error, String code, ImmutableList<Fault> details, Optional<JobId> job) {
    /** A request so broken that nothing can be pointed at but the whole. */
    public static ErrorBody malformed(String message) {
        return new ErrorBody(message, "invalid-request", ImmutableList.of(new Fault("", message)), Optional.empty());
    }

    /** A refusal without details. */
    public static ErrorBody of(String code, String message) {
        return new ErrorBody(message, code, ImmutableList.of(), Optional.empty());
    }

    /** The body as JSON in UTF-8. */
    public byte[] bytes() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("error", error);
        node.put("code", code);
        ArrayNode list = node.putArray("details");
        details.forEach(f -> list.addObject().put("pointer", f.pointer()).put("message", f.message()));
        job.ifPresent(id -> node.put("jobId", id.value()));
        return StrictJson.write(node).getBytes(StandardCharsets.UTF_8);
    }
}
