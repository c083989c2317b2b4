package io.c2d.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.client.JobView;
import io.c2d.client.WorkflowBuilder;
import io.c2d.core.model.JobId;
import io.c2d.core.model.RemoteFile;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How jobs end that nobody stops, through the API of a real server with real sandboxes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EveryOutcomeTest {
    private static final String CONTENT_SHA256 = "6a1bae5eb0ab3ae6f8b4ba0d3a5b5ecb1dee4bac90d9d4f9ab3f0cd63ef0d2b2";

    private HeldData data;
    private ComputeServer server;
    private Caller caller;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        data = HeldData.serve();
        server = ComputeServer.start(settings(
                folder,
                ImmutableMap.of(
                        "auth.admin-token-sha256",
                        Caller.ADMIN_TOKEN_SHA256,
                        "environments.once.max-tries",
                        "1",
                        "environments.filtered.filter",
                        "sh /data/outputs/filter.sh")));
        caller = new Caller(server.address(), folder);
    }

    @AfterAll
    void stop() {
        caller.close();
        server.close();
        data.close();
    }

    static ServerSettings settings(Path folder, Map<String, String> more) {
        return ServerSettings.read(SettingsSource.gather(
                null,
                ImmutableMap.<String, String>builder()
                        .put("http.port", "0")
                        .put("data.dir", folder.toString())
                        .put("auth.signatures", "none")
                        .put("staging.allowed-networks", "127.0.0.0/8")
                        .put("stop.grace", "500ms")
                        .put("local.sandbox", "bubblewrap,namespaces")
                        .putAll(more)
                        .buildOrThrow(),
                ImmutableMap.of()));
    }

    private static void assertEnd(JobView job, int status, String outcome) {
        assertThat(job.outcome()).as("%s: %s", job, job.reason()).isEqualTo(outcome);
        assertThat(job.status()).isEqualTo(status);
        assertThat(job.stopreq()).isZero();
        assertThat(job.finished()).isPresent();
        assertThat(job.removed()).isFalse();
    }

    @Test
    void aJobGoesThroughItsStatusesAndSucceeds() throws Exception {
        JobId id = caller.submit(
                "success",
                Caller.held(
                                "cat /data/inputs/aa/0 > $OUTPUTS/copy.csv; echo hello",
                                "mkdir $OUTPUTS/d; : > $OUTPUTS/d/e")
                        .input("did:op:aa", data.url("data.csv")));
        Set<Integer> seen = new LinkedHashSet<>();
        Waiting.until("running", () -> {
            seen.add(caller.view(id).status());
            return seen.contains(40);
        });
        assertThat(ImmutableList.of(1, 10, 20, 30, 40)).containsSubsequence(seen);
        assertThat(caller.view(id).statusText()).isEqualTo("Running algorithm");
        assertThat(caller.view(id).finished()).isEmpty();
        assertThat(caller.view(id).outputsUrl()).isEmpty();
        caller.letGo(id, "0-algorithm-1");
        JobView job = caller.finish(id);
        assertEnd(job, 70, "succeeded");
        assertThat(job.statusText()).isEqualTo("Job completed");
        assertThat(job.exitCode()).isZero();
        assertThat(job.reason()).isNull();
        assertThat(Caller.outputs(job)).containsExactly("copy.csv", "d/e");
        assertThat(caller.output(job, "copy.csv")).isEqualTo(HeldData.CONTENT);
        assertThat(caller.log(job)).isEqualTo("hello\n");
    }

    private void assertDataFailed(String agreement, WorkflowBuilder workflow, String... why) throws Exception {
        JobView job = caller.run(agreement, workflow);
        assertEnd(job, 31, "dataProvisioningFailed");
        assertThat(job.statusText()).isEqualTo("Data provisioning failed");
        assertThat(job.reason()).contains(why);
        assertThat(job.exitCode()).isNull();
        assertThat(job.outputsUrl()).isEmpty();
        assertThat(job.algorithmLog()).isEmpty();
        JsonNode seen = caller.asAdmin(job.jobId());
        assertThat(caller.text(URI.create(seen.get("configlogUrl").textValue())))
                .contains(why);
        assertThat(job.configureLog()).as("the configure log is for admins").isEmpty();
    }

    @Test
    void anInputThatIsNotFoundEndsAt31() throws Exception {
        assertDataFailed(
                "404",
                Caller.shell("echo never").input("aa", data.url("data.csv")).input("bb", data.url("missing.csv")),
                "input 1",
                "404");
    }

    @Test
    void aRefusedConnectionEndsAt31() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        URI nobody = URI.create("http://127.0.0.1:" + closed + "/data.csv");
        assertDataFailed("refused", Caller.shell("echo never").input("aa", nobody), "input 0");
    }

    @Test
    void anInputWithAnotherHashEndsAt31() throws Exception {
        RemoteFile file = new RemoteFile(data.url("data.csv").toString(), CONTENT_SHA256);
        assertDataFailed("hash", Caller.shell("echo never").input("aa", ImmutableList.of(file)), "input 0", "sha256");
    }

    @Test
    void anAlgorithmThatIsNotFoundEndsAt32() throws Exception {
        JobView job = caller.run(
                "no-algorithm",
                WorkflowBuilder.create()
                        .algorithmUrl(data.url("missing.sh"))
                        .image("sh")
                        .tag("1")
                        .entrypoint("sh $ALGO"));
        assertEnd(job, 32, "algorithmProvisioningFailed");
        assertThat(job.statusText()).isEqualTo("Algorithm provisioning failed");
        assertThat(job.reason()).contains("algorithm", "404");
        JsonNode seen = caller.asAdmin(job.jobId());
        assertThat(caller.text(URI.create(seen.get("configlogUrl").textValue())))
                .contains("404");
    }

    @Test
    void anAlgorithmThatExits3HasFailedAndItsLogIsPublished() throws Exception {
        JobView job = caller.run("exit-3", Caller.shell("echo no luck; echo part > $OUTPUTS/part; exit 3"));
        assertEnd(job, 70, "algorithmFailed");
        assertThat(job.exitCode()).isEqualTo(3);
        assertThat(job.reason()).contains("3");
        assertThat(job.isSuccessful()).isFalse();
        assertThat(caller.log(job)).isEqualTo("no luck\n");
        assertThat(caller.output(job, "part")).isEqualTo("part\n");
    }

    @Test
    void aMissingInterpreterIsNamed() throws Exception {
        JobView job = caller.run(
                "interpreter",
                WorkflowBuilder.create().rawCode("1").image("x").tag("1").entrypoint("no-such-interpreter $ALGO"));
        assertEnd(job, 70, "algorithmFailed");
        assertThat(job.exitCode()).isEqualTo(127);
        assertThat(job.reason()).contains("interpreter missing");
        assertThat(caller.log(job)).contains("no-such-interpreter");
    }

    @Test
    void anAlgorithmThatRunsForItsMaxTimeIsTimedOutAndWhatItWroteIsPublished() throws Exception {
        JobView job = caller.run(
                "maxtime",
                Caller.shell("echo part > $OUTPUTS/part; echo begun; sleep 300").maxTime(Duration.ofSeconds(1)));
        assertThat(job.outcome()).isEqualTo("timedOut");
        assertThat(job.status()).isEqualTo(70);
        assertThat(job.stopreq()).isEqualTo(2);
        assertThat(job.reason()).contains("maxtime", "1 s");
        assertThat(caller.output(job, "part")).isEqualTo("part\n");
        assertThat(caller.log(job)).isEqualTo("begun\n");
    }

    @Test
    void aFilterThatPassesDecidesWhatIsPublished() throws Exception {
        String filter = Caller.heldScript("sed -i s/secret/***/ /data/outputs/result", "rm /data/outputs/filter.sh");
        JobId id = caller.submit("filter", filtered("echo secret > $OUTPUTS/result", filter));
        caller.awaitStatus(id, 50);
        assertThat(caller.view(id).statusText()).isEqualTo("Filtering results");
        assertThat(caller.view(id).outputsUrl()).isEmpty();
        caller.letGo(id, "0-filter-1");
        JobView job = caller.finish(id);
        assertEnd(job, 70, "succeeded");
        assertThat(Caller.outputs(job)).containsExactly("result");
        assertThat(caller.output(job, "result")).isEqualTo("***\n");
    }

    private static WorkflowBuilder filtered(String script, String filter) {
        return Caller.shell(script + "\ncat > $OUTPUTS/filter.sh <<'EOF'\n" + filter + "\nEOF\n")
                .environment("filtered");
    }

    @Test
    void aFilterThatFailsLetsNoOutputOut() throws Exception {
        JobView job = caller.run("bad-filter", filtered("echo secret > $OUTPUTS/result; echo ran", "echo no; exit 9"));
        assertEnd(job, 70, "filterFailed");
        assertThat(job.outputsUrl()).isEmpty();
        assertThat(caller.log(job)).isEqualTo("ran\n");
        JsonNode seen = caller.asAdmin(job.jobId());
        assertThat(seen.get("outputsUrl")).isEmpty();
        assertThat(caller.text(URI.create(seen.get("publishlogUrl").textValue())))
                .contains("no\n");
        assertThat(caller.artifacts(job.jobId()).resolve("1/0-publish-1/outputs"))
                .doesNotExist();
    }

    @Test
    void resultsThatCannotBeStoredAreAPublishFailure() throws Exception {
        JobId id = caller.submit("publish", Caller.held("", "echo 1 > $OUTPUTS/result"));
        caller.awaitStatus(id, 40);
        for (int n = 1; n <= 3; n++) {
            Files.createFile(caller.artifacts(id).resolve("1/0-publish-" + n));
        }
        caller.letGo(id, "0-algorithm-1");
        JobView job = caller.finish(id);
        assertEnd(job, 70, "publishFailed");
        assertThat(job.reason()).contains("could not be stored");
        assertThat(job.outputsUrl()).isEmpty();
    }

    @Test
    void anAlgorithmThatIsLostWithoutTriesLeftIsAFailureOfTheInfrastructure() throws Exception {
        JobId id =
                caller.submit("lost", Caller.held("echo 1 > $OUTPUTS/part", "").environment("once"));
        caller.awaitStatus(id, 40);
        String supervisor = Files.readString(caller.attempt(id).resolve("0-algorithm-1/supervisor"));
        ProcessHandle.of(Long.parseLong(supervisor.substring(0, supervisor.indexOf(' '))))
                .orElseThrow()
                .destroyForcibly();
        JobView job = caller.finish(id);
        assertEnd(job, 70, "infrastructureFailed");
        assertThat(job.reason()).contains("lost");
        assertThat(job.exitCode()).isNull();
        assertThat(job.outputsUrl()).isEmpty();
    }
}
