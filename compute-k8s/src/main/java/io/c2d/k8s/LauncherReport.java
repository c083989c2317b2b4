package io.c2d.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.ComputeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the launcher leaves as the termination message of an algorithm's container. The algorithm could write there too, so
 * nothing rests on it that would help an algorithm, and no text of it is shown: it only makes us wait for the kubelet's word,
 * try anew, or explain an exit code.
 *
 * @param told whether the container was told to end before it did
 * @param open whether the network was not shut off, so that nothing was started
 * @param errno why the command could not be started, {@code null} where it was
 */
record LauncherReport(boolean told, boolean open, @Nullable Integer errno) {
    private static final LauncherReport NONE = new LauncherReport(false, false, null);
    private static final int FORMAT = 1;
    /** The exit codes of a shell for what it can't start. */
    private static final int NOT_FOUND = 127;

    private static final int NOT_RUN = 126;

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
                            json.path("errno").canConvertToInt()
                                    ? json.path("errno").intValue()
                                    : null)
                    : NONE;
        } catch (ComputeException e) {
            return NONE;
        }
    }

    /** Whether the launcher started nothing, since the network was open: it then exits as for what it can't run. */
    boolean keptBack(int code) {
        return open && code == NOT_RUN;
    }

    /** Why the command could not be started, where this exit code says that it was not. */
    Optional<String> notStarted(int code) {
        if (errno == null || (code != NOT_FOUND && code != NOT_RUN)) {
            return Optional.empty();
        }
        // errno(3), the numbers that execve(2) gives on Linux.
        return Optional.of(
                switch (errno) {
                    case 2 -> "no such program in the image";
                    case 8 -> "it is no program of this kind of machine, or a script without a first line";
                    case 13 -> "it may not be run: no permission, or its volume is mounted without";
                    case 7 -> "its arguments are too long";
                    case 12, 11 -> "there is no memory, or no process, for it";
                    default -> "the system's error " + errno;
                });
    }
}
