package io.c2d.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import io.c2d.core.access.AccessSettings;
import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.access.SignedMessage;
import io.c2d.core.access.UploadGrants;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.json.CanonicalJson;
import io.c2d.core.json.StrictJson;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.SignatureVerifier;
import io.c2d.rest.grizzly.RestServer;
import io.c2d.rest.grizzly.RestServerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * A whole service on a free port: a real engine on a store in memory, a cluster of its own, a real Grizzly, and a client.
 * Signatures are {@code <address>!<sha256 of the message>}: as with true ones, a changed message yields another signer.
 */
final class TestingService implements AutoCloseable {
    static final String OWNER = "0x" + "aA".repeat(20);
    static final String OTHER = "0x" + "bB".repeat(20);
    static final String READER = "0x" + "cC".repeat(20);
    static final String GATEWAY = "0x" + "dD".repeat(20);
    static final String ADMIN = "0x" + "eE".repeat(20);
    static final String TOKEN = "the admin's token";
    static final String AUDIENCE = "https://compute.example";

    private static final AtomicLong NONCES = new AtomicLong();

    static {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    final InMemoryJobStore store = InMemoryJobStore.create(InstantSource.system(), "test");
    final TestingCluster cluster;
    final ComputeEngine engine;
    final ArtifactLinks links = new ArtifactLinks("5a".repeat(32), Duration.ofHours(1));
    final RestServer server;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final UploadGrants grants;

    private TestingService(
            Path folder, RestSettings settings, UnaryOperator<RestServerSettings> tuning, boolean uploads)
            throws IOException {
        FileArtifactStore artifacts = FileArtifactStore.open(folder, "test", new SecureRandom());
        cluster = new TestingCluster(artifacts);
        engine = ComputeEngine.builder(store, cluster, artifacts)
                .settings(EngineSettings.DEFAULTS.withFallback("default"))
                .build();
        engine.start();
        grants = new UploadGrants("5a".repeat(32), store, artifacts);
        ComputeFeature feature = new ComputeFeature(engine, verifier(), links, settings);
        server = RestServer.start(
                tuning.apply(RestServerSettings.of("127.0.0.1", 0)),
                address -> new ComputeRestApplication(uploads ? feature.withUploads(grants) : feature));
    }

    static TestingService start(Path folder, RestSettings settings) throws IOException {
        return new TestingService(folder, settings, UnaryOperator.identity(), false);
    }

    static TestingService start(Path folder, RestSettings settings, UnaryOperator<RestServerSettings> tuning)
            throws IOException {
        return new TestingService(folder, settings, tuning, false);
    }

    /** With the place where steps that run elsewhere store what they have. */
    static TestingService withUploads(Path folder) throws IOException {
        return new TestingService(folder, unsigned(), UnaryOperator.identity(), true);
    }

    static RestSettings signed() {
        return RestSettings.of(AccessSettings.strict(AUDIENCE)
                .withAdmins(ImmutableSet.of(ADMIN))
                .withGateways(ImmutableSet.of(GATEWAY))
                .withAdminTokens(ImmutableSet.of(Hashing.sha256()
                        .hashString(TOKEN, StandardCharsets.UTF_8)
                        .toString())));
    }

    static RestSettings unsigned() {
        return RestSettings.of(AccessSettings.none(AUDIENCE));
    }

    private static SignatureVerifier verifier() {
        return (message, signature) -> {
            String[] parts = signature.split("!", -1);
            if (parts.length != 2) {
                return Optional.empty();
            }
            String hash = hash(message);
            return Optional.of(
                    parts[1].equals(hash) ? parts[0].toLowerCase(Locale.ROOT) : "0x" + hash.substring(0, 40));
        };
    }

    private static String hash(String message) {
        return Hashing.sha256().hashString(message, StandardCharsets.UTF_8).toString();
    }

    /** A nonce of now that no other call has. */
    String nonce() {
        return store.now().toEpochMilli() + "-" + NONCES.incrementAndGet();
    }

    static String sign(String signer, String method, String path, Map<String, String> parameters, String workflowHash) {
        String message = new SignedMessage(
                        AUDIENCE,
                        method,
                        path,
                        parameters.getOrDefault("owner", ""),
                        parameters.getOrDefault("agreementId", parameters.getOrDefault("serviceAgreementId", "")),
                        parameters.getOrDefault("jobId", ""),
                        workflowHash,
                        parameters.getOrDefault("nonce", ""))
                .text();
        return signer + "!" + hash(message);
    }

    /** A request whose parameters are in the query, signed with a fresh nonce. */
    HttpResponse<String> signedCall(String signer, String method, String path, Map<String, String> parameters) {
        Map<String, String> all = new TreeMap<>(parameters);
        all.putIfAbsent("nonce", nonce());
        all.putIfAbsent("signature", sign(signer, method, path, all, ""));
        return call(method, path + query(all), "");
    }

    /** A body for {@code POST}, signed with a fresh nonce. */
    String signedBody(String signer, Map<String, String> parameters, String workflow) {
        ObjectNode body = (ObjectNode) StrictJson.read("{}");
        Map<String, String> all = new TreeMap<>(parameters);
        all.putIfAbsent("nonce", nonce());
        all.putIfAbsent(
                "signature",
                sign(signer, "POST", "/api/v1/compute", all, workflow.isEmpty() ? "" : CanonicalJson.sha256(workflow)));
        all.forEach(body::put);
        if (!workflow.isEmpty()) {
            body.set("workflow", StrictJson.read(workflow));
        }
        return StrictJson.write(body);
    }

    HttpResponse<String> submit(String signer, Map<String, String> parameters, String workflow, String... headers) {
        return call("POST", "/api/v1/compute", signedBody(signer, parameters, workflow), headers);
    }

    static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }

    HttpResponse<String> call(String method, String target, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + target))
                .timeout(Duration.ofSeconds(30))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request.build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What the server answers to these very bytes, until it closes the connection. */
    String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return StrictJson.read(response.body());
    }

    /** The path and query of a link. */
    static String local(String link) {
        if (!link.startsWith(AUDIENCE)) {
            throw new AssertionError("a link begins with the public URL: " + link);
        }
        return link.substring(AUDIENCE.length());
    }

    /** Returns once something holds; fails where it does not come about. */
    static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }

    Job awaitEnd(JobId id) {
        try {
            return engine.whenFinished(id).get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the job did not end", e);
        }
    }

    static String workflow(String code, String... readers) {
        ObjectNode root = (ObjectNode) StrictJson.read("""
                {"stages":[{"index":0,"input":[],"compute":{"Instances":1,"namespace":"default","maxtime":3600},
                "algorithm":{"rawcode":"","container":{"image":"node","tag":"10","entrypoint":"node $ALGO"}},
                "output":{"whitelist":[]}}]}""");
        ((ObjectNode) root.at("/stages/0/algorithm")).put("rawcode", code);
        for (String reader : readers) {
            root.withArray("/stages/0/output/whitelist").add(reader);
        }
        return StrictJson.write(root);
    }

    static Map<String, String> params(String... pairs) {
        ImmutableMap.Builder<String, String> map = ImmutableMap.builder();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map.buildOrThrow();
    }

    @Override
    public void close() {
        server.stop(Duration.ZERO);
        engine.close();
    }
}
