package io.c2d.server;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import io.c2d.core.access.UploadGrants;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.k8s.KubernetesCluster;
import io.c2d.k8s.KubernetesEnvironment;
import io.c2d.k8s.WorkerSettings;
import io.c2d.local.LocalCluster;
import io.c2d.worker.DownloadPolicy;
import io.c2d.worker.Network;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the cluster that the settings name. */
final class ClusterAssembly {
    private static final Logger log = LoggerFactory.getLogger(ClusterAssembly.class);

    private final ServerSettings settings;
    private final FileArtifactStore artifacts;
    private final UploadGrants grants;

    ClusterAssembly(ServerSettings settings, FileArtifactStore artifacts, UploadGrants grants) {
        this.settings = settings;
        this.artifacts = artifacts;
        this.grants = grants;
    }

    /**
     * Opens it.
     *
     * @param data the folder of what this machine keeps
     * @param installation the installation's id
     * @throws IllegalStateException if no sandbox works, or a namespace does not shut algorithms off the network
     */
    ComputeCluster open(Path data, String installation) throws IOException {
        KubernetesSettings kubernetes = settings.kubernetes();
        return kubernetes == null ? local(data) : kubernetes(kubernetes, installation);
    }

    private LocalCluster local(Path data) throws IOException {
        LocalCluster cluster = LocalCluster.builder()
                .folder(data.resolve("work"))
                .artifacts(artifacts)
                .downloads(downloads())
                .environments(settings.environments())
                .sandbox(String.join(",", settings.local().sandboxes()))
                .containers(settings.local().containers())
                .open();
        if (cluster.sandbox().equals("process")) {
            log.warn("algorithms run WITHOUT a sandbox (local.sandbox=process): for trusted code alone");
        }
        log.info("algorithms run on this machine, sandbox {}", cluster.sandbox());
        return cluster;
    }

    private DownloadPolicy downloads() {
        return DownloadPolicy.builder()
                .allowedNetworks(settings.staging().allowedNetworks())
                .allowFileUrls(settings.staging().fileUrls())
                .maxFileBytes(settings.staging().maxFileBytes())
                .build();
    }

    private KubernetesCluster kubernetes(KubernetesSettings set, String installation) {
        Config access = Config.autoConfigure(null);
        ImmutableList<KubernetesEnvironment> places = set.places().stream()
                .map(place -> place.namespace().isEmpty() ? place.inNamespace(ownNamespace(access)) : place)
                .collect(ImmutableList.toImmutableList());
        KubernetesCluster cluster = KubernetesCluster.builder()
                .access(access)
                .installation(installation)
                .artifacts(artifacts)
                .worker(new WorkerSettings(
                        set.workerImage(),
                        set.workerCpus(),
                        set.workerMemory(),
                        fetched(),
                        patience(set),
                        step -> upload(set.uploadUrl(), step)))
                .limits(set.calls())
                .environments(places)
                .open();
        try {
            checkIsolation(cluster, set);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        places.forEach(place -> log.info(
                "the environment {} is the namespace {}", place.environment().name(), place.namespace()));
        return cluster;
    }

    private static String ownNamespace(Config access) {
        String namespace = Strings.nullToEmpty(access.getNamespace());
        if (namespace.isEmpty()) {
            throw new IllegalStateException("kubernetes.namespace: neither it nor the account names a namespace");
        }
        return namespace;
    }

    private static void checkIsolation(KubernetesCluster cluster, KubernetesSettings set) {
        if (!set.networkCheck()) {
            log.warn("whether algorithms are shut off the network was not looked at (kubernetes.network-check=false)");
            return;
        }
        try {
            ImmutableList<String> faults = cluster.isolationFaults();
            if (!faults.isEmpty()) {
                throw new IllegalStateException(String.join("; ", faults)
                        + ": apply deploy/kubernetes/environment there, or set kubernetes.network-check=false where"
                        + " algorithms are shut off otherwise");
            }
        } catch (ClusterException e) {
            throw new IllegalStateException("the network policies can't be looked at: " + e.sentence(), e);
        }
    }

    private static Duration patience(KubernetesSettings set) {
        return set.networkCheck() ? WorkerSettings.DEFAULT_ISOLATION_PATIENCE : Duration.ZERO;
    }

    private WorkerSettings.Downloads fetched() {
        return new WorkerSettings.Downloads(
                settings.staging().allowedNetworks().stream()
                        .map(Network::toString)
                        .collect(ImmutableList.toImmutableList()),
                settings.staging().maxFileBytes());
    }

    private WorkerSettings.Upload upload(URI base, StepId step) {
        String text = base.toString();
        String root = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return new WorkerSettings.Upload(URI.create(root + UploadGrants.path(step)), grants.token(step));
    }
}
