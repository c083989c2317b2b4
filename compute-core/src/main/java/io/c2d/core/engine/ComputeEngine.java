package io.c2d.core.engine;

import com.google.common.base.Preconditions;
import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobListener;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs compute-to-data jobs: the way in for applications that embed the engine, and for the REST layer.
 *
 * <pre>{@code
 * try (ComputeEngine engine = ComputeEngine.builder(store, cluster, artifacts).build()) {
 *     engine.start();
 *     JobId id = engine.submit(new Owner("me"), "agreement-1", WorkflowCodec.read(json));
 *     Job job = engine.whenFinished(id).get(1, TimeUnit.MINUTES);
 * }
 * }</pre>
 *
 * <p>Thread-safe. The ports stay the caller's: closing the engine does not close them.
 */
public final class ComputeEngine implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ComputeEngine.class);
    private static final Duration DRAIN = Duration.ofSeconds(20);
    private static final Duration REBIRTH = Duration.ofSeconds(1);

    private final Reconciler.Ports ports;
    private final EngineScheduler scheduler;
    private final boolean ownScheduler;
    private final EngineSettings settings;
    private final RandomGenerator random;
    private final Listeners listeners;
    private final FinishWatch finishWatch;
    private final QueueGauge gauge = new QueueGauge();
    private final Wiring wiring;

    /** Read by every caller, so never behind a lock that is held while a port is asked. */
    private volatile @Nullable EngineLife life;

    private @Nullable Stopwatch unreached;
    private boolean started;
    private boolean closed;

    private ComputeEngine(Builder builder) {
        this.ports = new Reconciler.Ports(builder.store, builder.cluster, builder.artifacts);
        this.ownScheduler = builder.scheduler == null;
        this.scheduler = builder.scheduler == null ? ThreadedScheduler.create(builder.threads) : builder.scheduler;
        this.settings = builder.settings;
        this.random = builder.random;
        this.wiring = builder.wiring;
        this.finishWatch = new FinishWatch(builder.store);
        this.listeners = new Listeners(builder.listeners.add(finishWatch).build());
    }

    /** An engine on these ports. */
    public static Builder builder(JobStore store, ComputeCluster cluster, ArtifactStore artifacts) {
        return new Builder(store, cluster, artifacts);
    }

    /** Opens a lease and begins to work. Callers may submit before; then nothing runs yet. */
    public void start() {
        synchronized (this) {
            Preconditions.checkState(!started && !closed, "an engine is started once");
            started = true;
        }
        begin();
    }

    private void begin() {
        EngineLife next = new EngineLife(
                ports,
                scheduler,
                settings,
                random,
                listeners,
                new Lookout.Watched(gauge, finishWatch),
                wiring,
                this::isOver);
        synchronized (this) {
            if (!closed) {
                life = next;
            }
        }
        if (life != next) {
            // Shut down meanwhile: the lease goes back at once.
            CompletableFuture<Void> unused = next.drain();
            return;
        }
        log.info("engine {} begins, installation {}", next.id(), ports.store().installation());
        next.start();
    }

    /** On a worker: where none is free, a life that begins would do nothing but hold jobs. */
    private void isOver() {
        scheduler.execute(this::beginAnew);
    }

    private void beginAnew() {
        EngineLife last = life;
        if (last == null) {
            return;
        }
        try {
            last.abandon();
            if (mayBegin()) {
                begin();
                return;
            }
        } catch (RuntimeException e) {
            log.warn("no new life can begin now: {}", e.getMessage());
        }
        scheduler.schedule(REBIRTH, this::isOver);
    }

    /**
     * Jobs are taken only while something can be done about them. If the cluster stays out of reach for so long that jobs
     * are given up, they are taken to be given up: nothing waits without an end.
     */
    private boolean mayBegin() {
        try {
            ports.cluster().check();
            unreached = null;
            return true;
        } catch (ClusterException e) {
            log.warn("no jobs are taken: {}", e.sentence());
            if (unreached == null) {
                unreached = Stopwatch.createStarted(scheduler.ticker());
            }
            return unreached.elapsed().compareTo(settings.retries().giveUp()) >= 0;
        }
    }

    /** Whether it holds a lease, so that jobs get on. */
    public boolean isWorking() {
        EngineLife current = life;
        return current != null && current.isAlive();
    }

    /**
     * Whether a turn or a timer of the job is to come in this engine. For tests of the whole: a job that the engine owns and
     * that is not done with must be attended, or nobody would ever look at it again.
     */
    public boolean attends(JobId id) {
        EngineLife current = life;
        return current != null && current.attends(id);
    }

    /** The store's present time. */
    public Instant now() {
        EngineLife current = life;
        return current == null ? ports.store().now() : current.now();
    }

    /** An id for a new job. */
    public JobId newJobId() {
        return JobId.create(now(), random);
    }

    /**
     * The environment that a workflow's {@code namespace} means.
     *
     * @throws ComputeException where there is none of that name and no fallback
     */
    public Environment environment(@Nullable String namespace, String pointer) {
        String name = namespace == null ? Environment.DEFAULT : namespace;
        Environment found = ports.cluster().environments().get(name);
        if (found == null && settings.fallbackEnvironment().isPresent()) {
            found = ports.cluster()
                    .environments()
                    .get(settings.fallbackEnvironment().get());
        }
        if (found == null) {
            throw ComputeException.invalid(
                    pointer,
                    "there is no environment \"" + name + "\"; there are "
                            + String.join(", ", ports.cluster().environments().keySet()));
        }
        return found;
    }

    /** Submits a job without idempotency key or nonce, or restarts one that this agreement stopped. */
    @CanIgnoreReturnValue
    public JobId submit(Owner owner, String agreementId, Workflow workflow) {
        Environment environment = environment(workflow.stage(0).compute().namespace(), "/stages/0/compute/namespace");
        environment.requireRoomFor(workflow, "/stages");
        SubmitResult result = submit(
                new SubmitRequest(owner, agreementId, workflow, environment.name(), null, newJobId(), null, null));
        if (result.kind() == SubmitResult.Kind.QUEUE_FULL) {
            throw new ComputeException(ErrorCode.QUEUE_FULL, "too many jobs wait already; try again later");
        }
        if (!result.isAccepted()) {
            JobId running = result.job().orElseThrow();
            throw new ComputeException(
                    ErrorCode.AGREEMENT_RUNNING, "the agreement has a running job: " + running, running);
        }
        return result.job().orElseThrow();
    }

    /** Submits or restarts a job, unless too many wait already. The store wakes the engines. */
    public SubmitResult submit(SubmitRequest request) {
        String ownerKey = request.owner().key();
        ImmutableSet<String> full = ports.cluster().environments().values().stream()
                .filter(environment -> gauge.isFull(environment, ownerKey))
                .map(Environment::name)
                .collect(ImmutableSet.toImmutableSet());
        SubmitResult result = ports.store().submit(request.withFullQueues(full));
        // A restarted job waits in its own environment, which the next sample tells.
        if (result.kind() == SubmitResult.Kind.CREATED && !result.repeated()) {
            gauge.accepted(request.environment(), ownerKey);
        }
        return result;
    }

    /** Stores a stop or a delete. The store wakes the engines. */
    @CanIgnoreReturnValue
    public WishResult wish(WishRequest request) {
        return ports.store().wish(request);
    }

    /**
     * Cleans up once, beside what each engine does by itself; see {@link SweepSettings}. Orphans go only when they were
     * orphans in an earlier look of the same engine, a grace ago: so the first look only tells.
     *
     * @throws ComputeException where the store or the cluster can't be reached
     */
    public SweepReport sweep() {
        EngineLife current = life;
        Preconditions.checkState(current != null, "the engine has not been started");
        return current.sweep();
    }

    /** Stops a job; one that has ended is left alone. */
    public void stop(JobId id) {
        wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null));
    }

    /** Deletes a job with everything that it left; stops it first if it runs. */
    public void delete(JobId id) {
        wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, null));
    }

    /** The job as stored now. */
    public Optional<Job> get(JobId id) {
        return ports.store().get(id);
    }

    /** Jobs, newest first. */
    public JobPage query(JobQuery query) {
        return ports.store().query(query);
    }

    /** What happened to a job, oldest first. */
    public ImmutableList<JobEvent> history(JobId id) {
        return ports.store().history(id);
    }

    /**
     * The bytes of an artifact from the job's manifest.
     *
     * @throws IOException if they can't be read
     */
    public Optional<InputStream> open(Artifact artifact, long from) throws IOException {
        return ports.artifacts().open(artifact, from);
    }

    /**
     * Completes when the job's attempt has ended, through this engine; at once if it has. Exceptionally where there is no
     * such job.
     */
    public CompletableFuture<Job> whenFinished(JobId id) {
        return finishWatch.watch(id);
    }

    /** Takes no more jobs, lets the turns under way end, gives the lease back. What runs in the cluster runs on. */
    public CompletableFuture<Void> shutdown() {
        EngineLife last;
        synchronized (this) {
            closed = true;
            last = life;
            life = null;
        }
        return last == null ? CompletableFuture.completedFuture(null) : last.drain();
    }

    /** As {@link #shutdown}, and waits for it, 20 s at most. */
    @Override
    public void close() {
        try {
            shutdown().orTimeout(DRAIN.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            log.warn("the lease was not given back and runs out by itself: {}", String.valueOf(e.getCause()));
        }
        if (ownScheduler) {
            scheduler.close();
        }
    }

    /** Builds an engine. */
    public static final class Builder {
        private final JobStore store;
        private final ComputeCluster cluster;
        private final ArtifactStore artifacts;
        private final ImmutableList.Builder<JobListener> listeners = ImmutableList.builder();
        private EngineSettings settings = EngineSettings.DEFAULTS;
        private RandomGenerator random = new SecureRandom();
        private @Nullable EngineScheduler scheduler;
        private int threads = 8;
        private Wiring wiring = Wiring.DEFAULT;

        private Builder(JobStore store, ComputeCluster cluster, ArtifactStore artifacts) {
            this.store = store;
            this.cluster = cluster;
            this.artifacts = artifacts;
        }

        /** How it behaves; {@link EngineSettings#DEFAULTS} if not given. */
        @CanIgnoreReturnValue
        public Builder settings(EngineSettings value) {
            settings = value;
            return this;
        }

        /** Where its turns run; threads of its own if not given. A given one is not closed with the engine. */
        @CanIgnoreReturnValue
        public Builder scheduler(EngineScheduler value) {
            scheduler = value;
            return this;
        }

        /** How many threads of its own it has, 8 if not given. */
        @CanIgnoreReturnValue
        public Builder threads(int value) {
            Preconditions.checkArgument(value > 0, "an engine needs a thread");
            threads = value;
            return this;
        }

        /** Where ids and jitter come from; {@link SecureRandom} if not given. Must be thread-safe. */
        @CanIgnoreReturnValue
        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /** Who is told of stored transitions. */
        @CanIgnoreReturnValue
        public Builder listener(JobListener value) {
            listeners.add(value);
            return this;
        }

        /** Exchanges parts of the engine's inside. */
        @CanIgnoreReturnValue
        Builder wiring(Wiring value) {
            wiring = value;
            return this;
        }

        /** The engine, not started yet. */
        public ComputeEngine build() {
            return new ComputeEngine(this);
        }
    }
}
