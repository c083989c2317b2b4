package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSeen.State;
import io.c2d.k8s.simulator.Kind;
import io.c2d.k8s.simulator.SimulatedKubernetes;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the cluster will not do, now or ever. */
final class RefusalsTest {
    private static final StepId STAGE_IN = Specs.step(StepKind.STAGE_IN, 1);
    private static final Stage STAGE = Driver.script("exit 0");

    @AutoClose
    private final Fixture fixture = Fixture.opened();

    private final Driver driver = fixture.driver();

    private SimulatedKubernetes kubernetes() {
        return fixture.kubernetes();
    }

    @Test
    void aFullQuotaIsToldAndPassesByItself() {
        String anchor = driver.prepare();
        kubernetes().quota(0, 10);
        assertThatThrownBy(() -> driver.start(StepKind.STAGE_IN, anchor, STAGE))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("the step can't be started: the cluster refuses it")
                .hasMessageContaining("exceeded quota: pods");
        assertThat(driver.seen(anchor, STAGE_IN).state()).isEqualTo(State.ABSENT);
        kubernetes().quota(5, 10);
        assertThat(driver.end(anchor, driver.start(StepKind.STAGE_IN, anchor, STAGE))
                        .isSuccess())
                .isTrue();
    }

    @Test
    void aFullQuotaOfVolumesIsTold() {
        kubernetes().quota(5, 0);
        assertThatThrownBy(() -> fixture.cluster()
                        .prepare(Driver.ATTEMPT, Fixture.environment().environment()))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("the attempt's volume can't be made")
                .hasMessageContaining("exceeded quota: volumes");
    }

    @Test
    void whatPodSecurityForbidsIsRefusedForGood() {
        kubernetes()
                .refuse(
                        SimulatedKubernetes.WORKER_IMAGE,
                        403,
                        "Forbidden",
                        "pods is forbidden: violates PodSecurity \"x\"");
        StepEnd end = refused();
        assertThat(end.cause()).isEqualTo(Cause.REFUSED);
        assertThat(end.detail().orElseThrow()).contains("violates PodSecurity");
    }

    @Test
    void whatIsInvalidIsRefusedForGoodAndStartsNeverMore() {
        kubernetes().refuse(SimulatedKubernetes.WORKER_IMAGE, 422, "Invalid", "Pod is invalid: spec.nodeSelector");
        assertThat(refused().cause()).isEqualTo(Cause.REFUSED);
        // Even where the cluster would take it by now.
        kubernetes().refuse("none", 422, "Invalid", "");
        String anchor = driver.prepare();
        assertThat(driver.end(anchor, driver.start(StepKind.STAGE_IN, anchor, STAGE))
                        .cause())
                .isEqualTo(Cause.REFUSED);
        assertThat(kubernetes().started()).isEmpty();
    }

    private StepEnd refused() {
        String anchor = driver.prepare();
        return driver.end(anchor, driver.start(StepKind.STAGE_IN, anchor, STAGE));
    }

    @Test
    void aNamespaceThatIsNotThereIsTold() {
        kubernetes().removeNamespace(Fixture.NAMESPACE);
        assertThatThrownBy(() -> fixture.cluster()
                        .prepare(Driver.ATTEMPT, Fixture.environment().environment()))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("namespaces \"jobs\" not found");
    }

    @Test
    void anImageThatIsNotAllowedIsRefusedBeforeAnythingRuns() {
        KubernetesEnvironment strict = Fixture.environment().withImages(ImageRules.only("registry.example/team"));
        KubernetesCluster cluster = fixture.another(strict);
        try (cluster) {
            Driver other = new Driver(cluster, kubernetes(), strict);
            String anchor = other.prepare();
            StepEnd end = other.end(anchor, other.start(StepKind.STAGE_IN, anchor, STAGE));
            assertThat(end.cause()).isEqualTo(Cause.REFUSED);
            assertThat(end.detail()).contains("the image sh:1 is not allowed here");
        }
        assertThat(kubernetes().started()).isEmpty();
    }

    @Test
    void anAnchorOfSomebodyElseIsNotTaken() {
        kubernetes()
                .put(
                        Kind.CONFIG_MAP,
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(Names.anchor(Driver.ATTEMPT))
                                .withNamespace(Fixture.NAMESPACE)
                                .endMetadata()
                                .build());
        assertThatThrownBy(() -> fixture.cluster()
                        .prepare(Driver.ATTEMPT, Fixture.environment().environment()))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("in use by somebody else");
    }

    @Test
    void aPodOfAnotherAnchorIsNotTakenForOurs() {
        String anchor = driver.prepare();
        AnchorId other = new AnchorId(Fixture.NAMESPACE, "99999999-2222-3333-4444-555555555555");
        kubernetes().collects(false);
        kubernetes()
                .put(
                        Kind.POD,
                        new PodFrame(new Labels("test"))
                                .placeholder(PodFrame.Place.unowned(STAGE_IN, other, 0, 1), null));
        assertThatThrownBy(() -> driver.start(StepKind.STAGE_IN, anchor, STAGE))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("in use by something that is not of this attempt");
        assertThat(driver.seen(anchor, STAGE_IN).state()).isEqualTo(State.ABSENT);
    }

    @Test
    void anInvalidImageNameEndsTheStepAtOnce() {
        Stage bad = Specs.stage("UPPER/image", "python $ALGO", 1);
        String anchor = driver.started(bad);
        StepEnd end = driver.end(anchor, Specs.step(StepKind.ALGORITHM, 1));
        assertThat(end.cause()).isEqualTo(Cause.REFUSED);
        assertThat(end.detail()).contains("the image's name UPPER/image:3.12 is not valid (InvalidImageName)");
    }

    @Test
    void anImageThatIsNotThereIsWaitedForWithItsReason() {
        String anchor = driver.started(Specs.stage("missing", "python $ALGO", 1));
        StepId algorithm = Specs.step(StepKind.ALGORITHM, 1);
        driver.awaitWaiting(
                anchor, algorithm, "the image missing:3.12 can't be pulled: its registry has no such image");
        // The cluster's own limit ends it, and what it waited for is kept.
        StepEnd end = driver.end(anchor, algorithm);
        assertThat(end.cause()).isEqualTo(Cause.NEVER_STARTED);
        assertThat(end.detail().orElseThrow()).startsWith("the image missing:3.12 can't be pulled");
    }
}
