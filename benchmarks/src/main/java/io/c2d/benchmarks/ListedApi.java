package io.c2d.benchmarks;

import io.c2d.core.access.AccessSettings;
import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.access.SignedMessage;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.port.Environment;
import io.c2d.core.port.SubmitRequest;
import io.c2d.rest.ComputeFeature;
import io.c2d.rest.ComputeRestApplication;
import io.c2d.rest.RestSettings;
import io.c2d.rest.grizzly.RestServer;
import io.c2d.rest.grizzly.RestServerSettings;
import io.c2d.signing.EthereumSignatureVerifier;
import io.c2d.signing.EthereumSigner;
import io.c2d.store.jdbc.JdbcJobStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The API on Grizzly in this process, with one caller who signs. */
final class ListedApi implements AutoCloseable {
    private static final String AUDIENCE = "https://compute.example";
    private static final String PATH = "/api/v1/compute";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final EthereumSigner signer = EthereumSigner.create(new SecureRandom());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final LifeMeter meter = new LifeMeter(() -> {});
    private final ComputeEngine engine;
    private final RestServer server;

    private ListedApi(JdbcJobStore store) throws IOException {
        this.engine = ComputeEngine.builder(store, NoOpCluster.ending(SampleWork.roomy()), new NoArtifacts())
                .listener(meter)
                .build();
        this.server = serve(engine);
    }

    static ListedApi start(JdbcJobStore store) throws IOException {
        ListedApi api = new ListedApi(store);
        api.engine.start();
        return api;
    }

    /** The API of an engine as a server has it, on a free port. */
    static RestServer serve(ComputeEngine engine) throws IOException {
        AccessSettings access = AccessSettings.strict(AUDIENCE).withNonceWindow(Duration.ofHours(6));
        ArtifactLinks links = new ArtifactLinks("5a".repeat(ArtifactLinks.KEY_BYTES), Duration.ofHours(1));
        return RestServer.start(
                RestServerSettings.of("127.0.0.1", 0),
                address -> new ComputeRestApplication(
                        new ComputeFeature(engine, new EthereumSignatureVerifier(), links, RestSettings.of(access))));
    }

    /** A list was not answered with 200. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        private RefusedException(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    Owner owner() {
        return new Owner(signer.address());
    }

    /** Runs one job of the caller to its end and out of the cluster. */
    JobId finishOne() throws Exception {
        JobId id = engine.newJobId();
        engine.submit(new SubmitRequest(
                owner(), "the first", SampleWork.WORKFLOW, Environment.DEFAULT, null, id, null, null));
        engine.whenFinished(id).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        Waiting.until("the job has left the cluster", LIMIT, () -> meter.lives() == 1);
        return id;
    }

    /** How long the same list takes, again and again, from the request to the last byte of the answer. */
    Figures measure(String query, int count) throws IOException, InterruptedException, RefusedException {
        HttpRequest request = request(query);
        run(request, count);
        return Figures.millis(run(request, count));
    }

    private long[] run(HttpRequest request, int count) throws IOException, InterruptedException, RefusedException {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long before = System.nanoTime();
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            nanos[i] = System.nanoTime() - before;
            if (answer.statusCode() != 200) {
                throw new RefusedException("answered " + answer.statusCode());
            }
        }
        return nanos;
    }

    private HttpRequest request(String query) {
        String nonce = Long.toString(engine.now().toEpochMilli());
        String agreement = query.contains("agreementId=") ? query.replaceFirst(".*agreementId=([^&]*).*", "$1") : "";
        SignedMessage message = new SignedMessage(AUDIENCE, "GET", PATH, signer.address(), agreement, "", "", nonce);
        String signed = "owner=" + signer.address() + "&nonce=" + nonce + "&signature=" + signer.sign(message.text());
        return HttpRequest.newBuilder(URI.create(server.address() + PATH + "?" + query + "&" + signed))
                .timeout(LIMIT)
                .build();
    }

    @Override
    public void close() {
        server.stop(Duration.ZERO);
        engine.close();
    }
}
