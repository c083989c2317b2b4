package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ComputeCluster.Look;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepSeen.State;
import io.c2d.k8s.simulator.Calls.Call;
import io.c2d.k8s.simulator.Kind;
import io.c2d.k8s.simulator.SimulatedKubernetes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How an attempt leaves. */
final class RemovalTest {
    private static final StepId ALGORITHM = Specs.step(StepKind.ALGORITHM, 1);

    @AutoClose
    private final Fixture fixture = Fixture.opened();

    private final Driver driver = fixture.driver();

    private SimulatedKubernetes kubernetes() {
        return fixture.kubernetes();
    }

    private String running() {
        String anchor = driver.started(Driver.script("sleep 300"));
        driver.awaitState(anchor, ALGORITHM, State.RUNNING);
        return anchor;
    }

    @Test
    void theVolumeGoesFirstAndTheAnchorLast() {
        driver.end(driver.started(Driver.script("exit 0")), ALGORITHM);
        kubernetes().pass(Duration.ofSeconds(5));
        kubernetes().calls().clear();
        driver.remove();
        assertThat(kubernetes().calls().all().stream().filter(c -> !c.verb().equals("list")))
                .containsExactly(
                        new Call("delete", "persistentvolumeclaims"),
                        new Call("deletecollection", "pods"),
                        new Call("patch", "pods"),
                        new Call("patch", "pods"),
                        new Call("delete", "configmaps"));
        kubernetes().pass(Duration.ofSeconds(5));
        assertThat(kubernetes().names()).isEmpty();
    }

    @Test
    void aPodIsHeldUntilItsContainerHasEnded() {
        String anchor = running();
        fixture.cluster().remove(Driver.ATTEMPT);
        kubernetes().pass(Duration.ofSeconds(1));
        assertThat(kubernetes().isAlive(driver.pod(ALGORITHM))).isTrue();
        fixture.cluster().remove(Driver.ATTEMPT);
        assertThat(driver.pod(ALGORITHM).getMetadata().getFinalizers()).containsExactly("c2d.io/attempt");
        assertThat(kubernetes().all(Kind.CONFIG_MAP, ConfigMap.class)).hasSize(1);
        assertThat(driver.look(Look.LIVE, anchor, ALGORITHM).attempt(1)).isEqualTo(Presence.PRESENT);
        driver.remove();
        kubernetes().pass(Duration.ofSeconds(5));
        assertThat(kubernetes().names()).isEmpty();
    }

    @Test
    void onceTheVolumeIsDeletedNothingOfTheAttemptBegins() {
        String anchor = running();
        fixture.cluster().remove(Driver.ATTEMPT);
        int before = kubernetes().started().size();
        // The anchor is still there, so a late start makes its pod; but that never gets a place.
        StepId late = Specs.step(StepKind.ALGORITHM, 2);
        fixture.cluster().start(driver.spec(late, anchor, Driver.script("exit 0")));
        kubernetes().pass(Duration.ofSeconds(30));
        assertThat(kubernetes().started()).hasSize(before);
        driver.remove();
        kubernetes().pass(Duration.ofSeconds(5));
        assertThat(kubernetes().names()).isEmpty();
    }

    @Test
    void anotherServersLateStartAfterTheRemovalNeverRunsAndIsSwept() {
        KubernetesCluster slow = fixture.another(Fixture.environment());
        try (slow) {
            String anchor = running();
            kubernetes().collects(false);
            driver.remove();
            int before = kubernetes().started().size();
            slow.start(driver.spec(Specs.step(StepKind.ALGORITHM, 2), anchor, Driver.script("exit 0")));
            kubernetes().pass(Duration.ofMinutes(5));
            assertThat(kubernetes().started()).hasSize(before);
            kubernetes().collects(true);
            for (FoundAttempt found : fixture.cluster().attempts()) {
                kubernetes().await(() -> {
                    fixture.cluster().remove(found);
                    return driver.isAbsent();
                });
            }
            kubernetes().pass(Duration.ofSeconds(5));
            assertThat(kubernetes().names()).isEmpty();
        }
    }

    @Test
    void anAttemptWhoseAnchorWasTakenAwayIsStillThereUntilItsPodsAreGone() {
        String anchor = running();
        kubernetes()
                .delete(
                        Kind.CONFIG_MAP,
                        kubernetes().all(Kind.CONFIG_MAP, ConfigMap.class).get(0));
        kubernetes()
                .await(() ->
                        driver.look(Look.CACHED, anchor, ALGORITHM).anchor().isEmpty());
        assertThat(driver.look(Look.LIVE, anchor, ALGORITHM).attempt(1)).isEqualTo(Presence.PRESENT);
        assertThat(driver.look(Look.LIVE, anchor, ALGORITHM).anchor()).isEmpty();
        driver.remove();
        kubernetes().pass(Duration.ofSeconds(5));
        assertThat(kubernetes().names()).isEmpty();
    }

    @Test
    void aRemovalByAnotherIdentityTouchesNothing() {
        running();
        fixture.cluster().remove(new FoundAttempt(Driver.ATTEMPT, "jobs/99999999-2222-3333-4444-555555555555"));
        kubernetes().pass(Duration.ofSeconds(5));
        assertThat(kubernetes().all(Kind.CONFIG_MAP, ConfigMap.class)).hasSize(1);
        assertThat(kubernetes().all(Kind.VOLUME_CLAIM, PersistentVolumeClaim.class))
                .allMatch(v -> v.getMetadata().getDeletionTimestamp() == null);
        assertThat(kubernetes().isAlive(driver.pod(ALGORITHM))).isTrue();
    }

    @Test
    void anotherInstallationsObjectsAreNeitherSeenNorRemoved() {
        running();
        Labels other = new Labels("other");
        KubernetesCluster theirs = KubernetesCluster.builder()
                .access(kubernetes().access())
                .installation("other")
                .artifacts(new MemoryArtifacts())
                .worker(Fixture.worker())
                .environments(ImmutableList.of(Fixture.environment()))
                .open();
        try (theirs) {
            assertThat(other.selectAll()).containsEntry("c2d.io/installation", "other");
            assertThat(theirs.attempts()).isEmpty();
            theirs.remove(Driver.ATTEMPT);
            assertThat(kubernetes().isAlive(driver.pod(ALGORITHM))).isTrue();
            assertThat(kubernetes().all(Kind.CONFIG_MAP, ConfigMap.class)).hasSize(1);
        }
    }
}
