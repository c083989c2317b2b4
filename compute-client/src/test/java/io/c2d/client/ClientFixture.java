package io.c2d.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.json.StrictJson;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Workflow;
import io.c2d.signing.EthereumSignatureVerifier;
import io.c2d.signing.EthereumSigner;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A server, a clock and a signing client. */
@Timeout(60)
abstract class ClientFixture {
    static final EthereumSigner KEY = EthereumSigner.ofPrivateKey("0x" + "0".repeat(63) + "1");
    static final JobId JOB = new JobId("019357f0a1b27c3d8e4f5a6b7c8d9e0f");
    static final JobId OTHER = new JobId("019357f0a1b27c3d8e4f5a6b7c8d9e10");
    static final Workflow WORKFLOW = WorkflowBuilder.create()
            .rawCode("print('ğı')")
            .image("python")
            .tag("3.12")
            .entrypoint("python $ALGO")
            .build();

    final TestingTime time = new TestingTime();
    TestingServer server;
    ComputeClient client;

    @BeforeEach
    final void open() throws IOException {
        server = new TestingServer();
        client = setup().signer(KEY).build();
    }

    @AfterEach
    final void shut() {
        client.close();
        server.close();
    }

    final ComputeClientBuilder setup() {
        return ComputeClient.builder(server.uri())
                .clock(time)
                .ticker(time)
                .pause(time)
                .random(new Random(7))
                .requestTimeout(Duration.ofSeconds(20));
    }

    static String view(JobId job, int status, String more) {
        return "{\"jobId\":\"" + job + "\",\"status\":" + status + ",\"statusText\":\"text\"" + more + "}";
    }

    final TestingServer.Request request(int index) {
        return server.requests().get(index);
    }

    /** Checks, as a server does, that a request is signed by the key. */
    final void assertSigned(TestingServer.Request request) {
        String owner;
        String agreement;
        String job;
        String nonce;
        String signature;
        String workflow = "";
        if (request.method().equals("POST")) {
            JsonNode body = StrictJson.read(request.body());
            owner = body.path("owner").asText("");
            agreement = body.path("agreementId").asText("");
            job = body.path("jobId").asText("");
            nonce = body.path("nonce").asText("");
            signature = body.path("signature").asText("");
            if (body.has("workflow")) {
                workflow = WorkflowCodec.read(body.get("workflow"), "/workflow").sha256();
            }
        } else {
            owner = request.query().getOrDefault("owner", "");
            agreement = request.query().getOrDefault("serviceAgreementId", "");
            job = request.query().getOrDefault("jobId", "");
            nonce = request.query().getOrDefault("nonce", "");
            signature = request.query().getOrDefault("signature", "");
        }
        String text = "compute-to-data v1\naudience: " + server.uri() + "\nmethod: " + request.method() + "\npath: "
                + request.path() + "\nowner: " + owner + "\nagreementId: " + agreement + "\njobId: " + job
                + "\nworkflow: " + workflow + "\nnonce: " + nonce;
        assertThat(new EthereumSignatureVerifier().recover(text, signature))
                .contains(KEY.address().toLowerCase(Locale.ROOT));
        assertThat(nonce).matches("[0-9]{13}-[0-9A-Za-z]{16}");
    }
}
