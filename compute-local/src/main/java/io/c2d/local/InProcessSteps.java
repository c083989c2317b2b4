package io.c2d.local;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSpec;
import io.c2d.worker.ArtifactSink;
import io.c2d.worker.Cancellation;
import io.c2d.worker.CapturedLog;
import io.c2d.worker.PublishRequest;
import io.c2d.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stage-in and publish: tasks on a bounded pool of this process. What is not in memory here was never begun here; what
 * another engine began died with it. A late finisher has only its own try's folder, which nobody reads any more.
 */
final class InProcessSteps {
    private static final Logger log = LoggerFactory.getLogger(InProcessSteps.class);
    private static final int FAILED = 1;

    private final AttemptFolders attempts;
    private final Worker worker;
    private final ArtifactStore artifacts;
    private final Executor pool;
    private final Consumer<StepId> changed;
    private final Map<StepId, Task> tasks = new ConcurrentHashMap<>();

    private static final class Task {
        private final Cancellation cancellation = new Cancellation();
        private volatile boolean running;
        private volatile @Nullable StepEnd end;
    }

    InProcessSteps(
            AttemptFolders attempts, Worker worker, ArtifactStore artifacts, Executor pool, Consumer<StepId> changed) {
        this.attempts = attempts;
        this.worker = worker;
        this.artifacts = artifacts;
        this.pool = pool;
        this.changed = changed;
    }

    /** Whether a step of this kind runs here. */
    static boolean isOurs(StepKind kind) {
        return kind == StepKind.STAGE_IN || kind == StepKind.PUBLISH;
    }

    void start(StepSpec spec) throws IOException {
        if (tasks.containsKey(spec.id())) {
            return;
        }
        TryFolder folder = attempts.tryFolder(spec.id(), spec.anchor());
        Task task = new Task();
        boolean isNew = folder.makeNew();
        if (!isNew && !Files.isDirectory(folder.path())) {
            return;
        }
        if (!isNew) {
            // Begun, or its name occupied, by an engine that owned the job before or does by now. Where the row does
            // not know
            // of that (a database that failed over, or was restored), the next try is free, and this one's end never
            // comes.
            task.end = StepEnd.of(StepEnd.Cause.ABANDONED);
        }
        if (tasks.putIfAbsent(spec.id(), task) != null) {
            return;
        }
        if (isNew) {
            pool.execute(() -> run(spec, folder, task));
        } else {
            log.warn("the name of {} was used before: nothing begins under it", spec.id());
            changed.accept(spec.id());
        }
    }

    private void run(StepSpec spec, TryFolder folder, Task task) {
        task.running = true;
        StepEnd end;
        try {
            if (task.cancellation.isCancelled()) {
                end = StepEnd.of(StepEnd.Cause.NEVER_STARTED);
            } else {
                end = spec.id().kind() == StepKind.STAGE_IN
                        ? stageIn(spec, folder, task.cancellation)
                        : publish(spec, task.cancellation);
            }
        } catch (IOException | RuntimeException e) {
            log.warn("the step {} failed", spec.id(), e);
            String what = "the " + spec.id().kind().label() + " failed on this machine's disk";
            end = new StepEnd(StepEnd.Cause.EXITED, FAILED, what, ImmutableList.of());
        }
        task.end = end;
        changed.accept(spec.id());
    }

    private StepEnd stageIn(StepSpec spec, TryFolder folder, Cancellation cancellation) throws IOException {
        StepEnd end = worker.stageIn(spec.stage(), folder.path(), cancellation);
        Artifact configureLog = worker.storeConfigureLog(ArtifactSink.of(artifacts), spec.id(), folder.path());
        return new StepEnd(
                end.cause(), end.exitCode().orElse(null), end.detail().orElse(null), ImmutableList.of(configureLog));
    }

    private StepEnd publish(StepSpec spec, Cancellation cancellation) {
        StepId algorithm = spec.resultsOf().orElseThrow(() -> new IllegalArgumentException("no results"));
        TryFolder results = attempts.tryFolder(spec.filteredBy().orElse(algorithm), spec.anchor());
        Path filterLog = spec.filteredBy()
                .map(f -> attempts.tryFolder(f, spec.anchor()).log())
                .orElse(null);
        return worker.publish(
                ArtifactSink.of(artifacts),
                new PublishRequest(
                        spec.id(),
                        spec.withOutputs() ? results.outputs() : null,
                        CapturedLog.of(
                                attempts.tryFolder(algorithm, spec.anchor()).log()),
                        filterLog),
                cancellation);
    }

    StepSeen look(StepId step) {
        Task task = tasks.get(step);
        if (task == null) {
            return StepSeen.of(StepSeen.State.ABSENT);
        }
        StepEnd end = task.end;
        if (end != null) {
            return StepSeen.ended(end);
        }
        return StepSeen.of(task.running ? StepSeen.State.RUNNING : StepSeen.State.PENDING);
    }

    /**
     * Cancels the try, or occupies its name where it has not begun: here, and by its folder for an engine of another process
     * that stored it and may still mean to start it.
     */
    void stop(StepId step, String anchor) throws IOException {
        TryFolder folder = attempts.tryFolder(step, anchor);
        if (folder.makeNew()) {
            log.debug("the name of {} is occupied", step);
        }
        Task placeholder = new Task();
        placeholder.end = StepEnd.of(StepEnd.Cause.NEVER_STARTED);
        Task task = tasks.putIfAbsent(step, placeholder);
        if (task == null) {
            changed.accept(step);
        } else {
            task.cancellation.cancel();
        }
    }

    /** Cancels what runs of an attempt; whether nothing runs any more. */
    boolean forget(AttemptRef attempt) {
        boolean idle = true;
        for (Map.Entry<StepId, Task> entry : ImmutableMap.copyOf(tasks).entrySet()) {
            StepId step = entry.getKey();
            if (step.job().equals(attempt.job()) && step.attempt() == attempt.attempt()) {
                entry.getValue().cancellation.cancel();
                if (entry.getValue().end == null) {
                    idle = false;
                } else {
                    tasks.remove(step);
                }
            }
        }
        return idle;
    }
}
