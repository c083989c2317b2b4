package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.Environment;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * What {@code KUBECONFIG} points to, for the profile {@code e2e}: a namespace of its own at the level "restricted", which
 * goes with all that is in it, and a place for the steps' uploads. What it takes from properties:
 *
 * <ul>
 *   <li>{@code e2e.worker-image}: the worker's image, on the nodes or to be pulled; {@code c2d-worker:0.1.0} if not given
 *   <li>{@code e2e.image} and {@code e2e.tag}: an image with a shell for algorithms; {@code busybox} and {@code 1.36}
 *   <li>{@code e2e.host}: this machine as pods see it; its first address that is not loopback
 *   <li>{@code e2e.storage-class}: of the jobs' volumes; the cluster's default
 * </ul>
 */
final class RealCluster implements AutoCloseable {
    private static final String BASE = "/uploads/";
    private static final String DATA = "/data/";
    private static final Path EXAMPLES = Path.of("..", "examples", "data");

    private final KubernetesClient admin = new KubernetesClientBuilder().build();
    private final String namespace = "c2d-e2e-" + UUID.randomUUID().toString().substring(0, 8);
    private final MemoryArtifacts artifacts = new MemoryArtifacts();
    private final HttpServer uploads;

    RealCluster() throws IOException {
        uploads = HttpServer.create(new InetSocketAddress(0), 0);
        uploads.createContext(BASE, this::receive);
        uploads.createContext(DATA, exchange -> {
            try (exchange) {
                byte[] bytes = Files.readAllBytes(
                        EXAMPLES.resolve(exchange.getRequestURI().getPath().substring(DATA.length())));
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        uploads.start();
        var unused = admin.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
    }

    static String image() {
        return System.getProperty("e2e.image", "busybox");
    }

    static String tag() {
        return System.getProperty("e2e.tag", "1.36");
    }

    KubernetesEnvironment environment() {
        Environment limits = Environment.defaults("default").withLimits(Fixture.LIMITS);
        return KubernetesEnvironment.in(
                        namespace,
                        limits.withResources(new Environment.Resources(0.1, 64L << 20, 1 << 20, 64, 1 << 16)))
                .withVolume(new KubernetesEnvironment.Volume(
                        System.getProperty("e2e.storage-class"), 64L << 20, "ReadWriteOnce"))
                .withScratch(new KubernetesEnvironment.Scratch(16L << 20, 64L << 20));
    }

    /** Where a pod finds one of the demo's files. */
    String data(String file) {
        return "http://" + host() + ":" + uploads.getAddress().getPort() + DATA + file;
    }

    MemoryArtifacts artifacts() {
        return artifacts;
    }

    /** A server on it. Whether the network is shut off is not looked at: not every cluster enforces policies. */
    KubernetesCluster open() {
        return KubernetesCluster.builder()
                .installation("e2e")
                .artifacts(artifacts)
                .worker(new WorkerSettings(
                        System.getProperty("e2e.worker-image", "c2d-worker:0.1.0"),
                        0.1,
                        192L << 20,
                        new WorkerSettings.Downloads(ImmutableList.of(host() + "/32"), 10L << 20),
                        Duration.ZERO,
                        this::upload))
                .environments(List.of(environment()))
                .open();
    }

    private WorkerSettings.Upload upload(StepId step) {
        return new WorkerSettings.Upload(
                URI.create("http://" + host() + ":" + uploads.getAddress().getPort() + BASE + step), "e2e");
    }

    private static String host() {
        String given = System.getProperty("e2e.host", "");
        if (!given.isEmpty()) {
            return given;
        }
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .findFirst()
                    .orElseThrow()
                    .getHostAddress();
        } catch (IOException e) {
            throw new IllegalStateException("this machine's addresses can't be listed; give e2e.host", e);
        }
    }

    /** {@code /uploads/JOB/ATTEMPT/STEP/PATH}. */
    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] parts =
                    exchange.getRequestURI().getPath().substring(BASE.length()).split("/", 4);
            StepId step = StepId.parse(new JobId(parts[0]), Integer.parseInt(parts[1]), parts[2])
                    .orElseThrow();
            byte[] bytes = exchange.getRequestBody().readAllBytes();
            Artifact stored = artifacts.put(step, parts[3], Artifact.Role.OUTPUT, new ByteArrayInputStream(bytes));
            byte[] answer = ("{\"size\":" + stored.size() + ",\"sha256\":\""
                            + Hashing.sha256().hashBytes(bytes) + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    /** What of ours is left in the namespace. */
    List<String> left() {
        List<String> names = new ArrayList<>();
        admin.pods()
                .inNamespace(namespace)
                .list()
                .getItems()
                .forEach(p -> names.add(p.getMetadata().getName()));
        admin.persistentVolumeClaims()
                .inNamespace(namespace)
                .list()
                .getItems()
                .forEach(v -> names.add(v.getMetadata().getName()));
        return Collections.unmodifiableList(names);
    }

    @Override
    public void close() {
        uploads.stop(0);
        // A pod bears a finalizer of ours, and nobody is there any more to take it off.
        admin.pods().inNamespace(namespace).list().getItems().forEach(pod -> {
            var unused = admin.pods().resource(pod).edit(p -> {
                p.getMetadata().setFinalizers(List.of());
                return p;
            });
        });
        var unused = admin.namespaces()
                .withName(namespace)
                .withTimeout(2, TimeUnit.MINUTES)
                .delete();
        admin.close();
    }
}
