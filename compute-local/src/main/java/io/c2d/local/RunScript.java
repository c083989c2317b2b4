package io.c2d.local;

import com.fasterxml.jackson.databind.node.TextNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.Input;
import io.c2d.core.model.Stage;
import io.c2d.core.port.Environment.Resources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes the script that the supervisor runs: into the control groups, rlimits, a clean environment, the sandbox. The
 * environment is the algorithm's contract (docs/algorithms.md); nothing of the server's gets in.
 */
final class RunScript {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int OPEN_FILES = 1_024;

    private final Sandbox sandbox;
    private final Path sandboxScript;
    private final Identity identity;
    private final Cgroups cgroups;

    RunScript(Sandbox sandbox, Path sandboxScript, Identity identity, Cgroups cgroups) {
        this.sandbox = sandbox;
        this.sandboxScript = sandboxScript;
        this.identity = identity;
        this.cgroups = cgroups;
    }

    /**
     * What runs in a try.
     *
     * @param folder its folder
     * @param stage what the workflow says
     * @param entrypoint the shell line, {@code $ALGO} not replaced yet
     * @param limit after which it is ended, by itself
     * @param grace between SIGTERM and SIGKILL then
     * @param resources what it may use
     * @param groups its control groups
     * @param secret a random value for the algorithm, 32 hex digits
     */
    record Program(
            TryFolder folder,
            Stage stage,
            String entrypoint,
            Duration limit,
            Duration grace,
            Resources resources,
            ImmutableList<Cgroups.Group> groups,
            String secret) {}

    String write(Program program) {
        List<String> lines = new ArrayList<>();
        for (Cgroups.Group group : program.groups()) {
            String folder = quote(group.folder().toString());
            lines.add("if mkdir -p " + folder + " 2>/dev/null; then");
            group.limits()
                    .forEach((file, value) ->
                            lines.add("    echo " + quote(value) + " > " + folder + "/" + file + " 2>/dev/null"));
            lines.add("    echo $$ > " + folder + "/cgroup.procs");
            lines.add("fi");
        }
        lines.add("exec env -i " + words(environment(program)) + " " + words(command(program)));
        return String.join("\n", lines) + "\n";
    }

    /**
     * The script that ends what the algorithm left running where no control group holds it: whoever carries the mark. Also
     * bubblewrap's process 1 is one of these, since it stays for as long as a background process does.
     */
    String sweep(Program program) {
        String mark = quote(ProcessTree.MARK + "=" + ProcessTree.mark(program.folder()));
        return """
                for file in $(grep -lzxF -- %s /proc/[0-9]*/environ 2>/dev/null); do
                    pid=${file#/proc/}
                    kill -KILL "${pid%%/environ}" 2>/dev/null
                done
                """.formatted(mark);
    }

    private List<String> command(Program program) {
        Resources resources = program.resources();
        List<String> words = new ArrayList<>(
                List.of("prlimit", "--core=0", "--nofile=" + OPEN_FILES, "--fsize=" + resources.outputBytes()));
        if (!cgroups.limitsMemory()) {
            words.add("--as=" + resources.memoryBytes());
        }
        if (!cgroups.limitsProcesses()) {
            words.add("--nproc=" + resources.processes());
        }
        words.addAll(sandbox.launcher(identity.asRoot()));
        words.addAll(List.of(
                "sh",
                sandboxScript.toString(),
                program.folder().path().toString(),
                identity.user(),
                identity.user(),
                Long.toString(Math.max(1, program.limit().toSeconds())),
                Double.toString(program.grace().toMillis() / 1000.0),
                program.entrypoint().replace("$ALGO", folders(program).get("ALGO"))));
        return words;
    }

    private List<String> environment(Program program) {
        ImmutableMap.Builder<String, String> all = ImmutableMap.builder();
        all.put("PATH", PATH);
        all.put("HOME", "/tmp");
        all.put("LANG", "C.UTF-8");
        all.put(ProcessTree.MARK, ProcessTree.mark(program.folder()));
        all.put(
                "DIDS",
                program.stage().inputs().stream()
                        .map(Input::folder)
                        .distinct()
                        .map(id -> TextNode.valueOf(id).toString())
                        .collect(Collectors.joining(", ", "[", "]")));
        all.put("TRANSFORMATION_DID", Input.folderOf(program.stage().algorithm().id()));
        all.put("secret", program.secret());
        all.putAll(folders(program));
        return all.buildOrThrow().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .toList();
    }

    private ImmutableMap<String, String> folders(Program program) {
        Path real = program.folder().path();
        Path volume = sandbox.mapsFolders() ? Path.of("/data") : real;
        return ImmutableMap.of(
                "VOLUME", volume.toString(),
                "INPUTS", volume.resolve("inputs").toString(),
                "OUTPUTS", volume.resolve("outputs").toString(),
                "LOGS", volume.resolve("logs").toString(),
                "ALGO", volume.resolve("transformations/algorithm").toString());
    }

    private static String words(List<String> words) {
        return words.stream().map(RunScript::quote).collect(Collectors.joining(" "));
    }

    /** A word for a POSIX shell, whatever is in it. */
    static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
