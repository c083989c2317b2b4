package io.c2d.rest;

import static io.c2d.rest.TestingService.await;
import static io.c2d.rest.TestingService.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.port.Environment;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of the API, as an unsigned caller sees it. */
class UnsignedApiTest {
    private static final String COMPUTE = "/api/v1/compute";

    @TempDir
    Path folder;

    private TestingService service;

    @BeforeEach
    void start() throws IOException {
        service = TestingService.start(folder, TestingService.unsigned());
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private static String body(String owner, String agreement, String code) {
        ObjectNode body = (ObjectNode) StrictJson.read("{}");
        body.put("owner", owner).put("agreementId", agreement);
        body.set("workflow", StrictJson.read(TestingService.workflow(code)));
        return StrictJson.write(body);
    }

    private JobId submit(String owner, String agreement) {
        HttpResponse<String> response = service.call("POST", COMPUTE, body(owner, agreement, "x"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return new JobId(json(response).textValue());
    }

    private JobId finished(String owner, String agreement) {
        JobId id = submit(owner, agreement);
        service.cluster.finish(id);
        awaitRunning(id);
        service.cluster.finish(id);
        service.awaitEnd(id);
        return id;
    }

    private void awaitRunning(JobId id) {
        await(() -> service.engine.get(id).orElseThrow().status().code() >= JobStatus.RUNNING.code());
    }

    private void fails(HttpResponse<String> response, int status, String code, String... pointers) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode body = json(response);
        assertThat(body.required("code").textValue()).isEqualTo(code);
        assertThat(body.required("error").textValue()).isNotBlank();
        List<String> found = new ArrayList<>();
        body.required("details").forEach(d -> found.add(d.required("pointer").textValue()));
        assertThat(found).containsExactlyInAnyOrder(pointers);
        assertThat(response.body()).doesNotContain("Exception", "at io.c2d");
    }

    @Test
    void aFullQueueIs429AndARepeatOfWhatWasTakenGetsItsFirstAnswer() {
        service.cluster.quotas(new Environment.Quotas(1, 1, 10, 2));
        String[] key = {"Idempotency-Key", "one"};
        HttpResponse<String> first = service.call("POST", COMPUTE, body("me", "1", "x"), key);
        submit("me", "2");
        HttpResponse<String> refused = service.call("POST", COMPUTE, body("me", "3", "x"));
        for (int i = 0; i < 5 && refused.statusCode() == 201; i++) {
            refused = service.call("POST", COMPUTE, body("me", "more-" + i, "x"));
        }
        fails(refused, 429, "queue-full");
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
        HttpResponse<String> repeat = service.call("POST", COMPUTE, body("me", "1", "x"), key);
        assertThat(repeat.statusCode()).isEqualTo(201);
        assertThat(repeat.body()).isEqualTo(first.body());
        assertThat(service.call("POST", COMPUTE, body("you", "1", "x")).statusCode())
                .isEqualTo(201);
    }

    @Test
    void theSeedsOwnRequestIsTakenAndItsUnknownNamespaceFallsBack() {
        HttpResponse<String> response = service.call("POST", COMPUTE, SeedRequest.BODY);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        String id = json(response).textValue();
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(response.headers().firstValue("Location"))
                .hasValue("https://compute.example/api/v1/compute?jobId=" + id);
        JsonNode status = json(service.call("GET", COMPUTE + "?jobId=" + id, ""));
        assertThat(status).hasSize(1);
        assertThat(status.get(0).required("owner").textValue()).isEqualTo("0x22");
        assertThat(status.get(0).required("agreementId").textValue()).isEqualTo("111");
        assertThat(status.get(0).required("dateCreated").isIntegralNumber()).isTrue();
        assertThat(service.engine.get(new JobId(id)).orElseThrow().submission().environment())
                .isEqualTo("default");
    }

    @Test
    void aPlainIdIsGivenWhereAskedForAndStatusObjectsWherePreferred() {
        HttpResponse<String> plain = service.call("POST", COMPUTE, body("o", "1", "x"), "Accept", "text/plain");
        assertThat(plain.statusCode()).isEqualTo(201);
        assertThat(plain.body()).matches("[0-9a-f]{32}");
        HttpResponse<String> full =
                service.call("POST", COMPUTE, body("o", "2", "x"), "Prefer", "return=representation");
        assertThat(full.statusCode()).isEqualTo(201);
        assertThat(json(full).at("/0/agreementId").textValue()).isEqualTo("2");
        assertThat(full.headers().firstValue("Preference-Applied")).hasValue("return=representation");
    }

    @Test
    void aSecondJobOfARunningAgreementConflictsAndNamesTheFirst() {
        JobId id = submit("o", "1");
        HttpResponse<String> second = service.call("POST", COMPUTE, body("o", "1", "y"));
        fails(second, 409, "agreement-running");
        assertThat(json(second).required("jobId").textValue()).isEqualTo(id.value());
        submit("p", "1");
    }

    @Test
    void aStoppedJobRestartsUnderItsIdWithTheSameWorkflowOrNone() {
        JobId id = submit("o", "1");
        HttpResponse<String> stop = service.call("PUT", COMPUTE + "?serviceAgreementId=1", "");
        assertThat(stop.statusCode()).isEqualTo(200);
        assertThat(json(stop).at("/0/stopreq").intValue()).isEqualTo(1);
        service.awaitEnd(id);
        HttpResponse<String> restart = service.call("POST", COMPUTE + "?owner=o&agreementId=1", "");
        assertThat(restart.statusCode()).as(restart.body()).isEqualTo(200);
        assertThat(json(restart).textValue()).isEqualTo(id.value());
        assertThat(json(service.call("GET", COMPUTE + "?jobId=" + id, ""))
                        .at("/0/attempt")
                        .intValue())
                .isEqualTo(2);
    }

    @Test
    void whatCanNotRestartSaysWhy() {
        JobId id = finished("o", "1");
        String named = "?owner=o&jobId=" + id;
        HttpResponse<String> response = service.call("POST", COMPUTE + named, "");
        fails(response, 409, "not-restartable");
        assertThat(json(response).required("jobId").textValue()).isEqualTo(id.value());
        fails(service.call("POST", COMPUTE + "?owner=p&jobId=" + id, ""), 404, "not-found");
        fails(service.call("POST", COMPUTE + "?owner=o&jobId=" + "0".repeat(32), ""), 404, "not-found");
        fails(service.call("POST", COMPUTE + "?owner=o&jobId=no", ""), 404, "not-found");
        fails(service.call("POST", COMPUTE + "?owner=o&agreementId=9", ""), 400, "invalid-request", "/workflow");
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        fails(
                service.call("POST", COMPUTE, """
                        {"agreementId":7,"nope":1,"workflow":{"stages":[{"input":[{"id":"a b","url":"ftp://x"}],
                        "algorithm":{},"compute":{"maxtime":0}}]}}"""),
                400,
                "invalid-request",
                "/agreementId",
                "/agreementId",
                "/owner",
                "/workflow/stages/0/algorithm",
                "/workflow/stages/0/compute/maxtime",
                "/workflow/stages/0/input/0/id",
                "/workflow/stages/0/input/0/url");
        fails(service.call("POST", COMPUTE, "{\"owner\":"), 400, "invalid-request", "");
        fails(service.call("POST", COMPUTE, "[]"), 400, "invalid-request", "");
        fails(service.call("POST", COMPUTE, "{\"owner\":\"a\",\"owner\":\"a\"}"), 400, "invalid-request", "");
        fails(
                service.call("POST", COMPUTE, "{\"owner\":\"a\\u0000\",\"agreementId\":\"\\ud800\"}"),
                400,
                "invalid-request",
                "/owner",
                "/agreementId");
        fails(service.call("POST", COMPUTE, ""), 400, "invalid-request", "/agreementId", "/owner");
    }

    @Test
    void synonymsThatAgreeAreOneAndThoseThatDifferAreRefused() {
        JobId id = submit("o", "1");
        HttpResponse<String> same =
                service.call("GET", COMPUTE + "?agreementId=1&serviceAgreementId=1&jobId=&jobId=" + id, "");
        assertThat(json(same)).hasSize(1);
        fails(
                service.call("GET", COMPUTE + "?agreementId=1&serviceAgreementId=2", ""),
                400,
                "invalid-request",
                "/serviceAgreementId");
        fails(service.call("PUT", COMPUTE + "?owner=o", "{\"owner\":\"p\"}"), 400, "invalid-request", "/owner");
        HttpResponse<String> inBody = service.call("GET", COMPUTE, "{\"serviceAgreementId\":\"1\",\"owner\":null}");
        assertThat(json(inBody)).hasSize(1);
    }

    @Test
    void listsAreNewestFirstAndPaged() {
        JobId first = submit("o", "1");
        JobId second = submit("o", "2");
        JobId third = submit("o/\u00fc &", "3");
        JsonNode all = json(service.call("GET", COMPUTE, ""));
        assertThat(all.findValuesAsText("jobId")).containsExactly(third.value(), second.value(), first.value());
        HttpResponse<String> page = service.call("GET", COMPUTE + "?owner=o&limit=1", "");
        assertThat(json(page).findValuesAsText("jobId")).containsExactly(second.value());
        String link = page.headers().firstValue("Link").orElseThrow();
        assertThat(link)
                .startsWith("<https://compute.example/api/v1/compute?owner=o&")
                .endsWith(">; rel=\"next\"");
        String next = TestingService.local(link.substring(1, link.indexOf('>')));
        HttpResponse<String> rest = service.call("GET", next, "");
        assertThat(json(rest).findValuesAsText("jobId")).containsExactly(first.value());
        assertThat(rest.headers().firstValue("Link")).isEmpty();
        assertThat(json(service.call("GET", COMPUTE + "?owner=o%2F%C3%BC%20%26", "")))
                .hasSize(1);
        assertThat(service.call("GET", COMPUTE + "?owner=nobody", "").body()).isEqualTo("[]");
        assertThat(service.call("GET", COMPUTE + "?jobId=nonsense", "").body()).isEqualTo("[]");
        fails(
                service.call("GET", COMPUTE + "?limit=0&after=x&removed=2&dates=z", ""),
                400,
                "invalid-request",
                "/limit",
                "/after",
                "/removed",
                "/dates");
    }

    @Test
    void datesComeAsIsoWhereAskedFor() {
        submit("o", "1");
        assertThat(json(service.call("GET", COMPUTE + "?dates=iso", ""))
                        .at("/0/dateCreated")
                        .textValue())
                .matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }

    @Test
    void stopAndDeleteNeedToBeToldOfWhat() {
        fails(service.call("PUT", COMPUTE, ""), 400, "invalid-request", "/jobId", "/serviceAgreementId", "/owner");
        fails(
                service.call("PUT", COMPUTE + "?jobId=", ""),
                400,
                "invalid-request",
                "/jobId",
                "/serviceAgreementId",
                "/owner");
        fails(
                service.call("DELETE", COMPUTE + "?owner=o", ""),
                400,
                "invalid-request",
                "/jobId",
                "/serviceAgreementId");
        fails(service.call("PUT", COMPUTE + "?jobId=nope", ""), 404, "not-found");
        fails(service.call("PUT", COMPUTE + "?owner=o", ""), 404, "not-found");
        fails(service.call("DELETE", COMPUTE + "?serviceAgreementId=1", ""), 404, "not-found");
    }

    @Test
    void aStopByOwnerReachesWhatRunsAndLeavesWhatHasEnded() {
        JobId ended = finished("o", "1");
        JobId second = submit("o", "2");
        JobId third = submit("o", "3");
        JobId others = submit("p", "1");
        JsonNode stopped = json(service.call("PUT", COMPUTE + "?owner=o", ""));
        assertThat(stopped.findValuesAsText("jobId")).containsExactly(third.value(), second.value());
        assertThat(stopped.findValuesAsText("stopreq")).containsOnly("1");
        assertThat(service.awaitEnd(second).outcome().orElseThrow().wireName()).isEqualTo("stopped");
        assertThat(service.engine
                        .get(ended)
                        .orElseThrow()
                        .outcome()
                        .orElseThrow()
                        .wireName())
                .isEqualTo("succeeded");
        assertThat(service.engine.get(others).orElseThrow().wishes().wantEnd()).isFalse();
        long version = service.engine.get(ended).orElseThrow().version();
        assertThat(service.call("PUT", COMPUTE + "?jobId=" + ended, "").statusCode())
                .isEqualTo(200);
        assertThat(service.engine.get(ended).orElseThrow().version()).isEqualTo(version);
    }

    @Test
    void aDeletedJobLeavesATombstoneThatOnlyItsIdOrTheFlagShows() {
        JobId id = finished("o", "1");
        HttpResponse<String> response = service.call("DELETE", COMPUTE, "{\"jobId\":\"" + id + "\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(json(response).at("/0/outputsUrl")).isEmpty();
        await(() -> service.engine.get(id).orElseThrow().removed());
        assertThat(service.call("GET", COMPUTE + "?owner=o", "").body()).isEqualTo("[]");
        assertThat(json(service.call("GET", COMPUTE + "?jobId=" + id, ""))
                        .at("/0/removed")
                        .intValue())
                .isEqualTo(1);
        assertThat(json(service.call("GET", COMPUTE + "?removed=1", ""))).hasSize(1);
    }

    @Test
    void runningJobsAreShownInFull() {
        JobId id = submit("o", "1");
        finished("o", "2");
        JsonNode running = json(service.call("GET", "/api/v1/runningjobs", ""));
        assertThat(running.findValuesAsText("jobId")).containsExactly(id.value());
        assertThat(running.at("/0/owner").textValue()).isEqualTo("o");
    }

    @Test
    void anIdempotencyKeyRemembersAnAcceptanceAndRefusesAnotherRequest() {
        HttpResponse<String> first = service.call("POST", COMPUTE, body("o", "1", "x"), "Idempotency-Key", "k");
        HttpResponse<String> again = service.call("POST", COMPUTE, body("o", "1", "x"), "Idempotency-Key", "k");
        assertThat(again.statusCode()).as(again.body()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        fails(
                service.call("POST", COMPUTE, body("o", "2", "x"), "Idempotency-Key", "k"),
                422,
                "idempotency-key-reused");
        assertThat(service.call("POST", COMPUTE, body("p", "1", "x"), "Idempotency-Key", "k")
                        .statusCode())
                .isEqualTo(201);
        fails(
                service.call("POST", COMPUTE, body("o", "4", "x"), "Idempotency-Key", "k".repeat(256)),
                400,
                "invalid-request",
                "");
    }

    @Test
    void adminsLogsAreNotForWhoeverIsNotAskedToSign() {
        JobId id = finished("o", "1");
        JsonNode status = json(service.call("GET", COMPUTE + "?jobId=" + id, ""));
        assertThat(status.at("/0/configlogUrl").isNull()).isTrue();
        assertThat(status.at("/0/publishlogUrl").isNull()).isTrue();
        assertThat(status.at("/0/algologUrl").textValue()).contains("/algorithm.log?");
        assertThat(status.at("/0/outputsUrl")).hasSize(3);
        assertThat(status.at("/0/outcome").textValue()).isEqualTo("succeeded");
    }

    @Test
    void healthTellsWhetherJobsGetOn() {
        assertThat(service.call("GET", "/health/live", "").body()).isEqualTo("{\"status\":\"live\",\"reasons\":[]}");
        assertThat(service.call("GET", "/health/ready", "").statusCode()).isEqualTo(200);
        service.engine.close();
        HttpResponse<String> response = service.call("GET", "/health/ready", "");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(json(response).at("/reasons/0").textValue()).contains("lease");
    }
}
