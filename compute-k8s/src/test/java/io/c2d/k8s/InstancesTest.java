package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.core.model.ComputeRequirements;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSeen.State;
import io.c2d.k8s.simulator.Kind;
import io.c2d.k8s.simulator.SimulatedKubernetes;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Several pods of one algorithm. */
final class InstancesTest {
    private static final StepId ALGORITHM = Specs.step(StepKind.ALGORITHM, 1);
    private static final Duration GRACE = Duration.ofSeconds(1);

    @AutoClose
    private final Fixture fixture = Fixture.opened();

    private final Driver driver = fixture.driver();

    private SimulatedKubernetes kubernetes() {
        return fixture.kubernetes();
    }

    private static Stage three(String script) {
        Stage one = Driver.script(script);
        return new Stage(
                one.index(), one.inputs(), new ComputeRequirements(3, "default", null), one.algorithm(), one.output());
    }

    private Pod instance(int number) {
        return kubernetes().pod(Names.pod(ALGORITHM, number)).orElseThrow();
    }

    @Test
    void theStepEndsWhenAllHave() {
        String anchor = driver.started(three("sleep 5"));
        assertThat(driver.end(anchor, ALGORITHM).isSuccess()).isTrue();
        assertThat(kubernetes().started().stream().filter(c -> c.contains("algorithm")))
                .hasSize(3);
        driver.remove();
        kubernetes().pass(Duration.ofSeconds(5));
        assertThat(kubernetes().names()).isEmpty();
    }

    @Test
    void theStepFailsWhenOneDoesAndNotBeforeAllHaveEnded() {
        String anchor = driver.started(three("trap 0\nsleep 20"));
        driver.awaitState(anchor, ALGORITHM, State.RUNNING);
        kubernetes().delete(Kind.POD, instance(1));
        kubernetes().pass(Duration.ofSeconds(5));
        assertThat(driver.seen(anchor, ALGORITHM).state()).isEqualTo(State.RUNNING);
        assertThat(driver.end(anchor, ALGORITHM).cause()).isEqualTo(Cause.KILLED);
    }

    @Test
    void aStartMakesTheInstancesThatAreMissing() {
        String anchor = driver.prepare();
        driver.end(anchor, driver.start(StepKind.STAGE_IN, anchor, three("sleep 5")));
        kubernetes().quota(2, 10);
        assertThatThrownBy(() -> driver.start(StepKind.ALGORITHM, anchor, three("sleep 5")))
                .hasMessageContaining("exceeded quota");
        assertThat(driver.seen(anchor, ALGORITHM).state()).isEqualTo(State.ABSENT);
        kubernetes().quota(10, 10);
        StepId unused = driver.start(StepKind.ALGORITHM, anchor, three("sleep 5"));
        assertThat(driver.end(anchor, ALGORITHM).isSuccess()).isTrue();
        assertThat(kubernetes().started().stream().filter(c -> c.contains("algorithm")))
                .hasSize(3);
    }

    @Test
    void aStopEndsAllOfThemAndOccupiesTheNamesOfThoseMissing() {
        String anchor = driver.prepare();
        driver.end(anchor, driver.start(StepKind.STAGE_IN, anchor, three("sleep 5")));
        kubernetes().quota(2, 10);
        assertThatThrownBy(() -> driver.start(StepKind.ALGORITHM, anchor, three("sleep 500")))
                .hasMessageContaining("exceeded quota");
        kubernetes().quota(10, 10);
        fixture.cluster().stop(ALGORITHM, anchor, GRACE);
        StepEnd end = driver.end(anchor, ALGORITHM);
        assertThat(end.isSuccess()).isFalse();
        int before = kubernetes().started().size();
        StepId unused = driver.start(StepKind.ALGORITHM, anchor, three("sleep 500"));
        kubernetes().pass(Duration.ofSeconds(20));
        assertThat(kubernetes().started()).hasSize(before);
        assertThat(PodFrame.placeholderReason(instance(2))).contains("");
    }

    @Test
    void aStopBeforeTheStartLeavesOneNameThatNoneGetsPast() {
        String anchor = driver.prepare();
        driver.end(anchor, driver.start(StepKind.STAGE_IN, anchor, three("sleep 5")));
        fixture.cluster().stop(ALGORITHM, anchor, GRACE);
        assertThat(driver.end(anchor, ALGORITHM).cause()).isEqualTo(Cause.NEVER_STARTED);
        StepId unused = driver.start(StepKind.ALGORITHM, anchor, three("sleep 5"));
        kubernetes().pass(Duration.ofSeconds(20));
        assertThat(kubernetes().started().stream().filter(c -> c.contains("algorithm")))
                .isEmpty();
    }
}
