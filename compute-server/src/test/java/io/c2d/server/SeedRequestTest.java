package io.c2d.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.JobId;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The seed's own request, its owner line repaired, and its six operations in raw HTTP. As it stands it is accepted and
 * deleted; where it is to end, its inputs' hosts are a private address, which stage-in refuses, so that it does not depend on the
 * network whether the job ends at 31.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SeedRequestTest {
    private static final String COMPUTE = "/api/v1/compute";

    private ComputeServer server;
    private Caller caller;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = ComputeServer.start(EveryOutcomeTest.settings(
                folder, ImmutableMap.of("auth.admin-token-sha256", Caller.ADMIN_TOKEN_SHA256)));
        caller = new Caller(server.address(), folder, "0x22");
    }

    @AfterAll
    void stop() {
        caller.close();
        server.close();
    }

    private static String asItStands() throws IOException {
        return Resources.toString(Resources.getResource("seed-request.json"), StandardCharsets.UTF_8);
    }

    /** The request for an agreement, with inputs that nothing serves. */
    private static String request(String agreement) throws Exception {
        return asItStands()
                .replace("\"111\"", "\"" + agreement + "\"")
                .replaceAll("https://data\\.(ok|ct)\\.gov", "http://10.255.255.1");
    }

    private JobId submit(String agreement) throws Exception {
        HttpResponse<String> answer = caller.send("POST", COMPUTE, request(agreement));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode id = StrictJson.read(answer.body());
        assertThat(id.isTextual()).as("a string containing jobId").isTrue();
        return new JobId(id.textValue());
    }

    private JsonNode one(String method, String pathAndQuery) throws Exception {
        HttpResponse<String> answer = caller.send(method, pathAndQuery, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode array = StrictJson.read(answer.body());
        assertThat(array.isArray()).isTrue();
        assertThat(array).hasSize(1);
        return array.get(0);
    }

    private static String query(JobId job, String agreement) {
        return COMPUTE + "?signature=0x00110011&serviceAgreementId=" + agreement + "&jobId=" + job;
    }

    @Test
    void itIsAcceptedAndEndsAt31WithAReason() throws Exception {
        JobId id = submit("112");
        caller.finish(id);
        JsonNode job = one("GET", query(id, "112"));
        assertThat(job.get("owner").textValue()).isEqualTo("0x22");
        assertThat(job.get("agreementId").textValue()).isEqualTo("112");
        assertThat(job.get("jobId").textValue()).isEqualTo(id.value());
        assertThat(job.get("dateCreated").isIntegralNumber()).isTrue();
        assertThat(job.get("dateFinished").longValue())
                .isGreaterThanOrEqualTo(job.get("dateCreated").longValue());
        assertThat(job.get("status").intValue()).isEqualTo(31);
        assertThat(job.get("statusText").textValue()).isEqualTo("Data provisioning failed");
        assertThat(job.get("configlogUrl").isNull()).as("for admins only").isTrue();
        assertThat(job.get("publishlogUrl").isNull()).isTrue();
        assertThat(job.get("algologUrl").isNull()).isTrue();
        assertThat(job.get("outputsUrl").isArray()).isTrue();
        assertThat(job.get("outputsUrl")).isEmpty();
        assertThat(job.get("resultsDid").textValue()).isEmpty();
        assertThat(job.get("stopreq").intValue()).isZero();
        assertThat(job.get("removed").intValue()).isZero();
        assertThat(job.get("outcome").textValue()).isEqualTo("dataProvisioningFailed");
        assertThat(job.get("reason").textValue()).contains("input 0").contains("not allowed");
        assertThat(caller.asAdmin(id).get("configlogUrl").textValue())
                .startsWith(server.address().toString());
    }

    @Test
    void asItStandsItIsAccepted() throws Exception {
        HttpResponse<String> answer = caller.send("POST", COMPUTE, asItStands());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JobId id = new JobId(StrictJson.read(answer.body()).textValue());
        assertThat(one("DELETE", query(id, "111")).get("agreementId").textValue())
                .isEqualTo("111");
        Waiting.until("removed", () -> caller.view(id).removed());
    }

    @Test
    void datesAreWrittenAsInTheExampleWhereAskedFor() throws Exception {
        JobId id = submit("dates");
        caller.finish(id);
        JsonNode job = one("GET", query(id, "dates") + "&dates=iso");
        assertThat(job.get("dateCreated").textValue()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(job.get("dateFinished").textValue()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }

    @Test
    void allSixOperationsAnswerInRawHttp() throws Exception {
        String held = "{\"agreementId\":\"six\",\"owner\":\"0x22\",\"workflow\":"
                + Caller.held("echo part > $OUTPUTS/part", "").build().document() + "}";
        HttpResponse<String> posted = caller.send("POST", COMPUTE, held);
        assertThat(posted.statusCode()).isEqualTo(201);
        JobId id = new JobId(StrictJson.read(posted.body()).textValue());
        caller.awaitStatus(id, 40);
        assertThat(one("GET", COMPUTE + "?serviceAgreementId=six").get("status").intValue())
                .isEqualTo(40);
        assertThat(one("GET", "/api/v1/runningjobs").get("jobId").textValue()).isEqualTo(id.value());
        assertThat(one("PUT", query(id, "six")).get("stopreq").intValue()).isEqualTo(1);
        caller.finish(id);
        assertThat(caller.send("GET", "/api/v1/runningjobs", "").body()).isEqualTo("[]");
        HttpResponse<String> restarted = caller.send("POST", COMPUTE, held);
        assertThat(restarted.statusCode()).isEqualTo(200);
        assertThat(restarted.body()).isEqualTo(posted.body());
        assertThat(one("GET", query(id, "six")).get("attempt").intValue()).isEqualTo(2);
        assertThat(one("DELETE", query(id, "six")).get("jobId").textValue()).isEqualTo(id.value());
        Waiting.until(
                "removed", () -> one("GET", query(id, "six")).get("removed").intValue() == 1);
        assertThat(caller.send("GET", COMPUTE + "?serviceAgreementId=six", "").body())
                .isEqualTo("[]");
    }
}
