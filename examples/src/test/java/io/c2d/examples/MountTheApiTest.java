package io.c2d.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.client.ComputeClient;
import io.c2d.client.JobView;
import io.c2d.client.WorkflowBuilder;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Workflow;
import io.c2d.signing.EthereumSigner;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountTheApiTest {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder = Path.of("");

    private TestingService service;

    @BeforeEach
    void open() throws IOException {
        service = TestingService.start(folder, MountTheApi::application);
    }

    @AfterEach
    void close() {
        service.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(service.address().resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theApplicationsOwnResourceAnswersBesideTheApi() throws Exception {
        HttpResponse<String> own = get("/imprint");
        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(own.body()).isEqualTo("Example Ltd.");
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void anUnsignedRequestIsRefusedInTheApisForm() throws Exception {
        HttpResponse<String> refused = get("/api/v1/compute?agreementId=agreement-1");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(refused.body()).contains("\"the request is not signed\"");
    }

    @Test
    void anUnknownPathIsTheApplicationsAffair() throws Exception {
        HttpResponse<String> unknown = get("/no-such-path");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEmpty();
    }

    @Test
    void aSignedJobRunsThroughIt() throws Exception {
        Workflow workflow = WorkflowBuilder.create()
                .rawCode("echo hello")
                .image("debian")
                .tag("12")
                .entrypoint("sh $ALGO")
                .maxTime(Duration.ofMinutes(1))
                .build();
        try (ComputeClient client = ComputeClient.builder(service.address())
                .signer(EthereumSigner.ofPrivateKey("2".repeat(64)))
                .build()) {
            JobId id = client.submit("agreement-1", workflow).jobId();
            JobView job = client.await(id, Duration.ofMinutes(1));
            assertThat(job.isSuccessful()).isTrue();
            try (InputStream log = client.algorithmLog(job).orElseThrow()) {
                assertThat(log).hasContent("hello\n");
            }
        }
    }
}
