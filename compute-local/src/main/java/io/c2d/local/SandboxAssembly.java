package io.c2d.local;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import io.c2d.core.port.Environment;
import io.c2d.local.ContainerEngine.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the sandboxes together out of their scripts and of what this machine has. */
final class SandboxAssembly {
    private static final Logger log = LoggerFactory.getLogger(SandboxAssembly.class);

    private final Path scripts;
    private final Path trial;
    private final Identity identity;
    private final ContainerSettings containers;
    private final ImmutableList<Environment> environments;
    private final Cgroups cgroups = Cgroups.detect(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));

    /**
     * Takes the parts.
     *
     * @param scripts where scripts are installed
     * @param trial where sandboxes are tried; of this start alone
     */
    SandboxAssembly(
            Path scripts,
            Path trial,
            Identity identity,
            ContainerSettings containers,
            ImmutableList<Environment> environments) {
        this.scripts = scripts;
        this.trial = trial;
        this.identity = identity;
        this.containers = containers;
        this.environments = environments;
    }

    /** The first that works of those that the setting names. */
    Sandbox choose(String setting) throws IOException {
        ImmutableMap.Builder<String, Sandboxes.Candidate> candidates = ImmutableMap.builder();
        candidates.put(ContainerSandbox.LABEL, this::container);
        for (MachineSandbox.Kind kind : MachineSandbox.Kind.values()) {
            LocalClusterBuilder.install(scripts, kind.label() + ".sh");
            candidates.put(kind.label(), () -> new MachineSandbox(kind, scripts, identity, cgroups));
        }
        SandboxTrial trials = new SandboxTrial(trial, identity);
        Sandbox chosen = new Sandboxes(candidates.buildOrThrow(), trials::tryOut).choose(setting);
        log.info("limits of algorithms: {}", chosen.limits().describe(holder(chosen)));
        return chosen;
    }

    /** The control groups that tries run in: a container has its own. */
    Cgroups groups(Sandbox chosen) {
        return isContainer(chosen) ? Cgroups.none() : cgroups;
    }

    private String holder(Sandbox chosen) {
        return isContainer(chosen) ? "the container's group" : cgroups.describe();
    }

    private static boolean isContainer(Sandbox chosen) {
        return chosen.label().equals(ContainerSandbox.LABEL);
    }

    private Sandbox container() throws UnavailableException {
        for (Environment environment : environments) {
            if (environment.filter().isPresent() && containers.filterImage() == null) {
                throw new UnavailableException(
                        "the environment " + environment.name()
                                + " has a filter, and there is no image for it (local.container.filter-image)",
                        null);
            }
        }
        try {
            ContainerEngine engine = ContainerEngine.find(containers.command(), System.getenv(), scripts);
            log.info("containers are run by {}", engine.version());
            TrialImage.make(engine, LocalClusterBuilder.install(scripts, "image.sh"), scripts);
            ContainerSandbox.Scripts its = new ContainerSandbox.Scripts(
                    LocalClusterBuilder.install(scripts, "container.sh"),
                    uncommented(LocalClusterBuilder.install(scripts, "container-first.sh")));
            return new ContainerSandbox(engine, containers, identity, its, mostProcesses());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It goes on a command line. */
    private static String uncommented(Path script) throws IOException {
        return Files.readAllLines(script).stream()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.joining("\n"));
    }

    /**
     * No container may be given a higher limit of processes than its client may set: this process's own hard limit, and what
     * the kernel has ids for, to which clients lower theirs.
     */
    private static long mostProcesses() throws IOException {
        // By lines: this file gives all or nothing, and reading it in one piece begins with a single byte.
        Long ids = Longs.tryParse(
                Files.readAllLines(Path.of("/proc/sys/kernel/pid_max")).get(0));
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            List<String> words = Splitter.on(' ').omitEmptyStrings().splitToList(line);
            if (line.startsWith("Max processes")) {
                Long hard = Longs.tryParse(words.get(3));
                return hard == null || ids == null ? Long.MAX_VALUE : Math.min(hard, ids);
            }
        }
        return Long.MAX_VALUE;
    }
}
