package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.core.model.Artifact;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ComputeCluster.Look;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSeen.State;
import io.c2d.k8s.simulator.Kind;
import io.c2d.k8s.simulator.SimulatedKubernetes;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How steps end on a cluster, in the sequence in which it shows that. */
final class StepEndsTest {
    private static final String NO_CPU =
            "it waits for a place on the cluster (Unschedulable): 0/1 nodes are available: 1 Insufficient cpu.";

    private static final StepId ALGORITHM = Specs.step(StepKind.ALGORITHM, 1);
    private static final Duration GRACE = Duration.ofSeconds(2);

    @AutoClose
    private final Fixture fixture = Fixture.opened();

    private final Driver driver = fixture.driver();

    private SimulatedKubernetes kubernetes() {
        return fixture.kubernetes();
    }

    private String running(String script) {
        String anchor = driver.started(Driver.script(script));
        driver.awaitState(anchor, ALGORITHM, State.RUNNING);
        return anchor;
    }

    @Test
    void theEndIsSeenBeforeThePodsPhaseSaysSo() {
        String anchor = driver.started(Driver.script("exit 3"));
        StepEnd end = driver.end(anchor, ALGORITHM);
        assertThat(end.cause()).isEqualTo(Cause.EXITED);
        assertThat(end.exitCode()).contains(3);
        assertThat(driver.pod(ALGORITHM).getStatus().getPhase()).isEqualTo("Running");
    }

    @Test
    void outOfMemoryOfAChildIsSeenWhateverTheExitCode() {
        StepEnd end = driver.end(driver.started(Driver.script("oomchild 7")), ALGORITHM);
        assertThat(end.cause()).isEqualTo(Cause.OUT_OF_MEMORY);
        assertThat(end.exitCode()).contains(7);
    }

    @Test
    void aStopLetsATrapsExitCodeBeKnown() {
        String anchor = running("trap 5\nsleep 300");
        fixture.cluster().stop(ALGORITHM, anchor, GRACE);
        StepEnd end = driver.end(anchor, ALGORITHM);
        assertThat(end.cause()).isEqualTo(Cause.KILLED);
        assertThat(end.exitCode()).contains(5);
    }

    @Test
    void whatExitsWithZeroBecauseItWasStoppedHasNotSucceeded() {
        String anchor = running("trap 0\nsleep 300");
        fixture.cluster().stop(ALGORITHM, anchor, GRACE);
        assertThat(driver.end(anchor, ALGORITHM).isSuccess()).isFalse();
    }

    @Test
    void whatIsDeletedFromOutsideStaysReadable() {
        String anchor = running("sleep 300");
        kubernetes().delete(Kind.POD, driver.pod(ALGORITHM));
        assertThat(driver.end(anchor, ALGORITHM).cause()).isEqualTo(Cause.KILLED);
        kubernetes().pass(Duration.ofMinutes(5));
        assertThat(driver.pod(ALGORITHM).getMetadata().getDeletionTimestamp()).isNotNull();
        assertThat(driver.seen(anchor, ALGORITHM).end().orElseThrow().exitCode())
                .contains(137);
    }

    @Test
    void aNameOfADeletedPodIsNotUsedAgain() {
        String anchor = running("sleep 300");
        kubernetes().delete(Kind.POD, driver.pod(ALGORITHM));
        driver.end(anchor, ALGORITHM);
        int before = kubernetes().started().size();
        StepId unused = driver.start(StepKind.ALGORITHM, anchor, Driver.script("sleep 300"));
        kubernetes().pass(Duration.ofMinutes(1));
        assertThat(kubernetes().started()).hasSize(before);
    }

    @Test
    void aDrainedPodIsLostAlthoughItExitsWithZero() {
        String anchor = running("trap 0\nsleep 300");
        kubernetes().drain(driver.pod(ALGORITHM));
        StepEnd end = driver.end(anchor, ALGORITHM);
        assertThat(end.cause()).isEqualTo(Cause.LOST);
        assertThat(end.detail()).contains("its pod was taken away (EvictionByEvictionAPI)");
    }

    @Test
    void aPodThatIsEvictedForDiskIsNeverTakenForAnExit() {
        String anchor = running("sleep 300");
        kubernetes().evictForDisk(driver.pod(ALGORITHM));
        StepEnd end = driver.end(anchor, ALGORITHM);
        assertThat(end.cause()).isEqualTo(Cause.KILLED);
        assertThat(end.detail()).contains("its pod was evicted: The node was low on resource: ephemeral-storage.");
    }

