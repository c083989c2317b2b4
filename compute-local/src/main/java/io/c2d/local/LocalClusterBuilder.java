package io.c2d.local;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.Environment;
import io.c2d.worker.DownloadPolicy;
import io.c2d.worker.Worker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Assembles a {@link LocalCluster}. Not thread-safe. */
public final class LocalClusterBuilder {
    private static final Logger log = LoggerFactory.getLogger(LocalClusterBuilder.class);
    private static final int POOL = 8;
    private static final long LOOK_MILLIS = 200;

    private @Nullable Path folder;
    private @Nullable ArtifactStore artifacts;
    private DownloadPolicy downloads = DownloadPolicy.defaults();
    private ImmutableList<Environment> environments = ImmutableList.of(Environment.defaults(Environment.DEFAULT));
    private String sandbox = "auto";
    private RandomGenerator random = new SecureRandom();
    private final Identity identity = Identity.current();

    LocalClusterBuilder() {}

    /** Where working folders lie; made if absent. Must be this installation's alone. */
    @CanIgnoreReturnValue
    public LocalClusterBuilder folder(Path value) {
        folder = value;
        return this;
    }

    /** Where results go. */
    @CanIgnoreReturnValue
    public LocalClusterBuilder artifacts(ArtifactStore value) {
        artifacts = value;
        return this;
    }

    /** What stage-in may fetch; {@link DownloadPolicy#defaults()} if not given. */
    @CanIgnoreReturnValue
    public LocalClusterBuilder downloads(DownloadPolicy value) {
        downloads = value;
        return this;
    }

    /** The environments; {@link Environment#DEFAULT} alone if not given. */
    @CanIgnoreReturnValue
    public LocalClusterBuilder environments(Iterable<Environment> value) {
        environments = ImmutableList.copyOf(value);
        return this;
    }

    /** {@code auto}, {@code bubblewrap}, {@code namespaces} or {@code process}. */
    @CanIgnoreReturnValue
    public LocalClusterBuilder sandbox(String value) {
        sandbox = value;
        return this;
    }

    /** Where tokens come from; {@link SecureRandom} if not given. Must be thread-safe. */
    @CanIgnoreReturnValue
    public LocalClusterBuilder random(RandomGenerator value) {
        random = value;
        return this;
    }

    /**
     * Tries the sandbox and opens the cluster.
     *
     * @throws IOException if the folder can't be used
     * @throws IllegalStateException if no sandbox works; the message says what to do
     */
    public LocalCluster open() throws IOException {
        if (folder == null || artifacts == null) {
            throw new IllegalStateException("a local cluster needs a folder and an artifact store");
        }
        Path root = Files.createDirectories(folder).toRealPath();
        Path jobs = Files.createDirectories(root.resolve("jobs"));
        Path scripts = Files.createDirectories(root.resolve("scripts"));
        Path supervisorScript = install(scripts, "supervisor.sh");
        Cgroups cgroups = Cgroups.detect(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));
        for (Sandboxes each : Sandboxes.values()) {
            install(scripts, each.label() + ".sh");
        }
        Supervisor supervisor = new Supervisor(supervisorScript);
        SandboxTrial trial = new SandboxTrial(trialFolder(root), scripts, identity, cgroups);
        Predicate<Sandboxes> works = trial::works;
        Sandboxes chosen = Sandboxes.choose(sandbox, works);
        log.info("limits of algorithms: {}", cgroups.describe());
        RunScript runScript = new RunScript(chosen, scripts.resolve(chosen.label() + ".sh"), identity, cgroups);
        return assemble(artifacts, new AttemptFolders(jobs, random), runScript, cgroups, supervisor, chosen);
    }

    private LocalCluster assemble(
            ArtifactStore store,
            AttemptFolders attempts,
            RunScript runScript,
            Cgroups cgroups,
            Supervisor supervisor,
            Sandboxes chosen) {
        ExecutorService pool = Executors.newFixedThreadPool(POOL, threads("c2d-local-%d"));
        ExecutorService lookups = Executors.newFixedThreadPool(POOL, threads("c2d-lookup-%d"));
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, threads("c2d-local-timer-%d"));
        Worker worker = Worker.builder(timer, lookups).policy(downloads).build();
        DetachedSteps detached = new DetachedSteps(
                attempts,
                runScript,
                cgroups,
                supervisor,
                identity,
                worker,
                new DetachedSteps.Executors(pool, timer),
                random);
        FolderWatch watch = new FolderWatch(detached);
        InProcessSteps inProcess = new InProcessSteps(attempts, worker, store, pool, step -> watch.tell(step.job()));
        Removals removals = new Removals(attempts, inProcess, pool, watch::tell);
        Future<?> unused = timer.scheduleWithFixedDelay(watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        ImmutableMap.Builder<String, Environment> named = ImmutableMap.builder();
        environments.forEach(e -> named.put(e.name(), e));
        return new LocalCluster(
                named.buildOrThrow(),
                new LocalCluster.Steps(attempts, inProcess, detached, removals),
                watch,
                chosen,
                cgroups,
                ImmutableList.of(timer, pool, lookups));
    }

    private static ThreadFactory threads(String format) {
        return new ThreadFactoryBuilder().setNameFormat(format).setDaemon(true).build();
    }

    /** Of this start alone: another server on the same folder may start at the same time. */
    private Path trialFolder(Path root) {
        return root.resolve("trial-" + Long.toHexString(random.nextLong()));
    }

    /** Replaced in one go, since a supervisor of an earlier start may be reading it. */
    private static Path install(Path scripts, String name) throws IOException {
        String text =
                Resources.toString(Resources.getResource(LocalClusterBuilder.class, name), StandardCharsets.UTF_8);
        Path target = scripts.resolve(name);
        Path fresh = Files.createTempFile(scripts, name, ".new");
        Files.writeString(fresh, text);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
        return Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
