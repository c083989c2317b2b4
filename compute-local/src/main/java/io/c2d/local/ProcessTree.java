package io.c2d.local;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.local.TryFolder.RecordedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All processes of one try: those in its control groups, those below its recorded first process, and whoever carries its
 * mark in the environment. Process ids are believed only together with start time and boot.
 */
final class ProcessTree {
    /** The environment variable that marks a try's processes. */
    static final String MARK = "C2D_TRY";

    private static final Logger log = LoggerFactory.getLogger(ProcessTree.class);
    private static final Path PROC = Path.of("/proc");

    private final TryFolder folder;

    ProcessTree(TryFolder folder) {
        this.folder = folder;
    }

    /** Asks all but the sandbox's own outermost process to end. */
    void terminate() throws IOException {
        below().forEach(ProcessHandle::destroy);
    }

    /** Ends all: what is below the first process first, so that this one still sees how they ended. */
    void kill() throws IOException {
        ImmutableList<ProcessHandle> below = below();
        below.forEach(ProcessHandle::destroyForcibly);
        grouped().forEach(ProcessHandle::destroyForcibly);
        if (below.isEmpty()) {
            first().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Kills whatever is left where no supervisor lives any more; whether nothing is. */
    boolean killAll() throws IOException {
        ImmutableSet.Builder<ProcessHandle> left = ImmutableSet.builder();
        left.addAll(below()).addAll(grouped()).addAll(marked(MARK + "=" + folder.mark()));
        first().ifPresent(left::add);
        ImmutableSet<ProcessHandle> all = left.build();
        all.forEach(ProcessHandle::destroyForcibly);
        return all.stream().noneMatch(ProcessTree::isAlive);
    }

    private ImmutableList<ProcessHandle> below() throws IOException {
        return first().map(ProcessHandle::descendants).orElse(Stream.empty()).collect(ImmutableList.toImmutableList());
    }

    private Optional<ProcessHandle> first() throws IOException {
        return living(folder.firstProcess());
    }

    /** The try's supervisor, while it lives. */
    Optional<ProcessHandle> supervisor() throws IOException {
        return living(folder.supervisor());
    }

    private static Optional<ProcessHandle> living(Optional<RecordedProcess> recorded) throws IOException {
        if (recorded.isEmpty() || !recorded.get().boot().equals(boot())) {
            return Optional.empty();
        }
        RecordedProcess process = recorded.get();
        return startTime(process.pid()) == process.startTime() ? ProcessHandle.of(process.pid()) : Optional.empty();
    }

    private ImmutableList<ProcessHandle> grouped() throws IOException {
        ImmutableList.Builder<ProcessHandle> members = ImmutableList.builder();
        for (Path group : folder.cgroups()) {
            try {
                for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(members::add);
                }
            } catch (IOException e) {
                log.trace("the group {} is gone, and so is whoever was in it", group);
            }
        }
        return members.build();
    }

    private static ImmutableList<ProcessHandle> marked(String mark) throws IOException {
        ImmutableList.Builder<ProcessHandle> found = ImmutableList.builder();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (carries(process, mark)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        }
        return found.build();
    }

    private static boolean carries(Path process, String mark) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return Splitter.on('\0').splitToStream(environment).anyMatch(mark::equals);
        } catch (IOException e) {
            // Another user's, or just gone.
            return false;
        }
    }

    /** A zombie is dead: its parent has not asked yet. */
    private static boolean isAlive(ProcessHandle process) {
        try {
            String stat =
                    Files.readString(PROC.resolve(Long.toString(process.pid())).resolve("stat"));
            return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
        } catch (IOException e) {
            return false;
        }
    }

    private static long startTime(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            List<String> fields = Splitter.on(' ').splitToList(stat.substring(stat.lastIndexOf(')') + 2));
            return Long.parseLong(fields.get(19));
        } catch (IOException e) {
            return -1;
        }
    }

    private static String boot() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    }
}
