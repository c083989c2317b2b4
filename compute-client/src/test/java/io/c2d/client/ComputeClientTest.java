package io.c2d.client;

import static io.c2d.client.TestingServer.dropped;
import static io.c2d.client.TestingServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.client.ComputeClientException.Kind;
import io.c2d.core.access.SignedMessage;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Fault;
import io.c2d.core.model.Owner;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ComputeClientTest extends ClientFixture {
    @Test
    void submitSignsTheRequestAndEmbedsTheWorkflowAsIs() {
        server.replies(json(201, "\"" + JOB + "\""));
        Submission submission = client.submit("agreement 1", WORKFLOW);
        assertThat(submission).isEqualTo(new Submission(JOB, Submission.Kind.CREATED));
        assertSigned(request(0));
        assertThat(request(0).body()).contains("\"workflow\":" + WORKFLOW.document());
        JsonNode body = StrictJson.read(request(0).body());
        assertThat(body.path("owner").asText()).isEqualTo(KEY.address());
        assertThat(body.path("agreementId").asText()).isEqualTo("agreement 1");
        assertThat(body.has("jobId")).isFalse();
        assertThat(request(0).path()).isEqualTo("/api/v1/compute");
        assertThat(request(0).header("Content-type")).isEqualTo("application/json");
        assertThat(request(0).header("Idempotency-key"))
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }

    @Test
    void aRestartIsToldApartFromANewJob() {
        server.replies(json(200, "\"" + JOB + "\""));
        assertThat(client.submit("1", WORKFLOW).isRestart()).isTrue();
        assertThat(client.restart(JOB)).isEqualTo(new Submission(JOB, Submission.Kind.RESTARTED));
        assertSigned(request(1));
        JsonNode body = StrictJson.read(request(1).body());
        assertThat(body.path("jobId").asText()).isEqualTo(JOB.value());
        assertThat(body.has("workflow")).isFalse();
        assertThat(request(0).header("Idempotency-key")).isNotEqualTo(request(1).header("Idempotency-key"));
    }

    @Test
    void aTryAfterA503RepeatsTheRequestByteByByte() {
        server.replies(json(503, "", "Retry-After", "7"), json(201, "\"" + JOB + "\""));
        assertThat(client.submit("1", WORKFLOW).jobId()).isEqualTo(JOB);
        assertThat(time.pauses()).containsExactly(Duration.ofSeconds(7));
        assertThat(request(1).body()).isEqualTo(request(0).body());
        assertThat(request(1).header("Idempotency-key")).isEqualTo(request(0).header("Idempotency-key"));
    }

    @Test
    void droppedConnectionsAreTriedAgainWithGrowingPauses() {
        server.replies(dropped(), dropped(), json(201, "\"" + JOB + "\""));
        assertThat(client.submit("1", WORKFLOW).jobId()).isEqualTo(JOB);
        assertThat(server.requests()).hasSize(3);
        assertThat(server.requests().stream().map(TestingServer.Request::body).distinct())
                .hasSize(1);
        assertThat(time.pauses()).hasSize(2);
        assertThat(time.pauses().get(0)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
        assertThat(time.pauses().get(1)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
    }

    @Test
    void putIsRepeatedWithTheSameNonceAndSignature() {
        server.replies(json(502, ""), json(429, ""), json(504, ""), json(200, "[" + view(JOB, 40, "") + "]"));
        assertThat(client.stop(JOB).status()).isEqualTo(40);
        assertThat(server.requests()).hasSize(4);
        assertThat(server.requests().stream().map(TestingServer.Request::query).distinct())
                .hasSize(1);
        assertThat(request(0).method()).isEqualTo("PUT");
        assertThat(request(0).query()).containsOnlyKeys("jobId", "nonce", "signature");
        assertSigned(request(0));
    }

    @Test
    void deleteOfAnAgreementNamesTheOwner() {
        server.replies(json(200, "[" + view(JOB, 70, "") + "," + view(OTHER, 70, ",\"removed\":1") + "]"));
        assertThat(client.deleteAgreement("a/b c&d=ü"))
                .extracting(JobView::removed)
                .containsExactly(false, true);
        assertThat(request(0).method()).isEqualTo("DELETE");
        assertThat(request(0).query())
                .containsEntry("owner", KEY.address())
                .containsEntry("serviceAgreementId", "a/b c&d=ü");
        assertSigned(request(0));
    }

    @Test
    void givesUpAfterTheTriesOfThePolicy() {
        server.replies(json(503, "{\"error\":\"the store is away\",\"code\":\"unavailable\"}"));
        ComputeClientException e =
                catchThrowableOfType(ComputeClientException.class, () -> client.submit("1", WORKFLOW));
        assertThat(e.kind()).isEqualTo(Kind.SERVER_FAILED);
        assertThat(e.code()).contains("unavailable");
        assertThat(e).hasMessage("POST /api/v1/compute: 503 unavailable: the store is away");
        assertThat(server.requests()).hasSize(5);
        assertThat(time.pauses()).hasSize(4);
    }

    @Test
    void aRetryAfterBeyondTheTotalTimeIsNotWaitedFor() {
        server.replies(json(429, "", "Retry-After", "121"));
        ComputeClientException e = catchThrowableOfType(ComputeClientException.class, () -> client.jobs(JobFilter.ALL));
        assertThat(e.kind()).isEqualTo(Kind.TOO_MANY_REQUESTS);
        assertThat(e.retryAfter()).contains(Duration.ofSeconds(121));
        assertThat(time.pauses()).isEmpty();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aRetryAfterMayBeADate() {
        server.replies(json(503, "", "Retry-After", "Tue, 24 Nov 2026 10:00:09 GMT"), json(200, "[]"));
        assertThat(client.jobs(JobFilter.ALL).jobs()).isEmpty();
        assertThat(time.pauses()).containsExactly(Duration.ofSeconds(9));
    }

    @Test
    void aConflictNamesTheRunningJobAndIsNotTriedAgain() {
        server.replies(json(
                409, "{\"error\":\"busy\",\"code\":\"agreement-running\",\"details\":[],\"jobId\":\"" + OTHER + "\"}"));
        ComputeClientException e =
                catchThrowableOfType(ComputeClientException.class, () -> client.submit("1", WORKFLOW));
        assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
        assertThat(e.jobId()).contains(OTHER);
        assertThat(e.code()).contains("agreement-running");
        assertThat(e.httpStatus()).hasValue(409);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aMalformedRequestTellsEveryFaultAndIsNotTriedAgain() {
        server.replies(
                json(
                        400,
                        "{\"error\":\"two faults\",\"code\":\"invalid-request\",\"details\":["
                                + "{\"pointer\":\"/agreementId\",\"message\":\"is missing\"},{\"pointer\":\"\",\"message\":\"no\"}]}"));
        ComputeClientException e =
                catchThrowableOfType(ComputeClientException.class, () -> client.submit("1", WORKFLOW));
        assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(e.details()).containsExactly(new Fault("/agreementId", "is missing"), new Fault("", "no"));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void everyOtherRefusalHasItsKindAndIsAskedOnce() {
        List<Integer> statuses = List.of(401, 403, 404, 410, 413, 422, 500, 302);
        List<Kind> kinds = new ArrayList<>();
        for (int status : statuses) {
            try (TestingServer refusing = new TestingServer().replies(json(status, "<html>"));
                    ComputeClient asking = ComputeClient.builder(refusing.uri())
                            .signer(KEY)
                            .pause(time)
                            .build()) {
                kinds.add(catchThrowableOfType(ComputeClientException.class, () -> asking.stop(JOB))
                        .kind());
                assertThat(refusing.requests()).hasSize(1);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        assertThat(kinds)
                .containsExactly(
                        Kind.UNAUTHENTICATED,
                        Kind.FORBIDDEN,
                        Kind.NOT_FOUND,
                        Kind.GONE,
                        Kind.INVALID_REQUEST,
                        Kind.KEY_REUSED,
                        Kind.SERVER_FAILED,
                        Kind.UNEXPECTED_ANSWER);
        assertThat(time.pauses()).isEmpty();
    }

    @Test
    void pagesAreFollowedByTheirCursorAndSignedAnew() {
        server.replies(
                json(
                        200,
                        "[" + view(JOB, 70, "") + "]",
                        "Link",
                        "<https://elsewhere.example/?limit=1&after=12%2B3&signature=x>; rel=\"next\"",
                        "Link",
                        "</api/v1/compute>; rel=\"first\""),
                json(200, "[" + view(OTHER, 1, "") + "]"));
        assertThat(client.allJobs(JobFilter.ofAgreement("1").withLimit(1)))
                .extracting(JobView::jobId)
                .containsExactly(JOB, OTHER);
        assertThat(request(0).query())
                .containsEntry("limit", "1")
                .containsEntry("owner", KEY.address())
                .doesNotContainKey("after");
        assertThat(request(1).query()).containsEntry("limit", "1").containsEntry("after", "12+3");
        assertSigned(request(0));
        assertSigned(request(1));
        assertThat(request(0).query().get("nonce"))
                .isNotEqualTo(request(1).query().get("nonce"));
    }

    @Test
    void pagesThatLeadInACircleAreFoundOut() {
        server.replies(json(200, "[]", "Link", "<?after=5>; rel=next"));
        assertThatThrownBy(() -> client.allJobs(JobFilter.ALL).count())
                .isInstanceOfSatisfying(
                        ComputeClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNEXPECTED_ANSWER));
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void runningJobsMayBeRedacted() {
        server.replies(json(200, "[" + view(JOB, 40, ",\"dateCreated\":1700000000,\"dateFinished\":null") + "]"));
        assertThat(client.runningJobs()).singleElement().satisfies(job -> {
            assertThat(job.owner()).isNull();
            assertThat(job.isFinished()).isFalse();
        });
        assertThat(request(0).path()).isEqualTo("/api/v1/runningjobs");
        assertSigned(request(0));
    }

    @Test
    void statusOfAnUnknownJobIsNothing() {
        server.replies(json(200, "[]"));
        assertThat(client.status(JOB)).isEmpty();
        assertSigned(request(0));
    }

    @Test
    void withoutAKeyNothingIsSignedAndTheOwnerIsNamed() {
        server.replies(json(200, "[]"));
        try (ComputeClient plain = setup().owner(new Owner("0x22")).build()) {
            plain.jobs(JobFilter.ALL);
            plain.jobs(JobFilter.ALL.withEveryOwner());
        }
        assertThat(request(0).query()).containsOnlyKeys("owner").containsEntry("owner", "0x22");
        assertThat(request(1).query()).isEmpty();
        assertThat(request(0).header("Authorization")).isEmpty();
    }

    @Test
    void anAdminsTokenGoesToTheApiAndShowsInNoMessage() {
        server.replies(json(401, "{\"error\":\"no\",\"code\":\"signature-invalid\"}"));
        try (ComputeClient admin = setup().bearerToken("s3cret").build()) {
            assertThatThrownBy(() -> admin.jobs(JobFilter.ALL)).hasMessageNotContaining("s3cret");
            assertThatThrownBy(() -> admin.open(server.uri().resolve("/x?sig=geheim")))
                    .hasMessageNotContaining("geheim")
                    .hasMessageStartingWith("GET /x: 401");
        }
        assertThat(request(0).header("Authorization")).isEqualTo("Bearer s3cret");
        assertThat(request(1).header("Authorization")).isEmpty();
        assertThatThrownBy(() -> setup().bearerToken("s3cret\n")).hasMessageNotContaining("s3cret");
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (ComputeClient lost = ComputeClient.builder(URI.create("http://127.0.0.1:" + port + "/"))
                .signer(KEY)
                .pause(time)
                .ticker(time)
                .retries(RetryPolicy.DEFAULT.withMaxTries(3))
                .build()) {
            assertThatThrownBy(() -> lost.delete(JOB))
                    .isInstanceOf(ComputeUnreachableException.class)
                    .hasMessage("DELETE /api/v1/compute: no connection to the server");
        }
        assertThat(time.pauses()).hasSize(2);
    }

    @Test
    void aServerThatFallsSilentIsGivenUp() {
        server.replies(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('[');
            exchange.getResponseBody().flush();
            exchange.getRequestBody().close();
            awaitInterrupt();
        });
        try (ComputeClient hasty = setup().requestTimeout(Duration.ofMillis(300))
                .retries(RetryPolicy.NONE)
                .build()) {
            assertThatThrownBy(() -> hasty.jobs(JobFilter.ALL))
                    .isInstanceOf(ComputeUnreachableException.class)
                    .hasMessageContaining("300 ms");
        }
    }

    @Test
    void theAudienceMayBeSetAndABasePathIsKept() {
        server.replies(json(200, "[]"));
        try (ComputeClient behind = ComputeClient.builder(URI.create(server.uri() + "/c2d/"))
                .signer(KEY)
                .audience(URI.create("https://compute.example/"))
                .build()) {
            behind.jobs(JobFilter.ofJob(JOB));
        }
        assertThat(request(0).path()).isEqualTo("/c2d/api/v1/compute");
        SignedMessage text = new SignedMessage(
                "https://compute.example",
                "GET",
                "/api/v1/compute",
                "",
                "",
                JOB.value(),
                "",
                request(0).query().getOrDefault("nonce", ""));
        assertThat(request(0).query()).containsEntry("signature", KEY.sign(text.text()));
    }

    @Test
    void aClosedClientRefuses() {
        client.close();
        assertThatThrownBy(() -> client.jobs(JobFilter.ALL))
                .isInstanceOfSatisfying(
                        ComputeClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void eightThreadsShareOneClientAndNoTwoRequestsHaveOneNonce() throws Exception {
        server.replies(json(201, "\"" + JOB + "\""));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            CyclicBarrier start = new CyclicBarrier(8);
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String agreement = "a" + i;
                results.add(threads.submit(() -> {
                    start.await();
                    for (int n = 0; n < 10; n++) {
                        client.submit(agreement, WORKFLOW);
                    }
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.requests()).hasSize(80).allSatisfy(this::assertSigned);
        assertThat(server.requests().stream()
                        .map(r -> StrictJson.read(r.body()).path("nonce").asText())
                        .distinct())
                .hasSize(80);
        assertThat(server.requests().stream()
                        .map(r -> r.header("Idempotency-key"))
                        .distinct())
                .hasSize(80);
    }

    private static void awaitInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
