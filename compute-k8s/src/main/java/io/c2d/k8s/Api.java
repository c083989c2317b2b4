package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.RateLimiter;
import io.c2d.core.port.ClusterException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that we make, and no other: create, get, list, delete by identity, and one merge patch. Each passes the client's
 * own limits first. Nothing is read, changed and written back. Thread-safe.
 */
final class Api {
    private static final Logger log = LoggerFactory.getLogger(Api.class);
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final KubernetesClient client;
    private final Semaphore places;
    private final RateLimiter rate;
    private final Duration patience;

    Api(KubernetesClient client, ClientLimits limits) {
        this.client = client;
        this.places = new Semaphore(limits.concurrent(), true);
        this.rate = RateLimiter.create(limits.perSecond());
        this.patience = limits.patience();
    }

    /** Asks the server for its version, which every account may. */
    void check() {
        call("the cluster can't be reached", () -> client.getKubernetesVersion());
    }

    /**
     * Makes an object.
     *
     * @throws KubernetesClientException as the server refused it
     */
    <T extends HasMetadata> T create(T object) {
        return passed(() -> client.resource(object).create());
    }

    Optional<ConfigMap> anchor(String namespace, String name) {
        return call(
                "the attempt's anchor can't be read",
                () -> Optional.ofNullable(client.configMaps()
                        .inNamespace(namespace)
                        .withName(name)
                        .get()));
    }

    Optional<PersistentVolumeClaim> volume(String namespace, String name) {
        return call(
                "the attempt's volume can't be read",
                () -> Optional.ofNullable(client.persistentVolumeClaims()
                        .inNamespace(namespace)
                        .withName(name)
                        .get()));
    }

    Optional<Pod> pod(String namespace, String name) {
        return call(
                "the step's pod can't be read",
                () -> Optional.ofNullable(
                        client.pods().inNamespace(namespace).withName(name).get()));
    }

    Optional<Secret> secret(String namespace, String name) {
        return call(
                "the step's task can't be read",
                () -> Optional.ofNullable(
                        client.secrets().inNamespace(namespace).withName(name).get()));
    }

    Optional<NetworkPolicy> networkPolicy(String namespace, String name) {
        return call(
                "the network policy can't be read",
                () -> Optional.ofNullable(client.network()
                        .networkPolicies()
                        .inNamespace(namespace)
                        .withName(name)
                        .get()));
    }

    ImmutableList<ConfigMap> anchors(String namespace, Map<String, String> labels) {
        return call(
                "the anchors can't be listed",
                () -> ImmutableList.copyOf(client.configMaps()
                        .inNamespace(namespace)
                        .withLabels(labels)
                        .list()
                        .getItems()));
    }

    ImmutableList<PersistentVolumeClaim> volumes(String namespace, Map<String, String> labels) {
        return call(
                "the volumes can't be listed",
                () -> ImmutableList.copyOf(client.persistentVolumeClaims()
                        .inNamespace(namespace)
                        .withLabels(labels)
                        .list()
                        .getItems()));
    }

    ImmutableList<Pod> pods(String namespace, Map<String, String> labels) {
        return call(
                "the pods can't be listed",
                () -> ImmutableList.copyOf(client.pods()
                        .inNamespace(namespace)
                        .withLabels(labels)
                        .list()
                        .getItems()));
    }

    /** Deletes the anchor of this identity; nothing happens if it is gone, or another one has its name. */
    void deleteAnchor(AnchorId anchor, String name) {
        delete("the attempt's anchor can't be deleted", path(anchor, "configmaps", name), identity(anchor.uid()));
    }

    /** Deletes a volume; its name contains its anchor's identity. */
    void deleteVolume(AnchorId anchor) {
        delete(
                "the attempt's volume can't be deleted",
                path(anchor, "persistentvolumeclaims", Names.volume(anchor)),
                new DeleteOptionsBuilder().withPropagationPolicy("Background").build());
    }

    /** Tells a pod to end; it stays for as long as it bears our finalizer. */
    void deletePod(Pod pod, Duration grace) {
        DeleteOptions options = identity(pod.getMetadata().getUid())
                .edit()
                .withGracePeriodSeconds(PodFrame.graceSeconds(grace))
                .build();
        AnchorId at =
                new AnchorId(pod.getMetadata().getNamespace(), pod.getMetadata().getUid());
        delete("the step can't be stopped", path(at, "pods", pod.getMetadata().getName()), options);
    }

