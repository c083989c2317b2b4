package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.StepEnd;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The whole engine on the in-memory store and the simulated cluster, in virtual time and one thread. */
final class ComputeEngineTest {
    private static final Owner ME = new Owner("me");
    private static final Duration LONG = Duration.ofHours(30);

    private final SimulatedScheduler scheduler = new SimulatedScheduler(Instant.parse("2026-11-24T00:00:00Z"));
    private final InMemoryJobStore store = InMemoryJobStore.create(scheduler, "test");
    private final Environment filtered =
            Environment.defaults("filtered").withMaxTime(Duration.ofHours(1)).withFilter("true");
    private final SimulatedCluster cluster = new SimulatedCluster(scheduler, Environment.defaults("default"), filtered);
    private final Random random = new Random(5);
    private EngineScheduler process = scheduler.process();
    private ComputeEngine engine = engine();

    private ComputeEngine engine() {
        process = scheduler.process();
        return ComputeEngine.builder(store, cluster, new NoArtifacts())
                .scheduler(process)
                .random(random)
                .build();
    }

    /** Artifacts are the steps' business; here none is stored. */
    private static final class NoArtifacts implements ArtifactStore {
        @Override
        public Artifact put(StepId step, String path, Artifact.Role role, InputStream content) {
            return new Artifact(step, path, role, 0, "00".repeat(32));
        }

        @Override
        public Optional<InputStream> open(Artifact artifact, long from) {
            return Optional.empty();
        }

        @Override
        public ImmutableSet<Integer> attempts(JobId job) {
            return ImmutableSet.of();
        }

        @Override
        public ImmutableSet<JobId> jobs() {
            return ImmutableSet.of();
        }

        @Override
        public void delete(JobId job, int attempt) {}
    }

    private JobId submit(String script) {
        return engine.submit(ME, "agreement-" + random.nextLong(), Samples.shell(script));
    }

    private Job job(JobId id) {
        return engine.get(id).orElseThrow();
    }

    private Job end(JobId id) {
        scheduler.runUntil(() -> job(id).isFinished() && !job(id).isOpen(), LONG);
        return job(id);
    }

    private void until(JobId id, JobStatus status) {
        scheduler.runUntil(() -> job(id).status() == status, LONG);
    }

    private List<JobStatus> statuses(JobId id) {
        List<JobStatus> statuses = new ArrayList<>();
        for (JobEvent event : engine.history(id)) {
            if (statuses.isEmpty() || statuses.get(statuses.size() - 1) != event.status()) {
                statuses.add(event.status());
            }
        }
        return statuses;
    }

    private long runs(StepKind kind) {
        return cluster.containers().stream()
                .filter(c -> c.step().kind() == kind)
                .count();
    }

    @Test
    void aJobWalksThroughEveryPhaseToSuccess() {
        engine.start();
        JobId id = submit("exit 0");
        Job job = end(id);
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(job.attempt().exitCode()).isEqualTo(0);
        assertThat(statuses(id))
                .containsExactly(
                        JobStatus.WARMING_UP,
                        JobStatus.STARTED,
                        JobStatus.CONFIGURING_VOLUMES,
                        JobStatus.PROVISIONED,
                        JobStatus.RUNNING,
                        JobStatus.PUBLISHING,
                        JobStatus.COMPLETED);
        assertThat(cluster.isEmpty()).isTrue();
    }

    @Test
    void aFailingAlgorithmIsNoSuccessAndIsPublishedAllTheSame() {
        engine.start();
        Job job = end(submit("exit 3"));
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(3);
        assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
        assertThat(runs(StepKind.PUBLISH)).isEqualTo(1);
        assertThat(runs(StepKind.ALGORITHM)).isEqualTo(1);
    }

    @Test
    void failedProvisioningEndsAt31Or32WithoutTheAlgorithm() {
        cluster.ownSteps(spec ->
                new StepEnd(StepEnd.Cause.EXITED, StepEnd.DATA_FAILED, "HTTP 404 for input 0", ImmutableList.of()));
        engine.start();
        Job data = end(submit("exit 0"));
        assertThat(data.status()).isEqualTo(JobStatus.DATA_PROVISIONING_FAILED);
        assertThat(data.outcome()).contains(Outcome.DATA_PROVISIONING_FAILED);
        assertThat(data.attempt().reason()).isEqualTo("HTTP 404 for input 0");
        cluster.ownSteps(spec -> StepEnd.exited(StepEnd.ALGORITHM_FAILED));
        assertThat(end(submit("exit 0")).status()).isEqualTo(JobStatus.ALGORITHM_PROVISIONING_FAILED);
        assertThat(runs(StepKind.ALGORITHM)).isZero();
    }

