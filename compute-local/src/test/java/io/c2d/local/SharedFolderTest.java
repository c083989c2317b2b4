package io.c2d.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster.Look;
import io.c2d.core.port.Environment;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.JobRef;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSpec;
import io.c2d.testkit.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one working folder, one of which owned a job before the other. */
final class SharedFolderTest {
    private static final Environment WHERE = Environment.defaults("default");
    private static final Stage STAGE =
            Samples.shell("echo x >> $OUTPUTS/runs; sleep 300").stage(0);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path folder = Path.of("");

    private final Random random = new Random(11);
    private final JobId job = Samples.jobId(random);
    private final AttemptRef attempt = new AttemptRef(job, 1);
    private final EngineId before = EngineId.create(random);
    private final EngineId now = EngineId.create(random);
    private LocalCluster first;
    private LocalCluster second;
    private String anchor = "";

    @BeforeEach
    void open() throws IOException {
        first = server();
        second = server();
        first.prepare(attempt, WHERE);
        anchor = first.observe(new JobRef(job, 1, 1, null, null, before), Look.LIVE)
                .anchor()
                .orElseThrow();
    }

    private LocalCluster server() throws IOException {
        return LocalCluster.builder()
                .folder(folder.resolve("work"))
                .artifacts(FileArtifactStore.open(folder.resolve("artifacts"), "test", random))
                .sandbox("bubblewrap,namespaces")
                .open();
    }

    @AfterEach
    void close() {
        Waiting.until(() -> {
            second.remove(attempt);
            return second.attempts().isEmpty();
        });
        first.close();
        second.close();
    }

    private StepId step(StepKind kind, int number) {
        return new StepId(job, 1, 0, kind, number);
    }

    private StepSpec spec(StepId id, EngineId by) {
        StepId staged = id.kind() == StepKind.STAGE_IN ? null : step(StepKind.STAGE_IN, 1);
        return new StepSpec(id, anchor, by, new Owner("me"), STAGE, WHERE, LIMIT, staged, null, null, false);
    }

    /** A try that {@code by} stored, as another engine sees it that owns the job by now. */
    private StepSeen seenBy(LocalCluster cluster, EngineId observer, StepId id, EngineId by) {
        StepTry current = new StepTry(id, by, Instant.EPOCH, 0);
        return cluster.observe(new JobRef(job, 1, 1, anchor, current, observer), Look.LIVE)
                .step()
                .orElseThrow();
    }

    @Test
    void whatRanInsideOfAServerIsAbandonedWithIt() {
        StepId staging = step(StepKind.STAGE_IN, 1);
        first.start(spec(staging, before));
        assertThat(seenBy(second, now, staging, before).end().orElseThrow().cause())
                .isEqualTo(Cause.ABANDONED);
    }

    @Test
    void aServerThatWakesLateStartsNoStepThatWasAbandoned() {
        StepId staging = step(StepKind.STAGE_IN, 1);
        second.stop(staging, anchor, Duration.ZERO);
        first.start(spec(staging, before));
        assertThat(seenBy(first, before, staging, before).end().orElseThrow().cause())
                .isEqualTo(Cause.ABANDONED);
        StepId next = step(StepKind.STAGE_IN, 2);
        second.start(spec(next, now));
        Waiting.until(() -> seenBy(second, now, next, now).end().isPresent());
        assertThat(seenBy(second, now, next, now).end().orElseThrow().isSuccess())
                .isTrue();
    }

    /** As after the fail-over of a database that had not sent its last writes yet. */
    @Test
    void aTryThatTheRowDoesNotKnowOfIsLeftForTheNextOne() {
        StepId staging = step(StepKind.STAGE_IN, 1);
        first.start(spec(staging, before));
        Waiting.until(() -> seenBy(first, before, staging, before).end().isPresent());
        second.start(spec(staging, now));
        assertThat(seenBy(second, now, staging, now).end().orElseThrow().cause())
                .isEqualTo(Cause.ABANDONED);
        StepId next = step(StepKind.STAGE_IN, 2);
        second.start(spec(next, now));
        Waiting.until(() -> seenBy(second, now, next, now).end().isPresent());
        assertThat(seenBy(second, now, next, now).end().orElseThrow().isSuccess())
                .isTrue();
    }

