package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.ComputeCluster.Ability;
import io.c2d.core.port.ComputeCluster.Look;
import io.c2d.core.port.Environment;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.Observation;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSpec;
import io.c2d.core.port.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ComputeCluster} must do. An adapter's test extends it and gives a cluster; the algorithms are shell
 * scripts of {@code sleep}, {@code exit} and {@code echo}.
 */
public abstract class ComputeClusterContract {
    private final Random random = new Random(11);
    private final EngineId engine = EngineId.create(random);
    private final JobId job = Samples.jobId(random);
    private @Nullable ComputeCluster opened;

    /** A cluster without any job. */
    protected abstract ComputeCluster openEmpty() throws Exception;

    /** Waits for a condition, for a minute at most; real or virtual time. */
    protected abstract void await(BooleanSupplier condition) throws Exception;

    @BeforeEach
    final void open() throws Exception {
        opened = openEmpty();
    }

    @AfterEach
    final void close() {
        cluster().remove(new AttemptRef(job, 1));
        cluster().remove(new AttemptRef(job, 2));
        cluster().close();
    }

    /** The cluster under test. */
    protected final ComputeCluster cluster() {
        if (opened == null) {
            throw new IllegalStateException("not open");
        }
        return opened;
    }

    private Environment environment() {
        return cluster().environments().values().iterator().next();
    }

    private StepId step(StepKind kind, int tryNumber) {
        return new StepId(job, 1, 0, kind, tryNumber);
    }

    private StepSpec spec(StepId id, String anchor, Stage stage, Duration limit) {
        boolean later = id.kind() != StepKind.STAGE_IN;
        return new StepSpec(
                id,
                anchor,
                engine,
                new Owner("me"),
                stage,
                environment(),
                limit,
                later ? step(StepKind.STAGE_IN, 1) : null,
                null,
                null,
                false);
    }

    private Observation look(@Nullable String anchor, @Nullable StepId current) {
        StepTry now = current == null ? null : new StepTry(current, engine, Instant.EPOCH, 0);
        return cluster().observe(new JobRef(job, 1, 1, anchor, now, engine), Look.LIVE);
    }

    private StepSeen seen(String anchor, StepId step) {
        return look(anchor, step).step().orElseThrow();
    }

    private StepEnd awaitEnd(String anchor, StepId step) throws Exception {
        await(() -> seen(anchor, step).state() == StepSeen.State.ENDED);
        return seen(anchor, step).end().orElseThrow();
    }

    private String prepared() throws Exception {
        cluster().prepare(new AttemptRef(job, 1), environment());
        await(() -> look(null, null).anchor().isPresent());
        return look(null, null).anchor().orElseThrow();
    }

    /** Prepares and stages in, so that an algorithm may start. */
    private String staged(Stage stage) throws Exception {
        String anchor = prepared();
        StepId staging = step(StepKind.STAGE_IN, 1);
        cluster().start(spec(staging, anchor, stage, Duration.ofMinutes(5)));
        assertThat(awaitEnd(anchor, staging).isSuccess()).isTrue();
        return anchor;
    }

    /** A stage that runs a shell script; of an image that the cluster has. */
    protected Stage stage(String script) {
        return Samples.shell(script).stage(0);
    }

    @Test
    void nothingIsThereBeforeItIsPrepared() {
        Observation seen = look(null, null);
        assertThat(seen.live()).isTrue();
        assertThat(seen.attempt(1)).isEqualTo(Presence.ABSENT);
        assertThat(seen.anchor()).isEmpty();
    }

    @Test
    void preparingTwiceGivesOneAnchor() throws Exception {
        String anchor = prepared();
        cluster().prepare(new AttemptRef(job, 1), environment());
        assertThat(look(null, null).anchor()).contains(anchor);
        assertThat(look(null, null).attempt(1)).isEqualTo(Presence.PRESENT);
    }

    @Test
    void aStepStartsUnderItsOwnAnchorAlone() throws Exception {
        StepId staging = step(StepKind.STAGE_IN, 1);
        cluster().start(spec(staging, "no-anchor", stage("exit 0"), Duration.ofMinutes(5)));
        assertThat(look(null, staging).attempt(1)).isEqualTo(Presence.ABSENT);
        String anchor = prepared();
        cluster().start(spec(staging, "another", stage("exit 0"), Duration.ofMinutes(5)));
        assertThat(seen(anchor, staging).state()).isEqualTo(StepSeen.State.ABSENT);
    }

    @Test
    void anAlgorithmsTrueExitCodeIsSeen() throws Exception {
        Stage stage = stage("exit 3");
        String anchor = staged(stage);
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        cluster().start(spec(algorithm, anchor, stage, Duration.ofMinutes(5)));
        StepEnd end = awaitEnd(anchor, algorithm);
        assertThat(end.cause()).isEqualTo(Cause.EXITED);
        assertThat(end.exitCode()).contains(3);
    }

    @Test
    void aNameOnceUsedStaysUsed() throws Exception {
        Stage stage = stage("exit 0");
        String anchor = staged(stage);
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        cluster().start(spec(algorithm, anchor, stage, Duration.ofMinutes(5)));
        awaitEnd(anchor, algorithm);
        cluster().start(spec(algorithm, anchor, stage("sleep 30"), Duration.ofMinutes(5)));
        assertThat(seen(anchor, algorithm).end().orElseThrow().isSuccess()).isTrue();
    }