    @Test
    void maxTimeEndsTheAlgorithmNeverEarlyAndPublishes() {
        engine.start();
        JobId id = submit("sleep 20000");
        until(id, JobStatus.RUNNING);
        Instant running = scheduler.instant();
        Job job = end(id);
        assertThat(job.outcome()).contains(Outcome.TIMED_OUT);
        assertThat(job.wishes().stop()).isEqualTo(StopRequest.MAXTIME);
        assertThat(Duration.between(running, job.wishes().stopAt()))
                .isBetween(Duration.ofSeconds(3600), Duration.ofSeconds(3602));
        assertThat(runs(StepKind.PUBLISH)).isEqualTo(1);
    }

    @Test
    void aStopWorksInEveryPhase() {
        for (JobStatus phase : List.of(
                JobStatus.WARMING_UP,
                JobStatus.STARTED,
                JobStatus.CONFIGURING_VOLUMES,
                JobStatus.PROVISIONED,
                JobStatus.RUNNING)) {
            ComputeEngine mine = engine;
            JobId id = submit("sleep 1000");
            if (phase == JobStatus.WARMING_UP) {
                engine.stop(id);
                mine.start();
            } else {
                until(id, phase);
                engine.stop(id);
            }
            Job job = end(id);
            assertThat(job.outcome()).as("stopped at %s", phase).contains(Outcome.STOPPED);
            assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
            assertThat(job.wishes().stop()).isEqualTo(StopRequest.CALLED);
        }
    }

    @Test
    void aStopWhilePublishingLetsTheOutcomeBe() {
        engine.start();
        JobId id = submit("exit 0");
        until(id, JobStatus.PUBLISHING);
        engine.stop(id);
        Job job = end(id);
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(job.wishes().stop()).isEqualTo(StopRequest.CALLED);
    }

    @Test
    void aDeleteEndsTheJobWithoutPublishingAndLeavesATombstone() {
        engine.start();
        JobId id = submit("sleep 1000");
        until(id, JobStatus.RUNNING);
        engine.delete(id);
        Job job = end(id);
        assertThat(job.removed()).isTrue();
        assertThat(job.outcome()).contains(Outcome.STOPPED);
        assertThat(runs(StepKind.PUBLISH)).isZero();
        assertThat(cluster.isEmpty()).isTrue();
    }

    @Test
    void aRestartRunsAnotherAttemptOfTheSameJob() {
        engine.start();
        JobId id = engine.submit(ME, "one", Samples.shell("sleep 5"));
        until(id, JobStatus.RUNNING);
        engine.stop(id);
        scheduler.runUntil(() -> job(id).isFinished(), LONG);
        assertThat(engine.submit(ME, "one", Samples.shell("sleep 5"))).isEqualTo(id);
        Job job = end(id);
        assertThat(job.attempt().number()).isEqualTo(2);
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(cluster.isEmpty()).isTrue();
    }

    @Test
    void aFilterStandsBetweenRunAndPublishAndFailsClosed() {
        engine.start();
        JobId passes = engine.submit(ME, "one", inFiltered("exit 0"));
        assertThat(end(passes).outcome()).contains(Outcome.SUCCEEDED);
        assertThat(statuses(passes)).contains(JobStatus.FILTERING);
        cluster.ownSteps(spec -> {
            assertThat(spec.id().kind() != StepKind.PUBLISH || !spec.withOutputs())
                    .isTrue();
            return StepEnd.exited(spec.id().kind() == StepKind.FILTER ? 1 : 0);
        });
        JobId fails = engine.submit(ME, "two", inFiltered("exit 0"));
        Job job = end(fails);
        assertThat(job.outcome()).contains(Outcome.FILTER_FAILED);
        assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    }

    private static Workflow inFiltered(String script) {
        return WorkflowCodec.read(
                Samples.shell(script).document().replace("\"namespace\":\"default\"", "\"namespace\":\"filtered\""));
    }

