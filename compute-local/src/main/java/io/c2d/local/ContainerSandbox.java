package io.c2d.local;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.Environment.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Runs the job's own image by Docker or Podman. The client runs in the foreground, below the supervisor; container and
 * client may end without each other, so the container has the try's own name, and the sweep removes it by that. Image
 * entrypoints, volumes and health checks are left out: the workflow's shell line is what runs.
 */
final class ContainerSandbox implements Sandbox {
    static final String LABEL = "container";

    private static final int OPEN_FILES = 1_024;
    private static final ImmutableList<String> READ_ONLY = ImmutableList.of("inputs", "ddos", "transformations");

    private final ContainerEngine engine;
    private final ContainerSettings settings;
    private final ImagePulls pulls;
    private final Identity identity;
    private final Scripts scripts;
    private final long mostProcesses;

    /**
     * The scripts that it needs.
     *
     * @param sandbox where the one is that runs the client
     * @param first the text of the one that is the container's first process
     */
    record Scripts(Path sandbox, String first) {}

    /**
     * Runs so.
     *
     * @param mostProcesses the highest limit of processes that this process may set, or {@link Long#MAX_VALUE}
     */
    ContainerSandbox(
            ContainerEngine engine,
            ContainerSettings settings,
            Identity identity,
            Scripts scripts,
            long mostProcesses) {
        this.engine = engine;
        this.settings = settings;
        this.pulls = new ImagePulls(engine, settings.pullPolicy(), settings.pullTimeout());
        this.identity = identity;
        this.scripts = scripts;
        this.mostProcesses = mostProcesses;
    }

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public boolean isolates() {
        return true;
    }

    @Override
    public EnforcedLimits limits() {
        return engine.limits();
    }

    @Override
    public CompletionStage<Optional<String>> prepare(Program program) {
        try {
            return pulls.get(image(program));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Optional.of("invalid image name: " + e.getMessage()));
        }
    }

    /** A filter is the operator's: it never runs in an image that a caller chose. */
    private ImageReference image(Program program) {
        if (program.kind() != StepKind.FILTER) {
            return ImageReference.of(program.stage().algorithm().container());
        }
        String image = settings.filterImage();
        if (image == null) {
            throw new IllegalArgumentException("there is no image for filters");
        }
        return ImageReference.parse(image);
    }

    @Override
    public String run(Program program) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>(engine.environment());
        variables.putAll(program.variables(Program.VOLUME));
        ImmutableList<String> command = ImmutableList.<String>builder()
                .add("sh", scripts.sandbox().toString(), program.folder().path().toString())
                .add(name(program), program.limitSeconds(), program.graceSeconds(), String.join(" ", client()))
                .addAll(words(program))
                .build();
        return ShellText.exports(variables) + "exec " + ShellText.words(command) + "\n";
    }

    /** As often as three times, since a client that was killed half-way leaves a container that goes at the second time. */
    @Override
    public String sweep(Program program) {
        return ShellText.exports(engine.environment())
                + """
                for again in 1 2 3; do
                    timeout 30 %1$s rm --force --volumes %2$s
                    left=$(timeout 30 %1$s ps --all --quiet --filter %3$s) && [ -z "$left" ] && exit 0
                    sleep 0.2
                done
                exit 1
                """.formatted(
                                ShellText.words(client()),
                                ShellText.quote(name(program)),
                                ShellText.quote("name=^" + name(program) + "$"));
    }

    private static String name(Program program) {
        return "c2d-" + program.folder().mark().replace('/', '-');
    }

    private ImmutableList<String> client() {
        String runtime = settings.runtime();
        return runtime == null || engine.kind() == ContainerEngine.Kind.DOCKER
                ? engine.words()
                : ImmutableList.<String>builder()
                        .addAll(engine.words())
                        .add("--runtime=" + runtime)
                        .build();
    }

    private List<String> words(Program program) throws IOException {
        List<String> words = new ArrayList<>(settings.flags());
        words.addAll(List.of(
                "--name=" + name(program),
                "--label=io.c2d.try=" + program.folder().mark()));
        words.addAll(List.of("--pull=never", "--log-driver=none", "--no-healthcheck", "--stop-timeout=0"));
        words.addAll(List.of("--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"));
        words.addAll(List.of("--user=" + identity.owner(), "--workdir=/tmp"));
        words.addAll(ofKind());
        words.addAll(limits(program.resources()));
        words.addAll(mounts(program));
        words.add("--env=HOME=/tmp");
        // By name alone: the client takes the values from its own environment.
        program.variables(Program.VOLUME).keySet().forEach(name -> words.add("--env=" + name));
        String addressSpace = engine.limits().memory()
                ? "0"
                : Long.toString(program.resources().memoryBytes() >> 10);
        words.addAll(List.of("--entrypoint=sh", image(program).text()));
        words.addAll(List.of("-c", scripts.first(), "c2d", program.command(Program.VOLUME), addressSpace));
        return words;
    }

    private ImmutableList<String> ofKind() {
        ImmutableList.Builder<String> words = ImmutableList.builder();
        if (engine.kind() == ContainerEngine.Kind.DOCKER) {
            String runtime = settings.runtime();
            return runtime == null
                    ? words.build()
                    : words.add("--runtime=" + runtime).build();
        }
        words.add("--read-only-tmpfs=false", "--image-volume=ignore", "--no-hosts");
        if (!identity.asRoot()) {
            // Podman without root maps users: with this one the server's own user stays who it is.
            words.add("--userns=keep-id");
        }
        return words.build();
    }

    private ImmutableList<String> limits(Resources resources) {
        ImmutableList.Builder<String> words = ImmutableList.builder();
        words.add("--ulimit=core=0:0", "--ulimit=nofile=" + OPEN_FILES + ":" + OPEN_FILES);
        words.add("--ulimit=fsize=" + resources.outputBytes() + ":" + resources.outputBytes());
        EnforcedLimits held = engine.limits();
        if (held.memory()) {
            words.add("--memory=" + resources.memoryBytes(), "--memory-swap=" + resources.memoryBytes());
        }
        if (held.cpus()) {
            words.add("--cpus=" + resources.cpus());
        }
        long processes = held.processes() ? mostProcesses : Math.min(mostProcesses, resources.processes());
        if (held.processes()) {
            words.add("--pids-limit=" + resources.processes());
        }
        if (processes != Long.MAX_VALUE) {
            words.add("--ulimit=nproc=" + processes + ":" + processes);
        }
        return words.build();
    }

    private static ImmutableList<String> mounts(Program program) throws IOException {
        TryFolder folder = program.folder();
        ImmutableMap.Builder<String, String> mounts = ImmutableMap.builder();
        for (String part : READ_ONLY) {
            Path real = program.staged().path().resolve(part).toRealPath();
            mounts.put("/data/" + part, real + ",readonly");
        }
        mounts.put("/data/outputs", folder.outputs().toString());
        mounts.put("/data/logs", folder.path().resolve("logs").toString());
        mounts.put("/data/logs/algorithm.log", folder.log() + ",readonly");
        mounts.put("/tmp", folder.path().resolve("tmp").toString());
        return mounts.buildOrThrow().entrySet().stream()
                .map(mount -> "--mount=type=bind,dst=" + mount.getKey() + ",src=" + mount.getValue())
                .collect(ImmutableList.toImmutableList());
    }
}
