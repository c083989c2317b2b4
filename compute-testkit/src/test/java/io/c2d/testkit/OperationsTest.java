package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.core.engine.SweepReport;
import io.c2d.core.engine.SweepSettings;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.Environment;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.Subscription;
import io.c2d.core.port.WishRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues, retention and sweeping of the whole engine, in virtual time. */
final class OperationsTest {
    private static final Duration LONG = Duration.ofHours(30);
    private static final SweepSettings EACH_MINUTE =
            new SweepSettings(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofHours(3), 0.5, false);

    @TempDir
    private Path folder;

    private final SimulatedScheduler scheduler = new SimulatedScheduler(Instant.parse("2026-11-24T00:00:00Z"));
    private final InMemoryJobStore store = InMemoryJobStore.create(scheduler, "test");
    private final Environment small = Environment.defaults("default")
            .withQuotas(new Environment.Quotas(4, 2, 10, 6))
            .withRetention(Duration.ofHours(2))
            .withLimits(shortQueue());
    private final SimulatedCluster cluster = new SimulatedCluster(scheduler, small);
    private final Random random = new Random(7);
    private FileArtifactStore artifacts;
    private int agreements;

    @BeforeEach
    void openArtifacts() throws IOException {
        artifacts = FileArtifactStore.open(folder, "test", random);
    }

    private static Environment.PhaseLimits shortQueue() {
        Environment.PhaseLimits limits = Environment.PhaseLimits.DEFAULTS;
        return new Environment.PhaseLimits(
                Duration.ofHours(1),
                limits.volumes(),
                limits.staging(),
                limits.scheduling(),
                limits.filtering(),
                limits.publishing(),
                limits.lost());
    }

    private ComputeEngine engine(SweepSettings sweep) {
        return engine(sweep, store);
    }

    private ComputeEngine engine(SweepSettings sweep, JobStore jobs) {
        return engine(sweep, jobs, artifacts);
    }

    private ComputeEngine engine(SweepSettings sweep, JobStore jobs, ArtifactStore results) {
        ComputeEngine engine = ComputeEngine.builder(jobs, cluster, results)
                .scheduler(scheduler.process())
                .random(random)
                .settings(EngineSettings.DEFAULTS.withSweep(sweep))
                .build();
        engine.start();
        return engine;
    }

    private JobId submit(ComputeEngine engine, String owner, String script) {
        return engine.submit(new Owner(owner), "agreement-" + agreements++, Samples.shell(script));
    }

    private Job job(JobId id) {
        return store.get(id).orElseThrow();
    }

    private long running(String owner) {
        return store
                .query(new JobQuery(null, new Owner(owner), null, JobQuery.State.RUNNING, null, 100))
                .jobs()
                .stream()
                .filter(job -> job.status() != JobStatus.WARMING_UP)
                .count();
    }

