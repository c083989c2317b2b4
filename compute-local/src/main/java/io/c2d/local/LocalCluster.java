package io.c2d.local;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.ByteStreams;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.Observation;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSpec;
import io.c2d.core.port.Subscription;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs on this machine (DESIGN, section 6). Looks are always live: what the folders show is the truth. Closing it
 * leaves algorithms running; another one on the same folder finds them.
 */
public final class LocalCluster implements ComputeCluster {
    private final ImmutableMap<String, Environment> environments;
    private final AttemptFolders attempts;
    private final InProcessSteps inProcess;
    private final DetachedSteps detached;
    private final Removals removals;
    private final FolderWatch watch;
    private final Sandbox sandbox;
    private final ImmutableList<ExecutorService> executors;

    LocalCluster(
            ImmutableMap<String, Environment> environments,
            Steps steps,
            FolderWatch watch,
            Sandbox sandbox,
            ImmutableList<ExecutorService> executors) {
        this.environments = environments;
        this.attempts = steps.attempts();
        this.inProcess = steps.inProcess();
        this.detached = steps.detached();
        this.removals = steps.removals();
        this.watch = watch;
        this.sandbox = sandbox;
        this.executors = executors;
    }

    /** The parts that do the work. */
    record Steps(AttemptFolders attempts, InProcessSteps inProcess, DetachedSteps detached, Removals removals) {}

    /** The name of the sandbox that algorithms run in: {@code container}, {@code bubblewrap}, {@code namespaces} or {@code process}. */
    public String sandbox() {
        return sandbox.label();
    }

    @Override
    public void check() {
        onDisk("the working folder can't be read", attempts::check);
    }

    @Override
    public ImmutableList<FoundAttempt> attempts() {
        try {
            return attempts.all();
        } catch (IOException | UncheckedIOException e) {
            throw new ClusterException("the working folder can't be read", e);
        }
    }

    @Override
    public void remove(FoundAttempt found) {
        onDisk("the attempt can't be removed", () -> removals.remove(found));
    }

    @Override
    public ImmutableSet<Ability> abilities() {
        ImmutableSet.Builder<Ability> abilities = ImmutableSet.builder();
        abilities.add(Ability.OUTLIVES_SERVER, Ability.READS_LOGS);
        if (sandbox.isolates()) {
            abilities.add(Ability.CUTS_NETWORK, Ability.HIDES_MACHINE);
        }
        if (sandbox.limits().all()) {
            abilities.add(Ability.LIMITS_RESOURCES);
        }
        return abilities.build();
    }

    @Override
    public ImmutableMap<String, Environment> environments() {
        return environments;
    }

    @Override
    public void prepare(AttemptRef attempt, Environment environment) {
        onDisk("the attempt's folder can't be made", () -> attempts.prepare(attempt));
        watch.tell(attempt.job());
    }

    @Override
    public void start(StepSpec spec) {
        onDisk("the step can't be started", () -> {
            if (InProcessSteps.isOurs(spec.id().kind())) {
                inProcess.start(spec);
            } else {
                detached.start(spec);
                watch.follow(spec.id(), spec.anchor(), StepSeen.State.PENDING);
            }
        });
    }

    @Override
    public Observation observe(JobRef job, Look look) {
        try {
            ImmutableMap.Builder<Integer, Presence> seen = ImmutableMap.builder();
            for (int k = Math.min(job.lowestAttempt(), job.attempt()); k <= job.attempt(); k++) {
                seen.put(k, attempts.presence(new AttemptRef(job.job(), k)));
            }
            String anchor =
                    attempts.anchor(new AttemptRef(job.job(), job.attempt())).orElse(null);
            StepSeen step = job.step().isPresent() ? seen(job, job.step().get(), anchor) : null;
            return new Observation(true, seen.buildOrThrow(), anchor, step);
        } catch (IOException | UncheckedIOException e) {
            throw new ClusterException("the job's folder can't be read", e);
        }
    }

    private StepSeen seen(JobRef job, StepTry step, @Nullable String anchor) throws IOException {
        String stored = job.anchor().orElse(null);
        if (anchor == null || !anchor.equals(stored)) {
            return StepSeen.of(StepSeen.State.UNKNOWN);
        }
        if (InProcessSteps.isOurs(step.id().kind())) {
            return step.engine().equals(job.observer())
                    ? inProcess.look(step.id())
                    : StepSeen.ended(StepEnd.of(StepEnd.Cause.ABANDONED));
        }
        StepSeen seen = detached.look(step.id(), anchor);
        if (seen.state() != StepSeen.State.ABSENT) {
            watch.follow(step.id(), anchor, seen.state());
        }
        return seen;
    }

    @Override
    public void stop(StepId step, String anchor, Duration grace) {
        onDisk("the step can't be stopped", () -> {
            if (InProcessSteps.isOurs(step.kind())) {
                inProcess.stop(step, anchor);
            } else {
                detached.stop(step, anchor, grace);
                watch.tell(step.job());
            }
        });
    }

    @Override
    public void remove(AttemptRef attempt) {
        onDisk("the attempt can't be removed", () -> removals.remove(attempt));
    }

    @Override
    public InputStream logs(StepId step, String anchor, long from) throws IOException {
        try {
            InputStream log =
                    Files.newInputStream(attempts.tryFolder(step, anchor).log());
            ByteStreams.skipFully(log, Math.min(from, log.available()));
            return log;
        } catch (NoSuchFileException e) {
            return InputStream.nullInputStream();
        }
    }

    @Override
    public Subscription watch(Consumer<JobId> listener) {
        watch.add(listener);
        return () -> watch.remove(listener);
    }

    /** Ends what runs in this process; supervisors and algorithms run on. */
    @Override
    public void close() {
        executors.forEach(ExecutorService::shutdownNow);
    }

    private interface DiskWork {
        void run() throws IOException;
    }

    private static void onDisk(String failure, DiskWork work) {
        try {
            work.run();
        } catch (IOException | UncheckedIOException e) {
            throw new ClusterException(failure, e);
        }
    }

    /** Starts from the defaults; see {@link LocalClusterBuilder}. */
    public static LocalClusterBuilder builder() {
        return new LocalClusterBuilder();
    }
}