    @Test
    void aLostAlgorithmRunsAgainAsANewTryAndEndsWhenTriesAreUsedUp() {
        engine.start();
        JobId id = submit("sleep 100");
        for (int tries = 1; tries <= Environment.defaults("x").maxTries(); tries++) {
            int wanted = tries;
            scheduler.runUntil(
                    () -> runs(StepKind.ALGORITHM) == wanted
                            && job(id).attempt().runningSince() != null,
                    LONG);
            cluster.end(cluster.containers().get(cluster.containers().size() - 1), StepEnd.of(StepEnd.Cause.LOST));
        }
        Job job = end(id);
        assertThat(job.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(runs(StepKind.ALGORITHM)).isEqualTo(Environment.defaults("x").maxTries());
        assertThat(runs(StepKind.PUBLISH)).isZero();
    }

    @Test
    void anAnchorThatVanishesEndsTheAttempt() {
        engine.start();
        JobId id = submit("sleep 100");
        until(id, JobStatus.RUNNING);
        cluster.vanish(new AttemptRef(id, 1));
        Job job = end(id);
        assertThat(job.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(runs(StepKind.ALGORITHM)).isEqualTo(1);
    }

    @Test
    void aClusterThatCannotBeReachedDelaysTheJobAndShowsWhy() {
        engine.start();
        cluster.failWith("the cluster is away");
        JobId id = submit("exit 0");
        scheduler.run(Duration.ofMinutes(5));
        assertThat(job(id).isFinished()).isFalse();
        assertThat(job(id).attempt().reason()).isEqualTo("the cluster is away");
        cluster.failWith(null);
        Job job = end(id);
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(job.attempt().reason()).isNull();
    }

    @Test
    void troubleThatNeverEndsEndsTheJob() {
        engine.start();
        cluster.failWith("the cluster is away");
        JobId id = submit("exit 0");
        scheduler.runUntil(() -> job(id).isFinished(), LONG);
        assertThat(job(id).outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(job(id).attempt().reason()).contains("the cluster is away");
    }

    @Test
    void withoutAnyEventTheResyncAndTheTimersCarryAJobToItsEnd() {
        cluster.events(false);
        engine.start();
        assertThat(end(submit("sleep 2")).outcome()).contains(Outcome.SUCCEEDED);
    }

    @Test
    void aDeadEnginesJobsAreTakenOverAndTheAlgorithmIsAdopted() {
        engine.start();
        JobId id = submit("sleep 60\nexit 7");
        until(id, JobStatus.RUNNING);
        process.close();
        engine = engine();
        engine.start();
        Job job = end(id);
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(runs(StepKind.ALGORITHM)).isEqualTo(1);
    }

    @Test
    void anOrderlyStopHandsOverAtOnce() {
        engine.start();
        JobId id = submit("sleep 60");
        until(id, JobStatus.RUNNING);
        var stopped = engine.shutdown();
        scheduler.runUntil(stopped::isDone, Duration.ofSeconds(5));
        engine = engine();
        engine.start();
        EngineId former = job(id).owner();
        scheduler.runUntil(() -> !Objects.equals(job(id).owner(), former), Duration.ofSeconds(2));
        assertThat(end(id).outcome()).contains(Outcome.SUCCEEDED);
        assertThat(runs(StepKind.ALGORITHM)).isEqualTo(1);
    }

    @Test
    void anEnvironmentsLimitHoldsAndTheQueueGoesOn() {
        engine.start();
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ids.add(submit("sleep 10"));
        }
        scheduler.run(Duration.ofSeconds(5));
        assertThat(ids.stream().filter(id -> job(id).holdsCapacity()).count()).isEqualTo(4);
        engine.stop(ids.get(11));
        scheduler.run(Duration.ofSeconds(2));
        assertThat(job(ids.get(11)).outcome()).contains(Outcome.STOPPED);
        ids.subList(0, 11).forEach(id -> assertThat(end(id).outcome()).contains(Outcome.SUCCEEDED));
    }

    @Test
    void fiveThousandJobsInFlightNeedNoThreadPerJob() {
        SimulatedCluster large =
                new SimulatedCluster(scheduler, Environment.defaults("default").withMaxJobs(10_000));
        ComputeEngine many = ComputeEngine.builder(store, large, new NoArtifacts())
                .scheduler(scheduler)
                .random(random)
                .settings(EngineSettings.DEFAULTS)
                .build();
        int threads = Thread.activeCount();
        many.start();
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            ids.add(many.submit(ME, "a" + i, Samples.shell("sleep 600")));
        }
        scheduler.runUntil(
                () -> large.containers().stream()
                                .filter(c -> c.step().kind() == StepKind.ALGORITHM && c.isAlive())
                                .count()
                        == 5_000,
                LONG);
        assertThat(Thread.activeCount()).isEqualTo(threads);
        scheduler.run(Duration.ofMinutes(20));
        assertThat(ids).allMatch(id -> job(id).outcome().equals(Optional.of(Outcome.SUCCEEDED)));
        assertThat(large.isEmpty()).isTrue();
    }

    @Test
    void aRunningAgreementIsRefusedWithTheJobThatRuns() {
        JobId id = engine.submit(ME, "one", Samples.shell("exit 0"));
        assertThatThrownBy(() -> engine.submit(ME, "one", Samples.shell("exit 0")))
                .isInstanceOfSatisfying(
                        ComputeException.class, e -> assertThat(e.job()).contains(id));
    }
}