    @Test
    void ownersTakeTurnsAndNoneHasMoreThanItsShare() {
        ComputeEngine engine = engine(EACH_MINUTE);
        List<JobId> greedy = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            greedy.add(submit(engine, "greedy", "sleep 100"));
        }
        JobId first = submit(engine, "modest", "sleep 100");
        scheduler.run(Duration.ofSeconds(5));
        assertThat(running("greedy")).isEqualTo(2);
        assertThat(job(first).status()).isEqualTo(JobStatus.RUNNING);
        scheduler.runUntil(() -> greedy.stream().allMatch(id -> job(id).isFinished()), LONG);
        assertThat(greedy).allMatch(id -> job(id).outcome().orElseThrow() == Outcome.SUCCEEDED);
    }

    @Test
    void aFullQueueRefusesUntilThereIsRoom() {
        ComputeEngine engine = engine(EACH_MINUTE);
        for (int i = 0; i < 6; i++) {
            submit(engine, "greedy", "sleep 10");
        }
        assertThatThrownBy(() -> submit(engine, "greedy", "sleep 10"))
                .isInstanceOfSatisfying(
                        ComputeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUEUE_FULL));
        submit(engine, "modest", "sleep 10");
        scheduler.run(Duration.ofSeconds(3));
        JobId seventh = submit(engine, "greedy", "sleep 10");
        scheduler.runUntil(() -> job(seventh).isFinished(), LONG);
        assertThat(job(seventh).outcome()).contains(Outcome.SUCCEEDED);
    }

    @Test
    void aJobThatFindsNoRoomWithinTheLimitEndsWithItsOwnReason() {
        ComputeEngine engine = engine(EACH_MINUTE);
        submit(engine, "me", "sleep 800000");
        submit(engine, "me", "sleep 800000");
        JobId waits = submit(engine, "me", "exit 0");
        scheduler.runUntil(() -> job(waits).isFinished(), Duration.ofHours(2));
        assertThat(job(waits).outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(job(waits).attempt().reason()).isEqualTo("there was no room for it within 60 min");
        assertThat(cluster.containers()).noneMatch(c -> c.step().job().equals(waits));
    }

    @Test
    void resultsGoAfterTheirTimeAndTheTombstoneAfterALongerOne() throws IOException {
        ComputeEngine engine = engine(EACH_MINUTE);
        JobId id = submit(engine, "me", "exit 0");
        scheduler.runUntil(() -> job(id).isFinished() && !job(id).isOpen(), LONG);
        store(id, 1);
        scheduler.run(Duration.ofHours(1));
        assertThat(job(id).wishes().delete()).isFalse();
        scheduler.run(Duration.ofHours(1).plusMinutes(2));
        assertThat(job(id).removed()).isTrue();
        assertThat(artifacts.jobs()).isEmpty();
        assertThat(store.history(id)).anyMatch(event -> event.note().equals("retention"));
        scheduler.run(Duration.ofHours(2));
        assertThat(store.get(id)).isPresent();
        scheduler.run(Duration.ofHours(2));
        assertThat(store.get(id)).isEmpty();
        assertThat(store.history(id)).isEmpty();
    }

    @Test
    void moreThanOneBatchPastItsTimeGoesInOneSweep() {
        ComputeEngine engine = engine(EACH_MINUTE);
        List<JobId> all = new ArrayList<>();
        for (int i = 0; i < 1_201; i++) {
            JobId id = store.submit(Samples.submission(
                            Samples.jobId(random), "owner " + i, "agreement " + i, Samples.shell("exit 0")))
                    .job()
                    .orElseThrow();
            store.wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null));
            all.add(id);
        }
        scheduler.runUntil(() -> all.stream().noneMatch(id -> job(id).isOpen()), LONG);
        scheduler.run(Duration.ofHours(2).minusMinutes(2));
        assertThat(all).noneMatch(id -> job(id).wishes().delete());
        scheduler.run(Duration.ofMinutes(4));
        assertThat(all).allMatch(id -> job(id).wishes().delete());
        assertThat(engine.isWorking()).isTrue();
    }

    @Test
    void aTransitionThatTheStoreRefusesEndsTheJobWithAReasonAndNoOtherSuffers() {
        JobStore refusing = failing(JobStore.class, store, (method, arguments) -> {
            if (method.equals("commit") && arguments[1].toString().contains("status=RUNNING")) {
                throw new IllegalStateException("this can't be written");
            }
        });
        ComputeEngine engine = engine(EACH_MINUTE, refusing);
        JobId id = submit(engine, "me", "sleep 3");
        scheduler.run(Duration.ofMinutes(30));
        assertThat(job(id).isFinished()).isFalse();
        assertThat(job(id).attempt().reason())
                .isEqualTo("what the engine wants to store of it is refused by the store");
        scheduler.runUntil(() -> job(id).isFinished() && !job(id).isOpen(), Duration.ofHours(2));
        assertThat(job(id).outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(job(id).attempt().reason()).contains("is refused by the store");
        JobId next = engine.submit(new Owner("me"), "refused nothing", Samples.shell("exit 0"));
        engine.stop(next);
        scheduler.runUntil(() -> job(next).isFinished(), Duration.ofMinutes(5));
        assertThat(job(next).outcome()).contains(Outcome.STOPPED);
    }

    @Test
    void anOrphanThatCantBeRemovedKeepsNoOtherFromGoing() throws IOException {
        List<JobId> orphans = List.of(Samples.jobId(random), Samples.jobId(random), Samples.jobId(random));
        for (JobId id : orphans) {
            store(id, 1);
        }
        ArtifactStore stuck = failing(ArtifactStore.class, artifacts, (method, arguments) -> {
            if (method.equals("delete") && arguments[0].equals(orphans.get(0))) {
                throw new IOException("no right to do so");
            }
        });
        ComputeEngine engine = engine(
                new SweepSettings(Duration.ofDays(300), Duration.ofMinutes(5), Duration.ofHours(3), 1, false),
                store,
                stuck);
        assertThat(engine.sweep().artifacts()).isEmpty();
        scheduler.run(Duration.ofMinutes(6));
        SweepReport report = engine.sweep();
        assertThat(report.artifacts()).hasSize(3);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(artifacts.jobs()).containsExactly(orphans.get(0));
    }

    private interface Trouble {
        void before(String method, Object[] arguments) throws Exception;
    }

    /** A port of which some calls fail. */
    private static <T> T failing(Class<T> port, T sound, Trouble trouble) {
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(), new Class<?>[] {port}, (self, method, arguments) -> {
                    trouble.before(method.getName(), arguments == null ? new Object[0] : arguments);
                    try {
                        return method.invoke(sound, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private void store(JobId id, int attempt) throws IOException {
        artifacts.put(
                new StepId(id, attempt, 0, StepKind.PUBLISH, 1),
                "outputs/a",
                Artifact.Role.OUTPUT,
                new ByteArrayInputStream(new byte[] {1}));
    }

    @Test
    void whatNoRowSpeaksForGoesAfterTheGraceAndNothingElse() throws IOException {
        ComputeEngine engine = engine(EACH_MINUTE);
        JobId runs = submit(engine, "me", "sleep 100000");
        scheduler.run(Duration.ofSeconds(5));
        store(runs, 1);
        JobId unknown = Samples.jobId(random);
        AttemptRef orphan = new AttemptRef(unknown, 1);
        cluster.prepare(orphan, small);
        AttemptRef ahead = new AttemptRef(runs, 2);
        cluster.prepare(ahead, small);
        store(unknown, 1);
        store(runs, 2);
        scheduler.run(Duration.ofMinutes(5));
        assertThat(left()).contains(orphan, ahead);
        scheduler.run(Duration.ofMinutes(2));
        assertThat(left()).containsExactly(new AttemptRef(runs, 1));
        assertThat(artifacts.jobs()).containsExactly(runs);
        assertThat(artifacts.attempts(runs)).containsExactly(1);
    }

    private ImmutableSet<AttemptRef> left() {
        return cluster.attempts().stream().map(FoundAttempt::attempt).collect(ImmutableSet.toImmutableSet());
    }

    @Test
    void aDryRunTellsAndRemovesNothing() throws IOException {
        ComputeEngine engine =
                engine(new SweepSettings(Duration.ofDays(300), Duration.ofMinutes(5), Duration.ofHours(3), 0.5, true));
        AttemptRef orphan = new AttemptRef(Samples.jobId(random), 1);
        cluster.prepare(orphan, small);
        store(orphan.job(), 1);
        assertThat(engine.sweep().orphans()).isEmpty();
        scheduler.run(Duration.ofMinutes(6));
        SweepReport report = engine.sweep();
        assertThat(report.orphans()).extracting(FoundAttempt::attempt).containsExactly(orphan);
        assertThat(report.artifacts()).containsExactly(orphan);
        assertThat(report.removed()).isFalse();
        assertThat(left()).containsExactly(orphan);
        assertThat(artifacts.jobs()).containsExactly(orphan.job());
    }

    @Test
    void tooManyOrphansRaiseAnAlarmAndStay() {
        ComputeEngine engine =
                engine(new SweepSettings(Duration.ofDays(300), Duration.ofMinutes(5), Duration.ofHours(3), 0.5, false));
        for (int i = 0; i < 20; i++) {
            cluster.prepare(new AttemptRef(Samples.jobId(random), 1), small);
        }
        assertThat(engine.sweep().alarm()).isFalse();
        scheduler.run(Duration.ofMinutes(6));
        SweepReport report = engine.sweep();
        assertThat(report.alarm()).isTrue();
        assertThat(report.removed()).isFalse();
        assertThat(left()).hasSize(20);
    }

    @Test
    void anEngineThatLosesItsClusterGivesItsJobsBackAndTakesThemAgainWhenItIsThere() {
        ComputeEngine engine = engine(EACH_MINUTE);
        JobId id = submit(engine, "me", "sleep 600");
        scheduler.run(Duration.ofSeconds(5));
        var owner = job(id).owner();
        cluster.failWith("the network is cut");
        scheduler.run(Duration.ofMinutes(2));
        assertThat(job(id).owner()).isEqualTo(owner);
        assertThat(store.renewLease(Objects.requireNonNull(owner), Duration.ofSeconds(15)))
                .isEmpty();
        cluster.failWith(null);
        scheduler.runUntil(() -> job(id).isFinished(), LONG);
        assertThat(job(id).outcome()).contains(Outcome.SUCCEEDED);
        assertThat(job(id).owner()).isNotEqualTo(owner);
        assertThat(cluster.containers().stream().filter(c -> c.step().kind() == StepKind.ALGORITHM))
                .hasSize(1);
    }

    @Test
    void aWishThatNoWakeUpTellsOfIsSeenWithinASecondOrTwo() {
        JobStore silent = (JobStore) Proxy.newProxyInstance(
                JobStore.class.getClassLoader(),
                new Class<?>[] {JobStore.class},
                (proxy, method, arguments) ->
                        method.getName().equals("watch") ? (Subscription) () -> {} : method.invoke(store, arguments));
        ComputeEngine engine = engine(EACH_MINUTE, silent);
        JobId id = submit(engine, "me", "sleep 100000");
        scheduler.run(Duration.ofSeconds(5));
        engine.stop(id);
        scheduler.run(Duration.ofSeconds(2));
        assertThat(job(id).outcome()).contains(Outcome.STOPPED);
    }
}
