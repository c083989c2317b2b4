package io.c2d.k8s.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A refusal, as the Status object that a real server answers with. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final transient ObjectNode status;

    ApiError(int code, String reason, String message) {
        super(code + " " + reason + ": " + message);
        this.code = code;
        this.status = status(code, reason, message);
    }

    /** With the name of the object concerned, which an admission refusal has and a missing right has not. */
    ApiError about(Kind kind, String name) {
        status.putObject("details").put("kind", kind.plural()).put("name", name);
        return this;
    }

    static ApiError notFound(Kind kind, String name) {
        return new ApiError(404, "NotFound", kind.plural() + " \"" + name + "\" not found").about(kind, name);
    }

    static ApiError alreadyExists(Kind kind, String name, boolean beingDeleted) {
        String message = beingDeleted
                ? "object is being deleted: " + kind.plural() + " \"" + name + "\" already exists"
                : kind.plural() + " \"" + name + "\" already exists";
        return new ApiError(409, "AlreadyExists", message).about(kind, name);
    }

    static ApiError conflict(Kind kind, String name, String why) {
        return new ApiError(
                        409,
                        "Conflict",
                        "Operation cannot be fulfilled on " + kind.plural() + " \"" + name + "\": " + why)
                .about(kind, name);
    }

    static ApiError forbidden(Kind kind, String name, String why) {
        return new ApiError(403, "Forbidden", kind.plural() + " \"" + name + "\" is forbidden: " + why)
                .about(kind, name);
    }

    static ApiError invalid(Kind kind, String name, String why) {
        return new ApiError(422, "Invalid", kind.label() + " \"" + name + "\" is invalid: " + why).about(kind, name);
    }

    static ApiError badRequest(String why) {
        return new ApiError(400, "BadRequest", why);
    }

    int code() {
        return code;
    }

    ObjectNode status() {
        return status;
    }

    static ObjectNode status(int code, String reason, String message) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1").put("status", code < 300 ? "Success" : "Failure");
        return status.put("message", message).put("reason", reason).put("code", code);
    }
}
