package io.c2d.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.ComputeException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's pod leaves as its termination message: JSON of at most 4 KiB, which is what the kubelet keeps. The list of
 * what was stored may be longer, so it is stored as well, and named here by size and hash.
 *
 * @param message one sentence for the caller, {@code null} where there is nothing to say
 * @param manifest the list of what was stored, {@code null} where nothing was
 */
record WorkerReport(@Nullable String message, @Nullable Manifest manifest) {
    /** A report that says nothing. */
    static final WorkerReport NONE = new WorkerReport(null, null);

    private static final int FORMAT = 1;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * Which list.
     *
     * @param size in bytes
     * @param sha256 64 lower-case hex digits
     */
    record Manifest(long size, String sha256) {}

    /** The list of what was stored, if anything was. */
    Optional<Manifest> stored() {
        return Optional.ofNullable(manifest);
    }

    /** The report of a message; what is no report of a known form says nothing. */
    static WorkerReport parse(@Nullable String message) {
        if (message == null || message.isBlank()) {
            return NONE;
        }
        JsonNode json;
        try {
            json = StrictJson.read(message);
        } catch (ComputeException e) {
            return NONE;
        }
        if (json.path("format").asInt() != FORMAT) {
            return NONE;
        }
        JsonNode list = json.path("manifest");
        String hash = list.path("sha256").asText();
        boolean named =
                list.path("size").canConvertToLong() && SHA256.matcher(hash).matches();
        return new WorkerReport(
                json.path("message").textValue(),
                named ? new Manifest(list.path("size").longValue(), hash) : null);
    }
}
