package io.c2d.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.c2d.client.ComputeClientException;
import io.c2d.client.JobFilter;
import io.c2d.client.JobView;
import io.c2d.client.Submission;
import io.c2d.client.WorkflowBuilder;
import io.c2d.core.model.JobId;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Stop, delete and restart in every phase, through the API of a real server with real sandboxes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EveryEndByCallersTest {
    /** So many that storing them takes much longer than a request. */
    private static final int MANY = 2_000;

    private static final String MANY_FILES =
            "i=0; while [ $i -lt " + MANY + " ]; do : > $OUTPUTS/f$i; i=$((i+1)); done";

    private HeldData data;
    private ComputeServer server;
    private Caller caller;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        data = HeldData.serve();
        server = ComputeServer.start(EveryOutcomeTest.settings(
                folder,
                ImmutableMap.of(
                        "environments.default.max-jobs",
                        "8",
                        "environments.narrow.max-jobs",
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

    private static void assertStopped(JobView job) {
        assertThat(job.outcome()).as("%s: %s", job, job.reason()).isEqualTo("stopped");
        assertThat(job.status()).isEqualTo(70);
        assertThat(job.stopreq()).isEqualTo(1);
        assertThat(job.removed()).isFalse();
    }

    @Test
    void aQueuedJobThatIsStoppedNeverBegins() throws Exception {
        JobId first = caller.submit("q1", Caller.held("", "").environment("narrow"));
        caller.awaitStatus(first, 40);
        JobId queued = caller.submit("q2", Caller.shell("echo never").environment("narrow"));
        assertThat(caller.view(queued).status()).isEqualTo(1);
        assertThat(caller.view(queued).statusText()).isEqualTo("Warming up");
        assertThat(caller.client().stop(queued).stopreq()).isEqualTo(1);
        JobView job = caller.finish(queued);
        assertStopped(job);
        assertThat(job.outputsUrl()).isEmpty();
        assertThat(job.algorithmLog()).isEmpty();
        assertThat(caller.view(first).status()).as("the other one goes on").isEqualTo(40);
        caller.letGo(first, "0-algorithm-1");
        assertThat(caller.finish(first).outcome()).isEqualTo("succeeded");
    }

    @Test
    void aJobStoppedWhileStagingInNeverRuns() throws Exception {
        JobId id = caller.submit("staging", Caller.shell("echo never").input("aa", data.url("held.csv")));
        Waiting.until("the download began", () -> data.heldRequests() > 0);
        assertThat(caller.view(id).status()).isEqualTo(20);
        assertThat(caller.view(id).statusText()).isEqualTo("Configuring volumes");
        caller.client().stop(id);
        JobView job = caller.finish(id);
        assertStopped(job);
        assertThat(job.outputsUrl()).isEmpty();
        assertThat(job.algorithmLog()).isEmpty();
    }

    @Test
    void aRunningJobThatIsStoppedPublishesWhatItWrote() throws Exception {
        JobId id = caller.submit("running", Caller.held("echo part > $OUTPUTS/part; echo begun", "echo never"));
        caller.awaitStatus(id, 40);
        Waiting.until(
                "it wrote",
                () -> caller.attempt(id)
                                .resolve("0-algorithm-1/outputs/part")
                                .toFile()
                                .length()
                        > 0);
        caller.client().stop(id);
        JobView job = caller.finish(id);
        assertStopped(job);
        assertThat(caller.output(job, "part")).isEqualTo("part\n");
        assertThat(caller.log(job)).isEqualTo("begun\n");
        JobView again = caller.client().stop(id);
        assertThat(again)
                .as("a stop of a finished job changes nothing")
                .usingRecursiveComparison()
                .ignoringFields("algologUrl", "outputsUrl")
                .isEqualTo(job);
    }

    @Test
    void aStopWhileFilteringLeavesTheOutcomeAsItIs() throws Exception {
        WorkflowBuilder workflow = Caller.shell("echo 1 > $OUTPUTS/result; cat > $OUTPUTS/filter.sh <<'EOF'\n"
                        + Caller.heldScript("", "rm /data/outputs/filter.sh") + "\nEOF\n")
                .environment("filtered");
        JobId id = caller.submit("filtering", workflow);
        caller.awaitStatus(id, 50);
        assertThat(caller.client().stop(id).stopreq()).isEqualTo(1);
        caller.letGo(id, "0-filter-1");
        JobView job = caller.finish(id);
        assertThat(job.outcome()).isEqualTo("succeeded");
        assertThat(job.stopreq()).isEqualTo(1);
        assertThat(Caller.outputs(job)).containsExactly("result");
    }

    @Test
    void aStopWhilePublishingLetsItFinish() throws Exception {
        JobId id = caller.submit("publishing", Caller.shell(MANY_FILES));
        caller.awaitStatus(id, 60);
        assertThat(caller.view(id).statusText()).isEqualTo("Publishing results");
        assertThat(caller.client().stop(id).stopreq()).isEqualTo(1);
        JobView job = caller.finish(id);
        assertThat(job.outcome()).isEqualTo("succeeded");
        assertThat(job.status()).isEqualTo(70);
        assertThat(job.stopreq()).isEqualTo(1);
        assertThat(job.outputsUrl()).hasSize(MANY);
    }

    @Test
    void deletingARunningJobStopsItAndLeavesNothing() throws Exception {
        JobId id = caller.submit("delete-running", Caller.held("echo part > $OUTPUTS/part", "echo never"));
        caller.awaitStatus(id, 40);
        Path work = caller.attempt(id).getParent();
        assertThat(work).exists();
        caller.client().delete(id);
        assertRemoved(id);
        JobView tombstone = caller.view(id);
        assertThat(tombstone.outcome()).isEqualTo("stopped");
        assertThat(tombstone.stopreq()).isEqualTo(1);
        assertThat(work).doesNotExist();
        assertThat(TestingProcesses.naming(id.value())).isEmpty();
    }

    private void assertRemoved(JobId id) throws Exception {
        Waiting.until("removed", () -> caller.view(id).removed());
        JobView tombstone = caller.view(id);
        assertThat(tombstone.status()).isEqualTo(70);
        assertThat(tombstone.finished()).isPresent();
        assertThat(tombstone.outputsUrl()).isEmpty();
        assertThat(tombstone.algorithmLog()).isEmpty();
        assertThat(caller.attempt(id).getParent()).doesNotExist();
        assertThat(caller.artifacts(id)).doesNotExist();
        assertThat(caller.client().jobs(JobFilter.ALL).jobs())
                .as("a tombstone is not listed")
                .noneMatch(job -> job.jobId().equals(id));
        assertThat(caller.client().jobs(JobFilter.ALL.withRemoved()).jobs())
                .anyMatch(job -> job.jobId().equals(id));
    }

    @Test
    void deletingAFinishedJobTakesItsResultsAndLinksAway() throws Exception {
        JobView job = caller.run("delete-finished", Caller.shell("echo 1 > $OUTPUTS/result; echo ran"));
        assertThat(job.outcome()).isEqualTo("succeeded");
        assertThat(caller.artifacts(job.jobId())).exists();
        caller.client().delete(job.jobId());
        assertGone(job.outputsUrl().get(0));
        assertGone(job.algorithmLog().orElseThrow());
        assertRemoved(job.jobId());
        assertThat(caller.view(job.jobId()).outcome()).as("how it ended stays").isEqualTo("succeeded");
        assertThat(caller.client().delete(job.jobId()).removed()).as("again").isTrue();
        assertThatThrownBy(() -> caller.client().restart(job.jobId()))
                .isInstanceOfSatisfying(
                        ComputeClientException.class,
                        e -> assertThat(e.httpStatus()).hasValue(409));
    }

    private void assertGone(URI link) {
        assertThatThrownBy(() -> caller.text(link))
                .isInstanceOfSatisfying(
                        ComputeClientException.class,
                        e -> assertThat(e.httpStatus()).hasValue(410));
    }

    @Test
    void aStoppedJobRestartsAsItsSecondAttempt() throws Exception {
        WorkflowBuilder workflow = Caller.held("date +%s%N > $OUTPUTS/when", "echo done");
        JobId id = caller.submit("restart", workflow);
        caller.awaitStatus(id, 40);
        Waiting.until(
                "it wrote",
                () -> caller.attempt(id)
                                .resolve("0-algorithm-1/outputs/when")
                                .toFile()
                                .length()
                        > 0);
        caller.client().stop(id);
        JobView first = caller.finish(id);
        assertStopped(first);
        String written = caller.output(first, "when");
        Submission again = caller.client().submit("restart", workflow.build());
        assertThat(again.isRestart()).isTrue();
        assertThat(again.jobId()).isEqualTo(id);
        caller.awaitStatus(id, 40);
        JobView running = caller.view(id);
        assertThat(running.attempt()).isEqualTo(2);
        assertThat(running.stopreq()).isZero();
        assertThat(running.outcome()).isNull();
        assertThat(running.finished()).isEmpty();
        assertThat(running.dateCreated()).isEqualTo(first.dateCreated());
        caller.letGoOfAttempt(id, 2, "0-algorithm-1");
        JobView second = caller.finish(id);
        assertThat(second.outcome()).isEqualTo("succeeded");
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(Caller.outputs(second)).containsExactly("when");
        assertThat(caller.output(second, "when")).isNotEqualTo(written);
        assertGone(first.outputsUrl().get(0));
        assertThat(caller.client().allJobs(JobFilter.ofAgreement("restart"))).hasSize(1);
    }
}
