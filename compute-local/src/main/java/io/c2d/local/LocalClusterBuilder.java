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
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Assembles a {@link LocalCluster}. Not thread-safe. */
public final class LocalClusterBuilder {
    private static final int POOL = 8;
    private static final long LOOK_MILLIS = 200;

    private @Nullable Path folder;
    private @Nullable ArtifactStore artifacts;
    private DownloadPolicy downloads = DownloadPolicy.defaults();
    private ImmutableList<Environment> environments = ImmutableList.of(Environment.defaults(Environment.DEFAULT));
    private String sandbox = "auto";
    private ContainerSettings containers = ContainerSettings.DEFAULTS;
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

    /**
     * {@code auto} (container, bubblewrap or namespaces), or labels with commas between: {@code container},
     * {@code bubblewrap}, {@code namespaces}, {@code process}. The first that works is taken.
     */
    @CanIgnoreReturnValue
    public LocalClusterBuilder sandbox(String value) {
        sandbox = value;
        return this;
    }

    /** How containers are run; {@link ContainerSettings#DEFAULTS} if not given. */
    @CanIgnoreReturnValue
    public LocalClusterBuilder containers(ContainerSettings value) {
        containers = value;
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
        Supervisor supervisor = new Supervisor(install(scripts, "supervisor.sh"));
        Path trial = trialFolder(root);
        SandboxAssembly assembly = new SandboxAssembly(scripts, trial, identity, containers, environments);
        Sandbox chosen = assembly.choose(sandbox);
        return assemble(artifacts, new AttemptFolders(jobs, random), assembly.groups(chosen), supervisor, chosen);
    }

    private LocalCluster assemble(
            ArtifactStore store, AttemptFolders attempts, Cgroups groups, Supervisor supervisor, Sandbox chosen) {
        ExecutorService pool = Executors.newFixedThreadPool(POOL, threads("c2d-local-%d"));
        ExecutorService lookups = Executors.newFixedThreadPool(POOL, threads("c2d-lookup-%d"));
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, threads("c2d-local-timer-%d"));
        Worker worker = Worker.builder(timer, lookups).policy(downloads).build();
        Sweeps sweeps = new Sweeps(pool);
        DetachedSteps detached = new DetachedSteps(
                attempts,
                chosen,
                groups,
                supervisor,
                identity,
                worker,
                sweeps,
                new DetachedSteps.Executors(pool, timer),
                random);
        FolderWatch watch = new FolderWatch(detached);
        InProcessSteps inProcess = new InProcessSteps(attempts, worker, store, pool, step -> watch.tell(step.job()));
        Removals removals = new Removals(attempts, inProcess, sweeps, pool, watch::tell);
        Future<?> unused = timer.scheduleWithFixedDelay(watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        ImmutableMap.Builder<String, Environment> named = ImmutableMap.builder();
        environments.forEach(e -> named.put(e.name(), e));
        return new LocalCluster(
                named.buildOrThrow(),
                new LocalCluster.Steps(attempts, inProcess, detached, removals),
                watch,
                chosen,
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
    static Path install(Path scripts, String name) throws IOException {
        String text =
                Resources.toString(Resources.getResource(LocalClusterBuilder.class, name), StandardCharsets.UTF_8);
        Path target = scripts.resolve(name);
        Path fresh = Files.createTempFile(scripts, name, ".new");
        Files.writeString(fresh, text);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
        return Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
