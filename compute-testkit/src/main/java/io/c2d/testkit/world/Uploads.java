package io.c2d.testkit.world;

import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import java.util.Optional;
import java.util.function.Function;

/** Uploads of steps: those from elsewhere are checked against the row when they begin and again when they end. */
final class Uploads {
    private final SimulatedArtifacts artifacts;
    private final Function<JobId, Optional<Job>> rows;
    private final UploadWatcher watcher;

    /** What a world learns of uploads. */
    interface UploadWatcher {
        /** An upload from elsewhere was kept. */
        void kept(StepId step, Optional<Job> row);
    }

    Uploads(SimulatedArtifacts artifacts, Function<JobId, Optional<Job>> rows, UploadWatcher watcher) {
        this.artifacts = artifacts;
        this.rows = rows;
        this.watcher = watcher;
    }

    /** Whether it may begin. */
    boolean begin(StepId step, String path, boolean guarded) {
        if (guarded && !artifacts.rules().mayBegin(rows.apply(step.job()), step)) {
            return false;
        }
        artifacts.begin(step, path);
        return true;
    }

    /** The stored file, unless it may not be kept. */
    Optional<Artifact> end(StepId step, String path, Artifact.Role role, String content, boolean guarded) {
        Optional<Job> row = rows.apply(step.job());
        if (guarded && !artifacts.rules().mayEnd(row, step)) {
            artifacts.breakOff(step, path);
            return Optional.empty();
        }
        Artifact stored = artifacts.complete(step, path, role, content);
        if (guarded) {
            watcher.kept(step, row);
        }
        return Optional.of(stored);
    }
}
