package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster.Look;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepSeen.State;
import io.c2d.core.port.Subscription;
import io.c2d.k8s.simulator.Calls.Call;
import io.c2d.k8s.simulator.SimulatedKubernetes;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the watches tell, and what they can't. */
final class WatchTest {
    private static final StepId ALGORITHM = Specs.step(StepKind.ALGORITHM, 1);

    @AutoClose
    private final Fixture fixture = Fixture.opened();

    private final Driver driver = fixture.driver();

    private SimulatedKubernetes kubernetes() {
        return fixture.kubernetes();
    }

    private String running() {
        String anchor = driver.started(Driver.script("sleep 30"));
        driver.awaitState(anchor, ALGORITHM, State.RUNNING);
        return anchor;
    }

    private void awaitHint(Runnable change) {
        Set<JobId> told = ConcurrentHashMap.newKeySet();
        try (Subscription ignored = fixture.cluster().watch(told::add)) {
            assertThat(ignored).isNotNull();
            change.run();
            kubernetes().await(() -> told.contains(Specs.JOB));
        }
    }

    @Test
    void anEndIsHeardAlthoughTheWatchBroke() {
        String anchor = running();
        awaitHint(() -> kubernetes().breakWatches(false));
        assertThat(driver.end(anchor, ALGORITHM).isSuccess()).isTrue();
    }

    @Test
    void anEndIsHeardAlthoughTheServerForgotWhereTheWatchWas() {
        String anchor = running();
        awaitHint(() -> kubernetes().breakWatches(true));
        assertThat(driver.end(anchor, ALGORITHM).isSuccess()).isTrue();
    }

    @Test
    void aBookmarkSparesTheListAfterTheServerForgot() {
        String anchor = running();
        // What each watch was told before goes through it before the bookmark does.
        kubernetes().bookmark();
        kubernetes().calls().clear();
        kubernetes().breakWatches(false);
        assertThat(driver.look(Look.CACHED, anchor, ALGORITHM).attempt(1)).isEqualTo(Presence.PRESENT);
        kubernetes()
                .await(() -> driver.look(Look.CACHED, anchor, ALGORITHM)
                                .step()
                                .orElseThrow()
                                .state()
                        == State.ENDED);
        assertThat(kubernetes().calls().kinds()).contains(new Call("watch", "pods"));
        assertThat(kubernetes().calls().kinds()).doesNotContain(new Call("list", "pods"));
    }

    @Test
    void aCacheNeverSaysAbsent() {
        StepId staging = Specs.step(StepKind.STAGE_IN, 1);
        var cached = driver.look(Look.CACHED, "jobs/none", staging);
        assertThat(cached.live()).isFalse();
        assertThat(cached.attempt(1)).isEqualTo(Presence.UNKNOWN);
        assertThat(cached.step().orElseThrow().state()).isEqualTo(State.UNKNOWN);
        var live = driver.look(Look.LIVE, "jobs/none", staging);
        assertThat(live.live()).isTrue();
        assertThat(live.attempt(1)).isEqualTo(Presence.ABSENT);
        assertThat(live.step().orElseThrow().state()).isEqualTo(State.ABSENT);
    }

    @Test
    void whatWasJustMadeIsKnownWithoutAsking() {
        fixture.cluster().prepare(Driver.ATTEMPT, Fixture.environment().environment());
        kubernetes().calls().clear();
        assertThat(driver.look(Look.CACHED, null, null).anchor()).isPresent();
        fixture.cluster().prepare(Driver.ATTEMPT, Fixture.environment().environment());
        assertThat(kubernetes().calls().all().stream().filter(c -> !c.verb().equals("watch")))
                .isEmpty();
    }

    @Test
    void anAnchorWithoutItsVolumeIsNotReadyToBeStored() {
        kubernetes().quota(10, 0);
        assertThatThrownBy(() -> fixture.cluster()
                        .prepare(Driver.ATTEMPT, Fixture.environment().environment()))
                .isInstanceOf(ClusterException.class);
        assertThat(driver.look(Look.LIVE, null, null).anchor()).isEmpty();
        assertThat(driver.look(Look.LIVE, null, null).attempt(1)).isEqualTo(Presence.PRESENT);
        kubernetes().quota(10, 10);
        assertThat(driver.prepare()).startsWith("jobs/");
    }

    @Test
    void aServerThatCanNotBeReachedIsToldAndNotTakenForAnEmptyOne() {
        KubernetesCluster cluster = KubernetesCluster.builder()
                .access(new ConfigBuilder(kubernetes().access())
                        .withMasterUrl("http://127.0.0.1:1/")
                        .build())
                .installation("test")
                .artifacts(new MemoryArtifacts())
                .worker(Fixture.worker())
                .limits(Fixture.QUICK)
                .environments(ImmutableList.of(Fixture.environment()))
                .open();
        try (cluster) {
            assertThat(cluster.hasSeenAll()).isFalse();
            assertThatThrownBy(cluster::check)
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("the cluster did not answer");
            Driver far = new Driver(cluster, kubernetes(), Fixture.environment());
            assertThat(far.look(Look.CACHED, null, null).attempt(1)).isEqualTo(Presence.UNKNOWN);
            assertThatThrownBy(() -> far.look(Look.LIVE, null, null)).isInstanceOf(ClusterException.class);
        }
    }

    @Test
    void anotherServerFindsTheJobAsItIs() {
        String anchor = running();
        KubernetesCluster other = fixture.another(Fixture.environment());
        try (other) {
            Driver second = new Driver(other, kubernetes(), Fixture.environment());
            assertThat(second.prepare()).isEqualTo(anchor);
            assertThat(second.seen(anchor, ALGORITHM).state()).isEqualTo(State.RUNNING);
            StepId unused = second.start(StepKind.ALGORITHM, anchor, Driver.script("sleep 30"));
            assertThat(second.end(anchor, ALGORITHM).isSuccess()).isTrue();
        }
        kubernetes().pass(Duration.ofSeconds(5));
        assertThat(kubernetes().started().stream().filter(c -> c.contains("algorithm")))
                .hasSize(1);
    }
}
