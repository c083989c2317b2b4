package io.c2d.local;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Runs the machine's own programs: into the control groups, rlimits, the sandbox's namespaces, its script ({@code NAME.sh}).
 * The image is ignored. Nothing of the server's environment gets in, since the supervisor has none of it.
 */
final class MachineSandbox implements Sandbox {
    private static final int OPEN_FILES = 1_024;

    private final Kind kind;
    private final Path script;
    private final Identity identity;
    private final Cgroups cgroups;

    /** What shuts the programs off. */
    enum Kind {
        /** Namespaces, made by bubblewrap. */
        BUBBLEWRAP("bubblewrap", true) {
            @Override
            ImmutableList<String> launcher(boolean asRoot) {
                return asRoot ? ImmutableList.of("unshare", "--mount", "--propagation", "private") : ImmutableList.of();
            }
        },
        /** The same namespaces, made by util-linux. */
        NAMESPACES("namespaces", true) {
            @Override
            ImmutableList<String> launcher(boolean asRoot) {
                ImmutableList.Builder<String> words =
                        ImmutableList.<String>builder().add("unshare");
                if (!asRoot) {
                    words.add("--user", "--map-root-user");
                }
                return words.add("--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--propagation", "private")
                        .build();
            }
        },
        /** None: for trusted code on a developer's machine. The algorithm sees its folders where they really are. */
        PROCESS("process", false) {
            @Override
            ImmutableList<String> launcher(boolean asRoot) {
                return ImmutableList.of();
            }
        };

        private final String label;
        private final boolean isolates;

        Kind(String label, boolean isolates) {
            this.label = label;
            this.isolates = isolates;
        }

        String label() {
            return label;
        }

        /** The words before the sandbox's own script: the namespaces that it is born into. */
        abstract ImmutableList<String> launcher(boolean asRoot);
    }

    /**
     * Runs so.
     *
     * @param scripts the folder of the scripts
     */
    MachineSandbox(Kind kind, Path scripts, Identity identity, Cgroups cgroups) {
        this.kind = kind;
        this.script = scripts.resolve(kind.label + ".sh");
        this.identity = identity;
        this.cgroups = cgroups;
    }

    @Override
    public String label() {
        return kind.label;
    }

    @Override
    public boolean isolates() {
        return kind.isolates;
    }

    @Override
    public EnforcedLimits limits() {
        return cgroups.limits();
    }

    /** The programs are there, or the shell says that they are not. */
    @Override
    public CompletionStage<Optional<String>> prepare(Program program) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public String run(Program program) {
        List<String> lines = new ArrayList<>();
        for (Cgroups.Group group : program.groups()) {
            String folder = ShellText.quote(group.folder().toString());
            lines.add("if mkdir -p " + folder + " 2>/dev/null; then");
            group.limits()
                    .forEach((file, value) -> lines.add(
                            "    echo " + ShellText.quote(value) + " > " + folder + "/" + file + " 2>/dev/null"));
            lines.add("    echo $$ > " + folder + "/cgroup.procs");
            lines.add("fi");
        }
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PATH", ShellText.PATH);
        variables.put("HOME", "/tmp");
        variables.put("LANG", "C.UTF-8");
        variables.putAll(program.variables(volume(program)));
        lines.add(ShellText.exports(variables) + "exec " + ShellText.words(command(program)));
        return String.join("\n", lines) + "\n";
    }

    /**
     * Where no control group holds it: whoever carries the mark. Also bubblewrap's process 1 is one of these, since it stays
     * for as long as a background process does.
     */
    @Override
    public String sweep(Program program) {
        String mark = ShellText.quote(ProcessTree.MARK + "=" + program.folder().mark());
        return """
                for file in $(grep -lzxF -- %s /proc/[0-9]*/environ 2>/dev/null); do
                    pid=${file#/proc/}
                    kill -KILL "${pid%%/environ}" 2>/dev/null
                done
                exit 0
                """.formatted(mark);
    }

    private Path volume(Program program) {
        return kind.isolates ? Program.VOLUME : program.folder().path();
    }

    private List<String> command(Program program) {
        List<String> words = new ArrayList<>(List.of(
                "prlimit",
                "--core=0",
                "--nofile=" + OPEN_FILES,
                "--fsize=" + program.resources().outputBytes()));
        if (!limits().memory()) {
            words.add("--as=" + program.resources().memoryBytes());
        }
        if (!limits().processes()) {
            words.add("--nproc=" + program.resources().processes());
        }
        words.addAll(kind.launcher(identity.asRoot()));
        words.addAll(List.of(
                "sh",
                script.toString(),
                program.folder().path().toString(),
                identity.user(),
                identity.user(),
                program.limitSeconds(),
                program.graceSeconds(),
                program.command(volume(program))));
        return words;
    }
}
