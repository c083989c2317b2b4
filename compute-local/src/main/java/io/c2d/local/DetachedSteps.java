package io.c2d.local;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSpec;
import io.c2d.worker.Cancellation;
import io.c2d.worker.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Algorithm and filter: processes under a detached supervisor, which outlive this one. What a try is at is read from its
 * folder alone, so whoever comes after a crash sees the same.
 */
final class DetachedSteps {
    /** Its image is pulled, or what it works on is copied. */
    private static final String PREPARING = "its sandbox is being prepared";

    private static final Logger log = LoggerFactory.getLogger(DetachedSteps.class);
    private static final int SIGKILL = 128 + 9;
    private static final int SIGTERM = 128 + 15;
    private static final int TIMED_OUT = 124;

    private final AttemptFolders attempts;
    private final Sandbox sandbox;
    private final Cgroups cgroups;
    private final Supervisor supervisor;
    private final Identity identity;
    private final Worker worker;
    private final Executor pool;
    private final ScheduledExecutorService timer;
    private final Sweeps sweeps;
    private final RandomGenerator random;
    private final Set<StepId> preparing = ConcurrentHashMap.newKeySet();
    private final Set<StepId> stopping = ConcurrentHashMap.newKeySet();

    DetachedSteps(
            AttemptFolders attempts,
            Sandbox sandbox,
            Cgroups cgroups,
            Supervisor supervisor,
            Identity identity,
            Worker worker,
            Sweeps sweeps,
            Executors executors,
            RandomGenerator random) {
        this.attempts = attempts;
        this.sandbox = sandbox;
        this.cgroups = cgroups;
        this.supervisor = supervisor;
        this.identity = identity;
        this.worker = worker;
        this.pool = executors.pool();
        this.timer = executors.timer();
        this.sweeps = sweeps;
        this.random = random;
    }

    /** Where what takes long runs, and what waits. */
    record Executors(Executor pool, ScheduledExecutorService timer) {}

    /**
     * Makes the try's folder, prepares its sandbox and launches its supervisor, unless it has begun; the attempt's folder is
     * never made.
     */
    void start(StepSpec spec) throws IOException {
        TryFolder folder = attempts.tryFolder(spec.id(), spec.anchor());
        if (folder.isStarted() || !folder.make() || !preparing.add(spec.id())) {
            return;
        }
        Program program = program(spec, folder);
        CompletionStage<?> unused = sandbox.prepare(program)
                .thenAcceptAsync(refusal -> begin(spec, program, refusal), pool)
                .whenComplete((done, failure) -> {
                    preparing.remove(spec.id());
                    if (failure != null) {
                        // The engine sees that it has not begun, and starts it again.
                        log.warn("the step {} could not be launched", spec.id(), failure);
                    }
                });
    }

