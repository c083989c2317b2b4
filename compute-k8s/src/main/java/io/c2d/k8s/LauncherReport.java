package io.c2d.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.ComputeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the launcher leaves as the termination message of an algorithm's container. The algorithm could write there too, so
 * nothing rests on it that would help an algorithm: it only makes us wait for the kubelet's word, or explains an exit code.
 *
 * @param told whether the container was told to end before it did
 * @param open whether the network was not shut off, so that nothing was started
 * @param failure why the command could not be started, {@code null} where it was
 */
record LauncherReport(boolean told, boolean open, @Nullable String failure) {
    private static final LauncherReport NONE = new LauncherReport(false, false, null);
    private static final int FORMAT = 1;

    /** The report of a message; what is none says nothing. */
    static LauncherReport of(@Nullable String message) {
        if (message == null || !message.startsWith("{")) {
            return NONE;
        }
        try {
            JsonNode json = StrictJson.read(message);
            return json.path("format").asInt() == FORMAT
                    ? new LauncherReport(
                            json.path("told").asBoolean(),
                            json.path("open").asBoolean(),
                            json.path("notStarted").textValue())
                    : NONE;
        } catch (ComputeException e) {
            return NONE;
        }
    }

    /** Why the command could not be started. */
    Optional<String> notStarted() {
        return Optional.ofNullable(failure);
    }
}