    @Test
    void aSandboxThatCantBeMadeIsNoFailureOfTheAlgorithm() {
        // Nothing was staged in, so there is nothing to bind.
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        first.start(spec(algorithm, before));
        Waiting.until(() -> seenBy(first, before, algorithm, before).end().isPresent());
        assertThat(seenBy(first, before, algorithm, before).end().orElseThrow().cause())
                .isEqualTo(Cause.LOST);
    }

    @Test
    void anAlgorithmThatBothStartRunsOnce() throws Exception {
        StepId staging = step(StepKind.STAGE_IN, 1);
        first.start(spec(staging, before));
        Waiting.until(() -> seenBy(first, before, staging, before).end().isPresent());
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        first.start(spec(algorithm, before));
        second.start(spec(algorithm, now));
        first.start(spec(algorithm, before));
        Path runs = folder.resolve("work/jobs/" + job + "/1-" + anchor + "/0-algorithm-1/outputs/runs");
        Waiting.until(() ->
                Files.exists(runs) && seenBy(second, now, algorithm, before).state() == StepSeen.State.RUNNING);
        assertThat(seenBy(first, before, algorithm, before).state()).isEqualTo(StepSeen.State.RUNNING);
        assertThat(Files.readString(runs)).isEqualTo("x\n");
    }

    @Test
    void aServerThatWakesLateStartsNothingOfARemovedAttempt() {
        Waiting.until(() -> {
            second.remove(attempt);
            return second.attempts().isEmpty();
        });
        first.start(spec(step(StepKind.STAGE_IN, 1), before));
        first.start(spec(step(StepKind.ALGORITHM, 1), before));
        assertThat(second.attempts()).isEmpty();
        assertThat(second.observe(new JobRef(job, 1, 1, anchor, null, now), Look.LIVE)
                        .attempts())
                .isEqualTo(ImmutableMap.of(1, Presence.ABSENT));
    }

    @Test
    void whatACrashLeftOfAnAttemptIsFoundAndRemoved() throws Exception {
        Path jobs = folder.resolve("work/jobs");
        Path empty = Files.createDirectories(jobs.resolve(Samples.jobId(random).value()));
        JobId other = Samples.jobId(random);
        Files.createDirectories(jobs.resolve(other + "/2-0123.removed"));
        Files.createDirectories(jobs.resolve("lost+found"));
        for (FoundAttempt found : second.attempts()) {
            if (!found.attempt().equals(attempt)) {
                second.remove(new FoundAttempt(found.attempt(), found.identity() + "x"));
                assertThat(jobs.resolve(found.attempt().job().value())).exists();
                second.remove(found);
            }
        }
        Waiting.until(() -> second.attempts().size() == 1);
        assertThat(empty).doesNotExist();
        assertThat(jobs.resolve(other.value())).doesNotExist();
        assertThat(jobs.resolve("lost+found")).exists();
        assertThat(second.attempts()).extracting(FoundAttempt::attempt).containsExactly(attempt);
    }

    @Test
    void nonsenseInATrysFolderIsNoEndAndDoesNotKeepItFromBeingRemoved() throws Exception {
        StepId algorithm = step(StepKind.ALGORITHM, 1);
        Path tried = Files.createDirectories(folder.resolve("work/jobs/" + job + "/1-" + anchor + "/0-algorithm-1"));
        Files.writeString(tried.resolve("started"), "");
        Files.writeString(tried.resolve("process"), "one two three");
        Files.writeString(tried.resolve("exit"), "zero for sure");
        assertThatThrownBy(() -> seenBy(second, now, algorithm, now)).isInstanceOf(ClusterException.class);
        Waiting.until(() -> {
            second.remove(attempt);
            return second.attempts().isEmpty();
        });
    }
}
