package io.c2d.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import io.c2d.client.ComputeClientException;
import io.c2d.client.ComputeClientException.Kind;
import io.c2d.client.JobFilter;
import io.c2d.client.JobView;
import io.c2d.client.Submission;
import io.c2d.client.WorkflowBuilder;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.JobId;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a submission becomes when another one came before, and what is refused, on a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EverySubmissionTest {
    private ComputeServer server;
    private Caller caller;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = ComputeServer.start(EveryOutcomeTest.settings(folder, ImmutableMap.of()));
        caller = new Caller(server.address(), folder);
    }

    @AfterAll
    void stop() {
        caller.close();
        server.close();
    }

    private static String body(String agreement, String workflow) {
        return "{\"agreementId\":\"" + agreement + "\",\"owner\":\"me\",\"workflow\":" + workflow + "}";
    }

    private static String workflow(String script) {
        return Caller.shell(script).build().document();
    }

    private long jobsOf(String agreement) {
        return caller.client().allJobs(JobFilter.ofAgreement(agreement)).count();
    }

    @Test
    void aSecondSubmissionForARunningAgreementIsRefusedWithTheJobInTheWay() throws Exception {
        JobId running = caller.submit("busy", Caller.held("", ""));
        HttpResponse<String> refused = caller.send("POST", "/api/v1/compute", body("busy", workflow("echo 2")));
        assertThat(refused.statusCode()).isEqualTo(409);
        JsonNode error = StrictJson.read(refused.body());
        assertThat(error.get("code").textValue()).isEqualTo("agreement-running");
        assertThat(error.get("jobId").textValue()).isEqualTo(running.value());
        assertThat(jobsOf("busy")).isEqualTo(1);
        caller.awaitStatus(running, 40);
        caller.letGo(running, "0-algorithm-1");
        assertThat(caller.finish(running).outcome()).isEqualTo("succeeded");
        assertThat(caller.submit("busy", Caller.shell("echo 2")))
                .as("once it has ended the agreement may start another")
                .isNotEqualTo(running);
        assertThat(jobsOf("busy")).isEqualTo(2);
    }

    @Test
    void theSameKeyTwiceIsOneJobWithOneAnswer() throws Exception {
        String body = body("key", workflow("echo 1"));
        HttpResponse<String> first = caller.send("POST", "/api/v1/compute", body, "Idempotency-Key", "k1");
        HttpResponse<String> second = caller.send("POST", "/api/v1/compute", body, "Idempotency-Key", "k1");
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        caller.finish(new JobId(StrictJson.read(first.body()).textValue()));
        HttpResponse<String> later = caller.send("POST", "/api/v1/compute", body, "Idempotency-Key", "k1");
        assertThat(later.body()).as("also when it has ended").isEqualTo(first.body());
        assertThat(later.statusCode()).isEqualTo(201);
        assertThat(jobsOf("key")).isEqualTo(1);
    }

    @Test
    void theSameKeyWithAnotherBodyIsRefused() throws Exception {
        HttpResponse<String> first =
                caller.send("POST", "/api/v1/compute", body("other-body", workflow("echo 1")), "Idempotency-Key", "k2");
        HttpResponse<String> other =
                caller.send("POST", "/api/v1/compute", body("other-body", workflow("echo 2")), "Idempotency-Key", "k2");
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(StrictJson.read(other.body()).get("code").textValue()).isEqualTo("idempotency-key-reused");
        assertThat(jobsOf("other-body")).isEqualTo(1);
    }

    @Test
    void aTimedOutJobRestartsByItsId() throws Exception {
        WorkflowBuilder workflow =
                Caller.shell("echo x >> $OUTPUTS/runs; sleep 300").maxTime(Duration.ofSeconds(1));
        JobView first = caller.run("timed-out", workflow);
        assertThat(first.outcome()).isEqualTo("timedOut");
        Submission again = caller.client().restart(first.jobId());
        assertThat(again.isRestart()).isTrue();
        assertThat(again.jobId()).isEqualTo(first.jobId());
        JobView second = caller.finish(first.jobId());
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.outcome()).isEqualTo("timedOut");
        assertThat(second.stopreq()).isEqualTo(2);
        assertThat(caller.output(second, "runs")).isEqualTo("x\n");
        assertThatThrownBy(() -> caller.text(first.outputsUrl().get(0)))
                .isInstanceOfSatisfying(
                        ComputeClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.GONE));
    }

    @Test
    void aJobThatSucceededIsNotRestarted() {
        JobView first = caller.run("succeeded", Caller.shell("echo 1"));
        assertThatThrownBy(() -> caller.client().restart(first.jobId()))
                .isInstanceOfSatisfying(ComputeClientException.class, e -> {
                    assertThat(e.httpStatus()).hasValue(409);
                    assertThat(e.code()).contains("not-restartable");
                });
        Submission another =
                caller.client().submit("succeeded", Caller.shell("echo 1").build());
        assertThat(another.isRestart()).isFalse();
        assertThat(another.jobId()).isNotEqualTo(first.jobId());
    }

    private void assertRefused(String workflow, String pointer, String message) throws Exception {
        HttpResponse<String> refused = caller.send("POST", "/api/v1/compute", body("refused", workflow));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        JsonNode error = StrictJson.read(refused.body());
        assertThat(error.get("code").textValue()).isEqualTo("invalid-request");
        assertThat(error.get("details")).hasSize(1);
        assertThat(error.get("details").get(0).get("pointer").textValue()).isEqualTo(pointer);
        assertThat(error.get("details").get(0).get("message").textValue()).contains(message);
        assertThat(jobsOf("refused")).isZero();
    }

    @Test
    void aSecondStageIsRefusedWithItsPointer() throws Exception {
        JsonNode document = StrictJson.read(workflow("echo 1"));
        JsonNode stage = document.get("stages").get(0);
        ObjectNode second = stage.deepCopy();
        second.put("index", 1);
        ((ObjectNode) document).putArray("stages").add(stage).add(second);
        assertRefused(StrictJson.write(document), "/workflow/stages/1", "not supported yet");
    }

    @Test
    void severalInstancesAreRefusedWithTheirPointer() throws Exception {
        ObjectNode document = (ObjectNode) StrictJson.read(workflow("echo 1"));
        ((ObjectNode) document.get("stages").get(0)).putObject("compute").put("Instances", 2);
        assertRefused(StrictJson.write(document), "/workflow/stages/0/compute/Instances", "\"default\" runs at most 1");
    }
}
