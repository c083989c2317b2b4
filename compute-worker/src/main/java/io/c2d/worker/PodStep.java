package io.c2d.worker;

import com.google.common.base.Ticker;
import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.StepEnd;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One step in a pod of its own, from its task to its report. One object a run; for one thread. */
final class PodStep {
    /** Exit code where this machine, or the way to the server, is at fault. */
    static final int FAILED = 1;

    /** What is done for a filter. */
    private static final String COPY = "copy-outputs";

    private static final Logger log = LoggerFactory.getLogger(PodStep.class);
    /** A server may be away for as long as its restart takes, and longer where its node is gone. */
    private static final Duration UPLOAD_PATIENCE = Duration.ofMinutes(5);

    private final Place place;
    private final Cancellation cancellation;

    /**
     * Where things are.
     *
     * @param data the attempt's parts, as they are mounted
     * @param message the termination message
     * @param launcher the program that stage-in lays down for the algorithm's pod
     */
    record Place(Path data, Path message, Path launcher) {}

    PodStep(Place place, Cancellation cancellation) {
        this.place = place;
        this.cancellation = cancellation;
    }

    /** Does what is asked for; the exit code. */
    int run(String what, Path taskFile) {
        ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(PodStep::daemon);
        var lookups = Executors.newCachedThreadPool(PodStep::daemon);
        try {
            PodTask task = PodTask.read(taskFile);
            Worker worker = Worker.builder(watchdog, lookups)
                    .policy(task.policy())
                    .limits(OutputLimits.DEFAULT.withMaxTotalBytes(task.maxOutputBytes()))
                    .build();
            checkSame(what, task.step().kind());
            return switch (task.step().kind()) {
                case STAGE_IN -> stageIn(worker, task);
                case FILTER -> copyOutputs(worker);
                case PUBLISH -> publish(worker, task);
                case ALGORITHM -> throw new IOException("an algorithm is no step of a worker");
            };
        } catch (IOException | RuntimeException | Error e) {
            // Errors too: a class that is missing in the image, or memory that is, would leave nobody any word.
            log.error("{} failed", what, e);
            return told(failed("the " + what + " failed: " + reason(e)), null);
        }
    }

    /** What a pod is told by its argument and by its task must agree: a part of it comes from elsewhere otherwise. */
    private static void checkSame(String what, StepKind kind) throws IOException {
        String expected = kind == StepKind.FILTER ? COPY : kind.label();
        if (!what.equals(expected)) {
            throw new IOException("the task is one of " + kind.label() + ", not of " + what);
        }
    }

    /** Its sentence, and its kind where it has none: that of a file system's failure is a path alone. */
    private static String reason(Throwable e) {
        String message = e.getMessage();
        String kind = e.getClass().getSimpleName();
        if (message == null) {
            return kind;
        }
        return e instanceof Error || e instanceof FileSystemException ? kind + ": " + message : message;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    }

    private int stageIn(Worker worker, PodTask task) throws IOException {
        Stage stage = task.stage();
        if (stage == null) {
            throw new IOException("the task names nothing to stage in");
        }
        StepEnd end = worker.stageIn(stage, place.data(), cancellation);
        layLauncher();
        ArtifactSink sink = sink(task);
        return stored(
                end,
                () -> PodReport.storeManifest(
                        sink,
                        task.step(),
                        ImmutableList.of(worker.storeConfigureLog(sink, task.step(), place.data()))));
    }

    /** The algorithm's pod mounts this folder: its image need not hold anything of ours. */
    private void layLauncher() throws IOException {
        Path folder = Files.createDirectory(place.data().resolve("bin"));
        Path copy = Files.copy(place.launcher(), folder.resolve("launch"));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private int copyOutputs(Worker worker) throws IOException {
        ImmutableList<String> left =
                worker.copyOutputs(results("outputs"), place.data().resolve("outputs"), cancellation);
        left.forEach(line -> log.info("{}", line));
        return StepEnd.OK;
    }

    private int publish(Worker worker, PodTask task) throws IOException {
        ArtifactSink sink = sink(task);
        Path outputs = task.filtered() ? place.data().resolve("filtered/outputs") : results("outputs");
        StepEnd end = worker.publish(
                sink,
                new PublishRequest(
                        task.step(),
                        task.outputs() ? outputs : null,
                        CapturedLog.launched(results("logs"), task.instances(), task.logBytes()),
                        task.filtered() ? place.data().resolve("filtered/logs").resolve(CapturedLog.NAME) : null),
                cancellation);
        return stored(end, () -> PodReport.storeManifest(sink, task.step(), end.artifacts()));
    }

    private Path results(String part) {
        return place.data().resolve("results").resolve(part);
    }

    private ArtifactSink sink(PodTask task) throws IOException {
        PodTask.Upload upload = task.upload();
        if (upload == null) {
            throw new IOException("the task names no place to store to");
        }
        return new UploadSink(
                upload.target(), upload.token(), UPLOAD_PATIENCE, Ticker.systemTicker(), Pause.REAL, cancellation);
    }

    private interface Storing {
        Artifact store() throws IOException;
    }

    /** What went wrong first is what is told: where an input failed, that its log can't be stored either is no news. */
    private int stored(StepEnd end, Storing storing) throws IOException {
        try {
            return told(end, storing.store());
        } catch (IOException e) {
            if (end.isSuccess()) {
                throw e;
            }
            log.warn("what there is could not be stored either: {}", e.getMessage());
            return told(end, null);
        }
    }

    private static StepEnd failed(String sentence) {
        return new StepEnd(StepEnd.Cause.EXITED, FAILED, sentence, ImmutableList.of());
    }

    /** The report is a courtesy: without it the exit code stands. */
    private int told(StepEnd end, @Nullable Artifact manifest) {
        try {
            PodReport.write(place.message(), end, manifest);
        } catch (IOException e) {
            log.warn("the report could not be left: {}", e.getMessage());
        }
        return end.exitCode().orElse(FAILED);
    }
}
