package io.c2d.local;

import com.fasterxml.jackson.databind.node.TextNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.Input;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.Environment.Resources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;

/**
 * What runs in a try.
 *
 * @param folder its folder
 * @param staged the folder of the try of stage-in whose inputs it reads
 * @param kind algorithm or filter
 * @param stage what the workflow says
 * @param entrypoint the shell line, {@code $ALGO} not replaced yet
 * @param limit after which it is ended, by itself
 * @param grace between SIGTERM and SIGKILL then
 * @param resources what it may use
 * @param groups its control groups, where this machine's are used
 * @param secret a random value for the algorithm, 32 hex digits
 */
record Program(
        TryFolder folder,
        TryFolder staged,
        StepKind kind,
        Stage stage,
        String entrypoint,
        Duration limit,
        Duration grace,
        Resources resources,
        ImmutableList<Cgroups.Group> groups,
        String secret) {
    /** The volume as the contract names it. */
    static final Path VOLUME = Path.of("/data");

    private static final String ALGO = "ALGO";

    /** The limit, at least a second. */
    String limitSeconds() {
        return Long.toString(Math.max(1, limit.toSeconds()));
    }

    /** The grace in seconds, with a fraction. */
    String graceSeconds() {
        return Double.toString(grace.toMillis() / 1000.0);
    }

    /** The shell line, with the algorithm's file in place of {@code $ALGO}. */
    String command(Path volume) {
        return entrypoint.replace("$" + ALGO, folders(volume).get(ALGO));
    }

    /** The contract's variables (docs/algorithms.md), but for those that the system around them decides. */
    ImmutableMap<String, String> variables(Path volume) {
        ImmutableMap.Builder<String, String> all = ImmutableMap.builder();
        all.put(ProcessTree.MARK, folder.mark());
        all.put(
                "DIDS",
                stage.inputs().stream()
                        .map(Input::folder)
                        .distinct()
                        .map(id -> TextNode.valueOf(id).toString())
                        .collect(Collectors.joining(", ", "[", "]")));
        all.put("TRANSFORMATION_DID", Input.folderOf(stage.algorithm().id()));
        all.put("secret", secret);
        all.putAll(folders(volume));
        return all.buildOrThrow();
    }

    private static ImmutableMap<String, String> folders(Path volume) {
        return ImmutableMap.of(
                "VOLUME",
                volume.toString(),
                "INPUTS",
                volume.resolve("inputs").toString(),
                "OUTPUTS",
                volume.resolve("outputs").toString(),
                "LOGS",
                volume.resolve("logs").toString(),
                ALGO,
                volume.resolve("transformations/algorithm").toString());
    }
}
