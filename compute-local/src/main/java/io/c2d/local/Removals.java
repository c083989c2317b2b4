package io.c2d.local;

import io.c2d.core.model.JobId;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.FoundAttempt;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes attempts away: the folder is renamed at once, so that nothing of it can start any more; then, on the pool, what runs
 * is killed and what lies there deleted. Asked again, it goes on with what is left.
 */
final class Removals {
    private static final Logger log = LoggerFactory.getLogger(Removals.class);

    private final AttemptFolders attempts;
    private final InProcessSteps inProcess;
    private final Sweeps sweeps;
    private final Executor pool;
    private final Consumer<JobId> changed;
    private final Set<AttemptRef> underWay = ConcurrentHashMap.newKeySet();

    Removals(AttemptFolders attempts, InProcessSteps inProcess, Sweeps sweeps, Executor pool, Consumer<JobId> changed) {
        this.attempts = attempts;
        this.inProcess = inProcess;
        this.sweeps = sweeps;
        this.pool = pool;
        this.changed = changed;
    }

    void remove(AttemptRef attempt) throws IOException {
        Iterable<Path> folders = attempts.renameAway(attempt);
        if (underWay.add(attempt)) {
            pool.execute(() -> clear(attempt, folders));
        }
    }

    void remove(FoundAttempt found) throws IOException {
        if (attempts.identity(found.attempt()).filter(found.identity()::equals).isPresent()) {
            remove(found.attempt());
        }
    }

    private void clear(AttemptRef attempt, Iterable<Path> folders) {
        try {
            boolean idle = inProcess.forget(attempt);
            for (Path folder : folders) {
                idle &= destroy(folder);
            }
            if (idle) {
                for (Path folder : folders) {
                    FolderTree.delete(folder);
                }
                attempts.forget(attempt);
                changed.accept(attempt.job());
            }
        } catch (IOException | RuntimeException e) {
            // Nobody is told: the engine comes back by its timer, not at once.
            log.warn("attempt {} can't be removed yet: {}", attempt, e.toString());
        } finally {
            underWay.remove(attempt);
        }
    }

    private boolean destroy(Path folder) throws IOException {
        boolean gone = true;
        try (DirectoryStream<Path> tries = Files.newDirectoryStream(folder)) {
            for (Path each : tries) {
                if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                    gone &= sweeps.destroy(new TryFolder(each));
                }
            }
        }
        return gone;
    }
}
