package io.c2d.rest;

import static io.c2d.rest.TestingService.ADMIN;
import static io.c2d.rest.TestingService.GATEWAY;
import static io.c2d.rest.TestingService.OTHER;
import static io.c2d.rest.TestingService.OWNER;
import static io.c2d.rest.TestingService.READER;
import static io.c2d.rest.TestingService.json;
import static io.c2d.rest.TestingService.params;
import static io.c2d.rest.TestingService.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobQuery;
import io.c2d.rest.RestSettings.RunningJobs;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, over the wire. */
class SignedApiTest {
    private static final String COMPUTE = "/api/v1/compute";
    private static final String RUNNING = "/api/v1/runningjobs";

    @TempDir
    Path folder;

    private TestingService service;

    @BeforeEach
    void start() throws IOException {
        service = TestingService.start(folder, TestingService.signed());
        service.cluster.endAtOnce(true);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private JobId submit(String agreement) {
        HttpResponse<String> response =
                service.submit(OWNER, params("owner", OWNER, "agreementId", agreement), workflow("x", READER));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return new JobId(json(response).textValue());
    }

    private static void fails(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(json(response).required("code").textValue()).isEqualTo(code);
    }

    private int stored() {
        return service.engine
                .query(new JobQuery(null, null, null, JobQuery.State.ANY, null, 1_000))
                .jobs()
                .size();
    }

    @Test
    void anEmptyOwnerMeansTheSigner() {
        HttpResponse<String> response = service.submit(OWNER, params("agreementId", "1"), workflow("x"));
        assertThat(response.statusCode()).isEqualTo(201);
        JsonNode mine = json(service.signedCall(OWNER, "GET", COMPUTE, params()));
        assertThat(mine.at("/0/owner").textValue()).isEqualTo(OWNER.toLowerCase(Locale.ROOT));
        assertThat(service.signedCall(OTHER, "GET", COMPUTE, params()).body()).isEqualTo("[]");
    }

    @Test
    void whatIsNotSignedOrNotBySomebodyWhoMayIsRefusedAndStoresNothing() {
        String body = "{\"owner\":\"" + OWNER + "\",\"agreementId\":\"1\",\"workflow\":" + workflow("x") + "}";
        fails(service.call("POST", COMPUTE, body), 401, "signature-invalid");
        fails(service.call("GET", COMPUTE, ""), 401, "signature-invalid");
        Map<String, String> named = params("owner", OWNER, "agreementId", "1");
        fails(service.submit(OTHER, named, workflow("x")), 401, "signature-invalid");
        fails(
                service.submit(OWNER, params("owner", OWNER, "agreementId", "1", "signature", "junk"), workflow("x")),
                401,
                "signature-invalid");
        String changed =
                service.signedBody(OWNER, named, workflow("x")).replace("\"rawcode\":\"x\"", "\"rawcode\":\"y\"");
        fails(service.call("POST", COMPUTE, changed), 401, "signature-invalid");
        fails(
                service.submit(OWNER, params("owner", "0x22", "agreementId", "1"), workflow("x")),
                400,
                "invalid-request");
        assertThat(stored()).isZero();
    }

    @Test
    void aNonceIsOfNowAndOfTheRightForm() {
        String old = Long.toString(service.store.now().toEpochMilli() - 301_000);
        String early = Long.toString(service.store.now().toEpochMilli() + 310_000);
        fails(service.signedCall(OWNER, "GET", COMPUTE, params("nonce", old)), 401, "nonce-invalid");
        fails(service.signedCall(OWNER, "GET", COMPUTE, params("nonce", early)), 401, "nonce-invalid");
        fails(service.signedCall(OWNER, "GET", COMPUTE, params("nonce", "soon")), 400, "invalid-request");
        fails(service.signedCall(OWNER, "GET", COMPUTE, params("nonce", "")), 401, "nonce-invalid");
    }

    @Test
    void aNonceIsTakenOnceByWhatHasAnEffectAndAnExactRepeatGetsTheFirstAnswer() {
        String nonce = service.nonce();
        Map<String, String> parameters = params("agreementId", "1", "nonce", nonce);
        HttpResponse<String> first = service.submit(OWNER, parameters, workflow("x"));
        HttpResponse<String> again = service.submit(OWNER, parameters, workflow("x"));
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        fails(service.submit(OWNER, params("agreementId", "2", "nonce", nonce), workflow("x")), 401, "nonce-invalid");
        Map<String, String> stop = params("serviceAgreementId", "1", "nonce", nonce);
        fails(service.signedCall(OWNER, "PUT", COMPUTE, stop), 401, "nonce-invalid");
        assertThat(service.signedCall(OWNER, "GET", COMPUTE, params("nonce", nonce))
                        .statusCode())
                .isEqualTo(200);
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void whatWasRefusedUsesUpNoNonce() {
        String nonce = service.nonce();
        fails(
                service.signedCall(OWNER, "PUT", COMPUTE, params("serviceAgreementId", "1", "nonce", nonce)),
                404,
                "not-found");
        assertThat(service.submit(OWNER, params("agreementId", "1", "nonce", nonce), workflow("x"))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void anothersJobLooksAbsent() {
        JobId id = submit("1");
        Map<String, String> named = params("jobId", id.value());
        assertThat(service.signedCall(OTHER, "GET", COMPUTE, named).body()).isEqualTo("[]");
        assertThat(service.signedCall(OTHER, "GET", COMPUTE, params("owner", OWNER))
                        .body())
                .isEqualTo("[]");
        assertThat(service.signedCall(OTHER, "GET", COMPUTE, params("agreementId", "1"))
                        .body())
                .isEqualTo("[]");
        HttpResponse<String> hidden = service.signedCall(OTHER, "DELETE", COMPUTE, named);
        fails(hidden, 404, "not-found");
        HttpResponse<String> absent = service.signedCall(OTHER, "DELETE", COMPUTE, params("jobId", "0".repeat(32)));
        assertThat(hidden.body()).isEqualTo(absent.body());
        fails(service.submit(OTHER, params("owner", OTHER, "jobId", id.value()), ""), 404, "not-found");
        assertThat(service.engine.get(id).orElseThrow().wishes().wantEnd()).isFalse();
    }

    @Test
    void aReaderReadsTheResultsAndStopsNothing() {
        JobId id = submit("1");
        service.awaitEnd(id);
        for (Map<String, String> named :
                List.of(params("jobId", id.value()), params("agreementId", "1"), params("owner", OWNER))) {
            JsonNode seen = json(service.signedCall(READER, "GET", COMPUTE, named));
            assertThat(seen).hasSize(1);
            assertThat(seen.at("/0/outputsUrl")).hasSize(3);
            assertThat(seen.at("/0/algologUrl").isTextual()).isTrue();
            assertThat(seen.at("/0/configlogUrl").isNull()).isTrue();
            assertThat(seen.at("/0/publishlogUrl").isNull()).isTrue();
        }
        fails(service.signedCall(READER, "PUT", COMPUTE, params("jobId", id.value())), 403, "not-allowed");
        fails(service.signedCall(READER, "DELETE", COMPUTE, params("jobId", id.value())), 403, "not-allowed");
        assertThat(service.engine.get(id).orElseThrow().wishes().delete()).isFalse();
    }

    @Test
    void aGatewayActsForTheOwnerThatItNames() {
        HttpResponse<String> response =
                service.submit(GATEWAY, params("owner", OWNER, "agreementId", "1"), workflow("x"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(json(service.signedCall(OWNER, "GET", COMPUTE, params()))).hasSize(1);
        assertThat(json(service.signedCall(GATEWAY, "GET", COMPUTE, params("owner", OWNER))))
                .hasSize(1);
        assertThat(json(service.signedCall(GATEWAY, "GET", COMPUTE, params()))).isEmpty();
        assertThat(service.signedCall(GATEWAY, "DELETE", COMPUTE, params("owner", OWNER, "agreementId", "1"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void adminsByAddressAndByTokenSeeAllAndTheLogsOfOurOwnSteps() {
        JobId id = submit("1");
        service.awaitEnd(id);
        JsonNode byAddress = json(service.signedCall(ADMIN, "GET", COMPUTE, params()));
        JsonNode byToken = json(service.call("GET", COMPUTE, "", "Authorization", "Bearer " + TestingService.TOKEN));
        for (JsonNode seen : new JsonNode[] {byAddress, byToken}) {
            assertThat(seen.at("/0/configlogUrl").textValue()).contains("/1/0/configure.log?expires=");
            assertThat(seen.at("/0/publishlogUrl").textValue()).contains("/1/0/publish.log?expires=");
            String log = TestingService.local(seen.at("/0/configlogUrl").textValue());
            assertThat(service.call("GET", log, "").body()).isEqualTo("staged");
        }
        fails(service.call("GET", COMPUTE, "", "Authorization", "Bearer nonsense"), 401, "signature-invalid");
        assertThat(json(service.signedCall(OWNER, "GET", COMPUTE, params()))
                        .at("/0/configlogUrl")
                        .isNull())
                .isTrue();
    }

    @Test
    void runningJobsAreRedactedForEverybody() {
        service.cluster.endAtOnce(false);
        JobId id = submit("secret-agreement");
        HttpResponse<String> response = service.call("GET", RUNNING, "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).at("/0/jobId").textValue()).isEqualTo(id.value());
        assertThat(json(response).at("/0/dateCreated").isIntegralNumber()).isTrue();
        assertThat(response.body()).doesNotContain("secret-agreement", OWNER);
    }

    @Test
    void runningJobsMayBeOnesOwnOrTheAdminsAlone() throws IOException {
        service.close();
        service = TestingService.start(
                folder.resolve("own"), TestingService.signed().withRunningJobs(RunningJobs.OWN));
        submit("1");
        fails(service.call("GET", RUNNING, ""), 401, "signature-invalid");
        assertThat(json(service.signedCall(OWNER, "GET", RUNNING, params()))).hasSize(1);
        assertThat(json(service.signedCall(OTHER, "GET", RUNNING, params()))).isEmpty();
        service.close();
        service = TestingService.start(
                folder.resolve("admins"), TestingService.signed().withRunningJobs(RunningJobs.ADMINS));
        submit("1");
        fails(service.call("GET", RUNNING, ""), 401, "signature-invalid");
        fails(service.signedCall(OWNER, "GET", RUNNING, params()), 403, "not-allowed");
        assertThat(json(service.signedCall(ADMIN, "GET", RUNNING, params()))
                        .at("/0/agreementId")
                        .textValue())
                .isEqualTo("1");
    }
}