    @Test
    void aPodOnALostNodeIsAliveUntilTheNodeIsGoneForGood() {
        String anchor = running("sleep 300");
        kubernetes().loseNode();
        kubernetes().taintLostNode();
        kubernetes().pass(Duration.ofMinutes(10));
        assertThat(driver.seen(anchor, ALGORITHM).state()).isEqualTo(State.RUNNING);
        kubernetes().deleteLostNode();
        StepEnd end = driver.end(anchor, ALGORITHM);
        assertThat(end.cause()).isEqualTo(Cause.LOST);
        assertThat(end.detail()).contains("its pod was taken away (DeletionByPodGC)");
    }

    @Test
    void theLimitInTheClusterIsNotTakenForAnExit() {
        String anchor = running("trap 0\nsleep 100000");
        StepEnd end = driver.end(anchor, ALGORITHM);
        assertThat(end.cause()).isEqualTo(Cause.DEADLINE);
    }

    @Test
    void aPodThatCanNotBePlacedSaysWhy() {
        kubernetes().cpus(0);
        String anchor = driver.prepare();
        StepId staging = driver.start(StepKind.STAGE_IN, anchor, Driver.script("exit 0"));
        driver.awaitWaiting(anchor, staging, NO_CPU);
    }

    @Test
    void aStopOfAPodThatWaitsForAPlaceEndsIt() {
        kubernetes().cpus(0);
        String anchor = driver.prepare();
        StepId staging = driver.start(StepKind.STAGE_IN, anchor, Driver.script("exit 0"));
        driver.awaitWaiting(anchor, staging, NO_CPU);
        fixture.cluster().stop(staging, anchor, GRACE);
        StepEnd end = driver.end(anchor, staging);
        assertThat(end.cause()).isEqualTo(Cause.NEVER_STARTED);
        assertThat(end.detail()).contains(NO_CPU);
    }

    @Test
    void aWorkersSentenceAndCodeAreTold() {
        kubernetes().worker("stage-in", 31, "{\"format\":1,\"message\":\"HTTP 404 for input 1\"}");
        String anchor = driver.prepare();
        StepEnd end = driver.end(anchor, driver.start(StepKind.STAGE_IN, anchor, Driver.script("exit 0")));
        assertThat(end.cause()).isEqualTo(Cause.EXITED);
        assertThat(end.exitCode()).contains(StepEnd.DATA_FAILED);
        assertThat(end.detail()).contains("HTTP 404 for input 1");
    }

    @Test
    void whatPublishStoredIsReadFromItsListOnALiveLookAlone() throws IOException {
        StepId publish = Specs.step(StepKind.PUBLISH, 1);
        Artifact output = new Artifact(publish, "outputs/a", Artifact.Role.OUTPUT, 3, "c".repeat(64));
        String list = "[{\"path\":\"outputs/a\",\"role\":\"OUTPUT\",\"size\":3,\"sha256\":\"%s\"}]"
                .formatted(output.sha256());
        Artifact stored = fixture.artifacts()
                .put(
                        publish,
                        Manifests.NAME,
                        Artifact.Role.PUBLISH_LOG,
                        new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)));
        kubernetes()
                .worker(
                        "publish",
                        0,
                        "{\"format\":1,\"manifest\":{\"size\":%s,\"sha256\":\"%s\"}}"
                                .formatted(stored.size(), stored.sha256()));
        String anchor = driver.started(Driver.script("exit 0"));
        driver.end(anchor, ALGORITHM);
        StepEnd end = driver.end(anchor, driver.start(StepKind.PUBLISH, anchor, Driver.script("exit 0")));
        assertThat(end.isSuccess()).isTrue();
        assertThat(end.artifacts()).containsExactly(output);
        StepSeen cached = driver.look(Look.CACHED, anchor, publish).step().orElseThrow();
        assertThat(cached.end().orElseThrow().artifacts()).isEmpty();
    }

    @Test
    void aLogIsEmptyBeforeTheStepBeginsAndAfterItIsGone() throws IOException {
        kubernetes().cpus(0);
        String anchor = driver.prepare();
        StepId staging = driver.start(StepKind.STAGE_IN, anchor, Driver.script("exit 0"));
        driver.awaitWaiting(anchor, staging, NO_CPU);
        assertThat(fixture.cluster().logs(staging, anchor, 0).readAllBytes()).isEmpty();
        assertThat(fixture.cluster().logs(ALGORITHM, anchor, 0).readAllBytes()).isEmpty();
        assertThat(fixture.cluster().logs(ALGORITHM, "no-anchor", 0).readAllBytes())
                .isEmpty();
    }

    @Test
    void nothingRunsTwice() {
        String anchor = driver.started(Driver.script("exit 0"));
        driver.end(anchor, ALGORITHM);
        assertThat(kubernetes().started().stream().filter(c -> c.contains("algorithm")))
                .hasSize(1);
        Pod pod = driver.pod(ALGORITHM);
        assertThat(kubernetes().isAlive(pod)).isFalse();
    }
}
