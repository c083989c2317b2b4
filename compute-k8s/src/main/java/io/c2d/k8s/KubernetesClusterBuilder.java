package io.c2d.k8s;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.c2d.core.port.ArtifactStore;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Assembles a {@link KubernetesCluster}. Not thread-safe. */
public final class KubernetesClusterBuilder {
    private @Nullable Config access;
    private @Nullable String installation;
    private @Nullable ArtifactStore artifacts;
    private @Nullable WorkerSettings worker;
    private ClientLimits limits = ClientLimits.DEFAULTS;
    private final Map<String, KubernetesEnvironment> environments = new LinkedHashMap<>();

    KubernetesClusterBuilder() {}

    /** Where the API server is and who we are there; what the pod or {@code KUBECONFIG} says if not given. */
    @CanIgnoreReturnValue
    public KubernetesClusterBuilder access(Config value) {
        access = value;
        return this;
    }

    /** The installation's id: 1 to 63 letters, digits, dashes. What bears another one is left alone. */
    @CanIgnoreReturnValue
    public KubernetesClusterBuilder installation(String value) {
        installation = value;
        return this;
    }

    /** Where the steps' pods store results, to read their lists of what they stored. */
    @CanIgnoreReturnValue
    public KubernetesClusterBuilder artifacts(ArtifactStore value) {
        artifacts = value;
        return this;
    }

    /** How stage-in, filter and publish run. */
    @CanIgnoreReturnValue
    public KubernetesClusterBuilder worker(WorkerSettings value) {
        worker = value;
        return this;
    }

    /** How hard the API server is asked; {@link ClientLimits#DEFAULTS} if not given. */
    @CanIgnoreReturnValue
    public KubernetesClusterBuilder limits(ClientLimits value) {
        limits = value;
        return this;
    }

    /** The environments; at least one. */
    @CanIgnoreReturnValue
    public KubernetesClusterBuilder environments(Iterable<KubernetesEnvironment> value) {
        for (KubernetesEnvironment each : value) {
            environments.put(each.environment().name(), each);
        }
        return this;
    }

    /**
     * Opens the cluster and begins to watch. The API server need not be reached for that: till it is, calls fail.
     *
     * @throws IllegalStateException if something is missing
     */
    public KubernetesCluster open() {
        if (installation == null || artifacts == null || worker == null || environments.isEmpty()) {
            throw new IllegalStateException(
                    "a Kubernetes cluster needs an installation's id, an artifact store, a worker and an environment");
        }
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(limited(access == null ? Config.autoConfigure(null) : access))
                .build();
        return assemble(client, new Labels(installation), new Manifests(artifacts), worker);
    }

    /** Watches by plain HTTP: the JDK's client carries many over one connection, and no proxy is in their way. */
    private Config limited(Config given) {
        return new ConfigBuilder(given)
                .withOnlyHttpWatches(true)
                .withConnectionTimeout((int) limits.connectTimeout().toMillis())
                .withRequestTimeout((int) limits.requestTimeout().toMillis())
                .withRequestRetryBackoffLimit(limits.retries())
                .withRequestRetryBackoffInterval((int) limits.firstPause().toMillis())
                .withWatchReconnectInterval((int) limits.firstPause().toMillis())
                .withWatchReconnectLimit(-1)
                .build();
    }

    private KubernetesCluster assemble(
            KubernetesClient client, Labels labels, Manifests manifests, WorkerSettings workers) {
        ImmutableSet<String> namespaces = environments.values().stream()
                .map(KubernetesEnvironment::namespace)
                .collect(Collectors.collectingAndThen(Collectors.toSet(), ImmutableSet::copyOf));
        ImmutableMap<String, KubernetesEnvironment> where = ImmutableMap.copyOf(environments);
        Api api = new Api(client, limits);
        ClusterCache cache = new ClusterCache(client, namespaces, labels, limits.resync());
        Removed removed = new Removed();
        AnchorObjects objects = new AnchorObjects(labels);
        Anchors anchors = new Anchors(api, cache, objects, removed);
        StepStarter starter = new StepStarter(api, cache, anchors, new PodFrame(labels), workers, where);
        return new KubernetesCluster(
                client,
                where,
                api,
                cache,
                new KubernetesCluster.Steps(
                        anchors,
                        starter,
                        new StepStopper(api, anchors, starter),
                        new Remover(api, cache, labels, removed),
                        new Looks(api, cache, labels, objects, removed, manifests)));
    }
}
