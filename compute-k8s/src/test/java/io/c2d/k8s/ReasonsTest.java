package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.k8s.simulator.Kind;
import io.c2d.k8s.simulator.SimulatedKubernetes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a job's owner is told of a cluster's refusals. */
final class ReasonsTest {
    @AutoClose
    private final EngineWorld world = new EngineWorld();

    private SimulatedKubernetes kubernetes() {
        return world.kubernetes();
    }

    private JobId submitImage(String image) {
        return world.submit(WorkflowCodec.read("""
                {"stages":[{"index":0,"input":[],"compute":{},
                "algorithm":{"rawcode":"exit 0","container":{"image":"%s","tag":"1","entrypoint":"sh $ALGO"}},
                "output":{}}]}""".formatted(image)));
    }

    private void leavesNothing() {
        world.pass(Duration.ofSeconds(5));
        assertThat(kubernetes().names()).isEmpty();
    }

    @Test
    void aFullQuotaShowsAndTheJobGetsOnWhenThereIsRoom() {
        kubernetes().quota(0, 10);
        JobId id = world.submit("exit 0");
        world.await(() -> world.job(id).attempt().reason() != null);
        assertThat(world.job(id).attempt().reason()).contains("exceeded quota: pods");
        assertThat(world.job(id).isFinished()).isFalse();
        kubernetes().quota(10, 10);
        Job job = world.end(id);
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(job.attempt().reason()).isNull();
    }

    @Test
    void whatPodSecurityForbidsEndsTheJobAtOnceWithItsReason() {
        kubernetes().refuse("sh:1", 403, "Forbidden", "pods \"x\" is forbidden: violates PodSecurity \"restricted\"");
        Job job = world.end(world.submit("exit 0"));
        assertThat(job.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(job.attempt().reason()).contains("violates PodSecurity");
        leavesNothing();
    }

    @Test
    void anImageThatCanNotBePulledIsToldWhileTheJobWaitsAndWhenItsTimeIsOver() {
        JobId id = submitImage("missing");
        String waits = "the image missing:1 can't be pulled: its registry has no such image";
        world.await(() -> waits.equals(world.job(id).attempt().reason()));
        Job waiting = world.job(id);
        assertThat(waiting.status()).isEqualTo(JobStatus.PROVISIONED);
        assertThat(waiting.attempt().troubleSince()).isNull();
        Job job = world.end(id);
        assertThat(job.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(job.attempt().reason())
                .startsWith("the algorithm was not running within 20 s: the image missing:1 can't be pulled");
        leavesNothing();
    }

    @Test
    void anInvalidImageNameIsToldAtOnce() {
        Job job = world.end(submitImage("UPPER/image"));
        assertThat(job.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(job.attempt().reason()).isEqualTo("the image's name UPPER/image:1 is not valid (InvalidImageName)");
        leavesNothing();
    }

    @Test
    void aCommandThatIsNotThereIsTheAlgorithmsFault() {
        JobId id = world.submit(WorkflowCodec.read("""
                {"stages":[{"index":0,"input":[],"compute":{},
                "algorithm":{"rawcode":"exit 0","container":{"image":"sh","tag":"1","entrypoint":"nope $ALGO"}},
                "output":{}}]}"""));
        Job job = world.end(id);
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(128);
        assertThat(job.attempt().reason()).startsWith("its command can't be started");
    }

    @Test
    void anAnchorThatIsTakenAwayEndsTheJobAndNothingIsLeft() {
        JobId id = world.submit("sleep 1000");
        world.await(() -> world.job(id).status() == JobStatus.RUNNING);
        kubernetes()
                .delete(
                        Kind.CONFIG_MAP,
                        kubernetes().all(Kind.CONFIG_MAP, ConfigMap.class).get(0));
        Job job = world.end(id);
        assertThat(job.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(job.attempt().reason()).isEqualTo("the job's volume was removed from outside");
        leavesNothing();
    }

    @Test
    void aVolumeThatIsTakenAwayEndsTheJobAndNothingIsLeft() {
        JobId id = world.submit("sleep 20");
        world.await(() -> world.job(id).status() == JobStatus.RUNNING);
        // It stays, being deleted, for as long as a pod of it does; no further step could start.
        kubernetes()
                .delete(
                        Kind.VOLUME_CLAIM,
                        kubernetes()
                                .all(Kind.VOLUME_CLAIM, PersistentVolumeClaim.class)
                                .get(0));
        Job job = world.end(id);
        assertThat(job.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(job.attempt().reason()).isEqualTo("the job's volume was removed from outside");
        leavesNothing();
    }

    @Test
    void anAlgorithmThatIsKilledForMemoryIsToldSo() {
        Job job = world.end(world.submit("oomchild 7"));
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().reason()).isEqualTo("algorithm ran out of memory");
    }
}
