package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.ByteStreams;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.Observation;
import io.c2d.core.port.StepSpec;
import io.c2d.core.port.Subscription;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs jobs on a Kubernetes cluster, 1.28 or later. A step is a pod; the engine is its controller. Nothing is polled: watches
 * tell of changes, and a live look is made where a decision rests on it. All methods are safe to call from several threads;
 * each ends within the client's limits.
 */
public final class KubernetesCluster implements ComputeCluster {
    private final KubernetesClient client;
    private final ImmutableMap<String, KubernetesEnvironment> environments;
    private final Api api;
    private final ClusterCache cache;
    private final Steps steps;

    KubernetesCluster(
            KubernetesClient client,
            ImmutableMap<String, KubernetesEnvironment> environments,
            Api api,
            ClusterCache cache,
            Steps steps) {
        this.client = client;
        this.environments = environments;
        this.api = api;
        this.cache = cache;
        this.steps = steps;
    }

    /** The parts that do the work. */
    record Steps(Anchors anchors, StepStarter starter, StepStopper stopper, Remover remover, Looks looks) {}

    /** Starts from the defaults; see {@link KubernetesClusterBuilder}. */
    public static KubernetesClusterBuilder builder() {
        return new KubernetesClusterBuilder();
    }

    /** Whether the watches have told of everything that was there when they began; till then looks are live ones. */
    public boolean hasSeenAll() {
        return cache.hasSeenAll();
    }

    /** As {@link ClusterCache#heard}. */
    String heard(String namespace, Class<? extends HasMetadata> type) {
        return cache.heard(namespace, type);
    }

    /**
     * Looks whether every namespace shuts algorithms off the network.
     *
     * @return what is wrong, a sentence each; empty where all is well
     * @throws ClusterException if the cluster can't be reached
     */
    public ImmutableList<String> isolationFaults() {
        return cache.namespaces().stream()
                .map(namespace -> Isolation.fault(namespace, api.networkPolicy(namespace, Isolation.POLICY)))
                .flatMap(Optional::stream)
                .collect(ImmutableList.toImmutableList());
    }

    @Override
    public void check() {
        api.check();
    }

    /** What the pods' specs promise; {@code CUTS_NETWORK} is the namespace's policy's to keep, and is not promised here. */
    @Override
    public ImmutableSet<Ability> abilities() {
        return ImmutableSet.of(
                Ability.OUTLIVES_SERVER, Ability.HIDES_MACHINE, Ability.LIMITS_RESOURCES, Ability.READS_LOGS);
    }

    @Override
    public ImmutableMap<String, Environment> environments() {
        ImmutableMap.Builder<String, Environment> all = ImmutableMap.builder();
        environments.forEach((name, where) -> all.put(name, where.environment()));
        return all.buildOrThrow();
    }

    @Override
    public void prepare(AttemptRef attempt, Environment environment) {
        KubernetesEnvironment where = environments.get(environment.name());
        if (where == null) {
            throw new ClusterException("the environment " + environment.name() + " is not configured");
        }
        steps.anchors().prepare(attempt, where);
    }

    @Override
    public void start(StepSpec spec) {
        steps.starter().start(spec);
    }

    @Override
    public Observation observe(JobRef job, Look look) {
        return look == Look.LIVE ? steps.looks().live(job) : steps.looks().cached(job);
    }

    @Override
    public void stop(StepId step, String anchor, Duration grace) {
        steps.stopper().stop(step, anchor, grace);
    }

    @Override
    public void remove(AttemptRef attempt) {
        steps.remover().remove(attempt);
    }

    @Override
    public ImmutableList<FoundAttempt> attempts() {
        return steps.remover().all();
    }

    @Override
    public void remove(FoundAttempt found) {
        steps.remover().remove(found);
    }

    /** What the first instance printed, for as long as its pod is there and the kubelet keeps it. */
    @Override
    public InputStream logs(StepId step, String anchor, long from) throws IOException {
        Optional<AnchorId> at = AnchorId.parse(anchor);
        if (at.isEmpty()) {
            return InputStream.nullInputStream();
        }
        InputStream log =
                api.log(at.get().namespace(), Names.pod(step, 0), StepPods.MAIN).orElse(InputStream.nullInputStream());
        try {
            long unused = ByteStreams.exhaust(ByteStreams.limit(log, from));
            return log;
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    @Override
    public Subscription watch(Consumer<JobId> listener) {
        return cache.watch(listener);
    }

    /** Ends watches and connections; pods run on. */
    @Override
    public void close() {
        cache.close();
        client.close();
    }
}