    /** Tells all pods that hang on an anchor to end. */
    void deletePods(AnchorId anchor, Map<String, String> labels) {
        String selector = labels.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
        String query = "?labelSelector=" + URLEncoder.encode(selector, StandardCharsets.UTF_8);
        delete(
                "the steps can't be deleted",
                "/api/v1/namespaces/" + anchor.namespace() + "/pods" + query,
                new DeleteOptionsBuilder().withPropagationPolicy("Background").build());
    }

    /** Lets a pod go whose end nobody asks for any more. The UID in the patch keeps it from meeting another pod. */
    void release(Pod pod) {
        String patch = "{\"metadata\":{\"uid\":\"" + pod.getMetadata().getUid() + "\",\"finalizers\":null}}";
        AnchorId at =
                new AnchorId(pod.getMetadata().getNamespace(), pod.getMetadata().getUid());
        try {
            passed(() -> merge(path(at, "pods", pod.getMetadata().getName()), patch));
        } catch (KubernetesClientException e) {
            if (!ApiFailure.isGoneOrAnother(e)) {
                throw ApiFailure.told("the step's pod can't be released", e);
            }
        }
    }

    /** By hand, since the client's own patches read the object first. */
    private boolean merge(String path, String patch) {
        String server = client.getConfiguration().getMasterUrl();
        HttpClient http = client.getHttpClient();
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(server.substring(0, server.length() - 1) + path)
                .method("PATCH", MERGE_PATCH, patch)
                .timeout(client.getConfiguration().getRequestTimeout(), TimeUnit.MILLISECONDS)
                .build();
        HttpResponse<String> answer;
        try {
            answer = http.sendAsync(request, String.class).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while waiting for the cluster's answer", e);
        } catch (ExecutionException e) {
            throw KubernetesClientException.launderThrowable(e.getCause());
        }
        if (!answer.isSuccessful()) {
            throw new KubernetesClientException(status(answer));
        }
        return true;
    }

    private Status status(HttpResponse<String> answer) {
        try {
            Status status = client.getKubernetesSerialization().unmarshal(answer.body(), Status.class);
            if (status != null && status.getCode() != null) {
                return status;
            }
        } catch (KubernetesClientException | IllegalArgumentException e) {
            log.debug("an answer of {} without a status", answer.code(), e);
        }
        return new StatusBuilder()
                .withCode(answer.code())
                .withMessage("code " + answer.code())
                .build();
    }

    /** What a pod printed; nothing where it is gone, or has not begun, which is told as a bad request. */
    Optional<InputStream> log(String namespace, String pod, String container) throws IOException {
        try {
            return Optional.of(passed(() -> client.pods()
                    .inNamespace(namespace)
                    .withName(pod)
                    .inContainer(container)
                    .getLogInputStream()));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST) {
                return Optional.empty();
            }
            throw new IOException("the step's log can't be read: " + ApiFailure.sentence(e), e);
        }
    }

    private static DeleteOptions identity(String uid) {
        return new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(uid)
                .endPreconditions()
                .withPropagationPolicy("Background")
                .build();
    }

    private static String path(AnchorId at, String kind, String name) {
        return "/api/v1/namespaces/" + at.namespace() + "/" + kind + "/" + name;
    }

    /** By hand, since the client's own deletes know no precondition by UID. */
    private void delete(String failure, String path, DeleteOptions options) {
        try {
            @Nullable String unused = passed(() -> client.raw(path, "DELETE", options));
        } catch (KubernetesClientException e) {
            if (!ApiFailure.isGoneOrAnother(e)) {
                throw ApiFailure.told(failure, e);
            }
        }
    }

    private <T> T call(String failure, Supplier<T> call) {
        try {
            return passed(call);
        } catch (KubernetesClientException e) {
            throw ApiFailure.told(failure, e);
        }
    }

    private <T> T passed(Supplier<T> call) {
        boolean entered;
        try {
            entered = places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while waiting for a call's turn", e);
        }
        if (!entered) {
            throw new ClusterException("too many calls to the cluster are under way");
        }
        try {
            if (!rate.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ClusterException("too many calls to the cluster are waiting");
            }
            return call.get();
        } finally {
            places.release();
        }
    }
}