    @Test
    void aRunningAlgorithmIsSeenRunningAndStops() throws Exception {
        Stage stage = stage("sleep 300");
        String anchor = staged(stage);
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        cluster().start(spec(algorithm, anchor, stage, Duration.ofMinutes(10)));
        await(() -> seen(anchor, algorithm).state() == StepSeen.State.RUNNING);
        cluster().stop(algorithm, anchor, Duration.ofMillis(200));
        cluster().stop(algorithm, anchor, Duration.ofMillis(200));
        assertThat(awaitEnd(anchor, algorithm).isSuccess()).isFalse();
    }

    @Test
    void aStopBeforeTheStartOccupiesTheName() throws Exception {
        Stage stage = stage("exit 0");
        String anchor = staged(stage);
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        assertThat(seen(anchor, algorithm).state()).isEqualTo(StepSeen.State.ABSENT);
        cluster().stop(algorithm, anchor, Duration.ofMillis(200));
        assertThat(awaitEnd(anchor, algorithm).cause()).isEqualTo(Cause.NEVER_STARTED);
        cluster().start(spec(algorithm, anchor, stage, Duration.ofMinutes(5)));
        assertThat(awaitEnd(anchor, algorithm).cause()).isEqualTo(Cause.NEVER_STARTED);
    }

    @Test
    void theClustersOwnLimitEndsAnAlgorithm() throws Exception {
        Stage stage = stage("sleep 300");
        String anchor = staged(stage);
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        cluster().start(spec(algorithm, anchor, stage, Duration.ofSeconds(1)));
        assertThat(awaitEnd(anchor, algorithm).cause()).isEqualTo(Cause.DEADLINE);
    }

    @Test
    void aRemovedAttemptIsGoneAndNothingOfItStarts() throws Exception {
        Stage stage = stage("sleep 300");
        String anchor = staged(stage);
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        cluster().start(spec(algorithm, anchor, stage, Duration.ofMinutes(10)));
        await(() -> seen(anchor, algorithm).state() == StepSeen.State.RUNNING);
        await(() -> {
            cluster().remove(new AttemptRef(job, 1));
            return look(anchor, algorithm).attempt(1) == Presence.ABSENT;
        });
        assertThat(look(anchor, algorithm).anchor()).isEmpty();
        cluster().start(spec(step(StepKind.ALGORITHM, 2), anchor, stage, Duration.ofMinutes(10)));
        assertThat(look(anchor, null).attempt(1)).isEqualTo(Presence.ABSENT);
        cluster().remove(new AttemptRef(job, 1));
    }

    @Test
    void attemptsAreListedWithWhatTellsThemApart() throws Exception {
        cluster().check();
        assertThat(listed()).isEmpty();
        String anchor = prepared();
        FoundAttempt found = new FoundAttempt(new AttemptRef(job, 1), anchor);
        assertThat(listed()).containsExactly(found);
        cluster().remove(new FoundAttempt(new AttemptRef(job, 1), "another"));
        assertThat(look(null, null).anchor()).contains(anchor);
        await(() -> {
            cluster().remove(found);
            return look(null, null).attempt(1) == Presence.ABSENT;
        });
        assertThat(listed()).isEmpty();
    }

    private ImmutableList<FoundAttempt> listed() {
        return cluster().attempts().stream()
                .filter(found -> found.attempt().job().equals(job))
                .collect(ImmutableList.toImmutableList());
    }

    @Test
    void attemptsAreApartAndTheirAnchorsDiffer() throws Exception {
        String first = prepared();
        cluster().prepare(new AttemptRef(job, 2), environment());
        JobRef both = new JobRef(job, 1, 2, null, null, engine);
        await(() -> cluster().observe(both, Look.LIVE).anchor().isPresent());
        assertThat(cluster().observe(both, Look.LIVE).anchor()).isNotEmpty().isNotEqualTo(Optional.of(first));
        await(() -> {
            cluster().remove(new AttemptRef(job, 1));
            return cluster().observe(both, Look.LIVE).attempt(1) == Presence.ABSENT;
        });
        assertThat(cluster().observe(both, Look.LIVE).attempt(2)).isEqualTo(Presence.PRESENT);
    }

    @Test
    void theWatchTellsOfAnEnd() throws Exception {
        Stage stage = stage("sleep 1");
        String anchor = staged(stage);
        Set<JobId> told = ConcurrentHashMap.newKeySet();
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        cluster().start(spec(algorithm, anchor, stage, Duration.ofMinutes(5)));
        await(() -> seen(anchor, algorithm).state() == StepSeen.State.RUNNING);
        try (Subscription ignored = cluster().watch(told::add)) {
            assertThat(ignored).isNotNull();
            await(() -> told.contains(job));
        }
    }

    @Test
    void logsAreReadFromAByteOnWhereTheAdapterSaysSo() throws Exception {
        Stage stage = stage("echo hello");
        String anchor = staged(stage);
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        cluster().start(spec(algorithm, anchor, stage, Duration.ofMinutes(5)));
        awaitEnd(anchor, algorithm);
        String whole = new String(cluster().logs(algorithm, anchor, 0).readAllBytes(), StandardCharsets.UTF_8);
        String tail = new String(cluster().logs(algorithm, anchor, 4).readAllBytes(), StandardCharsets.UTF_8);
        boolean reads = cluster().abilities().contains(Ability.READS_LOGS);
        assertThat(whole).isEqualTo(reads ? "hello\n" : "");
        assertThat(tail).isEqualTo(reads ? "o\n" : "");
        assertThat(cluster().abilities()).isSubsetOf(ImmutableSet.copyOf(Ability.values()));
    }
}