    private void begin(StepSpec spec, Program program, Optional<String> refusal) {
        try {
            if (refusal.isEmpty()) {
                launch(spec, program);
            } else if (program.folder().refuse(refusal.get())) {
                log.info("the step {} is refused: {}", spec.id(), refusal.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launch(StepSpec spec, Program program) throws IOException {
        TryFolder folder = program.folder();
        if (folder.isStarted()) {
            // Stopped while it was being prepared, or begun by another server.
            return;
        }
        Path prepared = folder.newPrepared();
        fill(new TryFolder(prepared), spec, program);
        supervisor.launch(folder, prepared, spec.environment().resources().logBytes());
    }

    /**
     * What the try begins with, in a folder of its own: whoever else launches the same try meanwhile, or was paused and goes on
     * when it already runs, changes nothing of what the supervisor that was first has taken.
     */
    private void fill(TryFolder prepared, StepSpec spec, Program program) throws IOException {
        String staged = program.staged().path().getFileName().toString();
        for (String part : ImmutableList.of("inputs", "ddos", "transformations")) {
            // As seen from the try's folder, where it ends up.
            Files.createSymbolicLink(prepared.path().resolve(part), Path.of("..", staged, part));
        }
        for (String part : ImmutableList.of("outputs", "logs", "tmp")) {
            Files.createDirectory(prepared.path().resolve(part));
        }
        if (program.kind() == StepKind.FILTER) {
            StepId algorithm = spec.resultsOf().orElseThrow(() -> new IllegalArgumentException("no results"));
            worker.copyOutputs(
                    attempts.tryFolder(algorithm, spec.anchor()).outputs(), prepared.outputs(), new Cancellation());
        }
        Files.writeString(prepared.path().resolve("logs").resolve("algorithm.log"), "");
        Files.writeString(prepared.log(), "");
        for (String part : ImmutableList.of("outputs", "logs", "tmp")) {
            identity.handOver(prepared.path().resolve(part));
        }
        Files.writeString(prepared.path().resolve("run"), sandbox.run(program));
        Files.writeString(prepared.sweep(), sandbox.sweep(program));
        Files.writeString(
                prepared.path().resolve("limit"), Long.toString(program.limit().toSeconds()));
        StringBuilder groups = new StringBuilder();
        program.groups().forEach(g -> groups.append(g.folder()).append('\n'));
        Files.writeString(prepared.path().resolve("cgroups"), groups);
    }

    private Program program(StepSpec spec, TryFolder folder) {
        byte[] secret = new byte[16];
        random.nextBytes(secret);
        String group = "c2d-" + spec.id().job() + "-" + spec.id().attempt() + "-"
                + spec.id().name();
        return new Program(
                folder,
                attempts.tryFolder(
                        spec.staged().orElseThrow(() -> new IllegalArgumentException("nothing was staged in")),
                        spec.anchor()),
                spec.id().kind(),
                spec.stage(),
                spec.id().kind() == StepKind.FILTER
                        ? spec.environment().filter().orElse("exit 1")
                        : spec.stage().algorithm().container().entrypoint(),
                spec.limit(),
                spec.environment().stopGrace(),
                spec.environment().resources(),
                cgroups.groupsFor(group, spec.environment().resources()),
                HexFormat.of().formatHex(secret));
    }

    /** What the folder shows: exit file, then begun, then a living supervisor, then the exit file once more. */
    StepSeen look(StepId step, String anchor) throws IOException {
        TryFolder folder = attempts.tryFolder(step, anchor);
        if (folder.exit().isPresent()) {
            return ended(folder, step);
        }
        if (!folder.isStarted()) {
            return preparing.contains(step) ? StepSeen.pending(PREPARING) : StepSeen.of(StepSeen.State.ABSENT);
        }
        // Begun comes after the lock, so a supervisor that has begun and holds no lock now is dead, or has just
        // written.
        if (KernelLocks.isHeld(folder.lock())) {
            return StepSeen.of(StepSeen.State.RUNNING);
        }
        if (folder.exit().isPresent()) {
            return ended(folder, step);
        }
        Optional<String> refusal = folder.refusal();
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        if (folder.isPlaceholder()) {
            return StepSeen.ended(StepEnd.of(StepEnd.Cause.NEVER_STARTED));
        }
        boolean gone = new ProcessTree(folder).killAll() && sweeps.isDone(folder);
        boolean stopped = folder.isStopMarked();
        return gone
                ? StepSeen.ended(StepEnd.of(stopped ? StepEnd.Cause.KILLED : StepEnd.Cause.LOST))
                : StepSeen.of(StepSeen.State.RUNNING);
    }

    private static StepSeen ended(TryFolder folder, StepId step) throws IOException {
        TryFolder.Exit exit = folder.exit().orElseThrow();
        Optional<String> refusal = folder.refusal();
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        if (folder.isUnmade()) {
            return StepSeen.ended(StepEnd.of(folder.isStopMarked() ? StepEnd.Cause.KILLED : StepEnd.Cause.LOST));
        }
        int code = exit.code();
        boolean bySignal = code == SIGKILL || code == SIGTERM;
        if (exit.outOfMemory() && code != StepEnd.OK) {
            return end(StepEnd.Cause.OUT_OF_MEMORY, code, "the " + step.kind().label() + " ran out of memory");
        }
        if (folder.isStopMarked() && bySignal) {
            return end(StepEnd.Cause.KILLED, code, "the " + step.kind().label() + " was stopped");
        }
        if ((code == TIMED_OUT || code == SIGKILL) && exit.seconds() >= folder.limitSeconds() - 1) {
            return end(StepEnd.Cause.DEADLINE, code, null);
        }
        if (code == SIGKILL) {
            // Nobody here asked for it and memory was left: the machine, or a hand on it.
            return end(StepEnd.Cause.KILLED, code, null);
        }
        return end(StepEnd.Cause.EXITED, code, ExitCodes.sentence(step.kind(), code));
    }

    private static StepSeen refused(String why) {
        return StepSeen.ended(new StepEnd(StepEnd.Cause.REFUSED, null, why, ImmutableList.of()));
    }

    private static StepSeen end(StepEnd.Cause cause, int code, @Nullable String message) {
        return StepSeen.ended(new StepEnd(cause, code, message, ImmutableList.of()));
    }

    /** Ends the try, or occupies its name where it has not begun. */
    void stop(StepId step, String anchor, Duration grace) throws IOException {
        TryFolder folder = attempts.tryFolder(step, anchor);
        if (!folder.make() || folder.occupy() || folder.exit().isPresent()) {
            return;
        }
        boolean first = folder.markStop();
        if (!stopping.add(step) && !first) {
            return;
        }
        ProcessTree tree = new ProcessTree(folder);
        tree.terminate();
        Future<?> unused = timer.schedule(
                () -> pool.execute(() -> kill(step, folder, tree)), grace.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void kill(StepId step, TryFolder folder, ProcessTree tree) {
        try {
            if (folder.exit().isEmpty()) {
                tree.kill();
            }
        } catch (IOException e) {
            log.warn("the step {} could not be killed yet", step, e);
        } finally {
            // From now on another stop begins with SIGTERM again.
            stopping.remove(step);
        }
    }
}
