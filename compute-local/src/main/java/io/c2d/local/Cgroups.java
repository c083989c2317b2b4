package io.c2d.local;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.port.Environment.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where this process may make control groups, and what can be limited in them. Speaks v1 and v2 (cgroups(7), the kernel's
 * cgroup-v2 document), also mounted side by side; without either, rlimits hold what they can.
 */
final class Cgroups {
    private static final long CPU_PERIOD_MICROS = 100_000;

    /**
     * One group of one try, made by the try's own script.
     *
     * @param folder where
     * @param limits file names and what to write there
     */
    record Group(Path folder, ImmutableMap<String, String> limits) {}

    private enum Controller {
        MEMORY("memory"),
        PIDS("pids"),
        CPU("cpu");

        private final String label;

        Controller(String label) {
            this.label = label;
        }
    }

    private final ImmutableMap<Controller, Path> v1;
    private final Optional<Path> v2;

    private Cgroups(ImmutableMap<Controller, Path> v1, Optional<Path> v2) {
        this.v1 = v1;
        this.v2 = v2;
    }

    /** Nothing can be limited by groups. */
    static Cgroups none() {
        return new Cgroups(ImmutableMap.of(), Optional.empty());
    }

    /** Looks for groups below this process's own in which it may make others. */
    static Cgroups detect(Path fileSystem, Path ownGroups) {
        ImmutableMap.Builder<Controller, Path> v1 = ImmutableMap.builder();
        Optional<Path> v2 = Optional.empty();
        try {
            for (String line : Files.readAllLines(ownGroups)) {
                List<String> parts = Splitter.on(':').limit(3).splitToList(line);
                String own = parts.get(2).substring(1);
                if (parts.get(1).isEmpty()) {
                    v2 = unified(fileSystem, own);
                }
                for (Controller controller : Controller.values()) {
                    if (Splitter.on(',').splitToList(parts.get(1)).contains(controller.label)) {
                        Path folder = fileSystem.resolve(controller.label).resolve(own);
                        if (Files.isWritable(folder.resolve("cgroup.procs"))) {
                            v1.put(controller, folder);
                        }
                    }
                }
            }
        } catch (IOException e) {
            return none();
        }
        return new Cgroups(v1.buildKeepingLast(), v2);
    }

    /** The nearest group, from the own one upwards, that hands memory, pids and cpu on to its children. */
    private static Optional<Path> unified(Path fileSystem, String own) throws IOException {
        for (Path mount : List.of(fileSystem, fileSystem.resolve("unified"))) {
            Path top = mount.normalize();
            for (Path group = top.resolve(own).normalize();
                    group.startsWith(top);
                    group = group.resolve("..").normalize()) {
                if (handsOn(group)) {
                    return Optional.of(group);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean handsOn(Path group) throws IOException {
        Path control = group.resolve("cgroup.subtree_control");
        if (!Files.isWritable(control) || !Files.isWritable(group.resolve("cgroup.procs"))) {
            return false;
        }
        List<String> wanted = List.of("memory", "pids", "cpu");
        if (!words(group.resolve("cgroup.controllers")).containsAll(wanted)) {
            return false;
        }
        if (!words(control).containsAll(wanted)) {
            try {
                Files.writeString(control, "+memory +pids +cpu");
            } catch (IOException e) {
                // Processes live in it, so it may not hand anything on.
                return false;
            }
        }
        return true;
    }

    private static List<String> words(Path file) throws IOException {
        return Splitter.on(' ')
                .omitEmptyStrings()
                .splitToList(Files.readString(file).strip());
    }

    /** The groups of one try, named after it. */
    ImmutableList<Group> groupsFor(String name, Resources resources) {
        String quota = Long.toString(Math.round(resources.cpus() * CPU_PERIOD_MICROS));
        String memory = Long.toString(resources.memoryBytes());
        String pids = Integer.toString(resources.processes());
        if (v2.isPresent()) {
            return ImmutableList.of(new Group(
                    v2.get().resolve(name),
                    ImmutableMap.of(
                            "memory.max",
                            memory,
                            "memory.swap.max",
                            "0",
                            "pids.max",
                            pids,
                            "cpu.max",
                            quota + " " + CPU_PERIOD_MICROS)));
        }
        ImmutableList.Builder<Group> groups = ImmutableList.builder();
        v1.forEach((controller, parent) -> groups.add(new Group(
                parent.resolve(name),
                switch (controller) {
                    case MEMORY -> ImmutableMap.of("memory.limit_in_bytes", memory);
                    case PIDS -> ImmutableMap.of("pids.max", pids);
                    case CPU -> ImmutableMap.of("cpu.cfs_quota_us", quota);
                })));
        return groups.build();
    }

    /** Which limits groups hold here. */
    EnforcedLimits limits() {
        return new EnforcedLimits(has(Controller.MEMORY), has(Controller.PIDS), has(Controller.CPU));
    }

    private boolean has(Controller controller) {
        return v2.isPresent() || v1.containsKey(controller);
    }

    /** What holds them, for the log. */
    String describe() {
        return "cgroup " + (v2.isPresent() ? "v2" : "v1");
    }
}
