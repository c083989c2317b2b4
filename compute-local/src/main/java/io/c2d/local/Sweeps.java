package io.c2d.local;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is left of tries: their processes, and by their sweep what is nobody's process here, such as a container. The
 * supervisor sweeps itself; this is for the tries whose supervisor did not live to. Thread-safe.
 */
final class Sweeps {
    private static final Logger log = LoggerFactory.getLogger(Sweeps.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Executor pool;
    private final Set<Path> underWay = ConcurrentHashMap.newKeySet();

    Sweeps(Executor pool) {
        this.pool = pool;
    }

    /** Whether nothing is left to sweep; if something is, it is swept, and whoever looks again later sees it gone. */
    boolean isDone(TryFolder folder) {
        if (!Files.exists(folder.sweep())) {
            return true;
        }
        if (underWay.add(folder.path())) {
            try {
                pool.execute(() -> {
                    try {
                        boolean unused = sweep(folder);
                    } finally {
                        underWay.remove(folder.path());
                    }
                });
            } catch (RejectedExecutionException e) {
                underWay.remove(folder.path());
                throw e;
            }
        }
        return false;
    }

    /** Kills whatever runs of the try in this folder, its supervisor included, and sweeps; whether nothing is left. */
    boolean destroy(TryFolder folder) throws IOException {
        ProcessTree tree = new ProcessTree(folder);
        tree.supervisor().ifPresent(ProcessHandle::destroyForcibly);
        boolean gone = tree.killAll();
        for (Path group : folder.cgroups()) {
            Files.deleteIfExists(group);
        }
        return gone && sweep(folder) && !KernelLocks.isHeld(folder.lock());
    }

    private static boolean sweep(TryFolder folder) {
        if (!Files.exists(folder.sweep())) {
            return true;
        }
        try {
            Command.Result result = Command.start(
                            List.of("sh", folder.sweep().toString()), ImmutableMap.of(), LIMIT, folder.path())
                    .join();
            if (result.isSuccess()) {
                Files.deleteIfExists(folder.sweep());
                return true;
            }
            log.warn(
                    "what is left of {} can't be ended yet: {}",
                    folder.mark(),
                    EngineMessages.sentence(result.errors()));
        } catch (IOException | CompletionException e) {
            log.warn("what is left of {} can't be ended yet", folder.mark(), e);
        }
        return false;
    }
}
