package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSpec;
import io.c2d.worker.WorkerSide;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks, reports and paths are written on one side and read on the other; here both sides meet. */
class BothSidesTest {
    private static final Path WORKER = Path.of("..", "compute-worker", "src", "main");
    private static final WorkerSettings SETTINGS = new WorkerSettings(
            "worker",
            1,
            256L << 20,
            new WorkerSettings.Downloads(ImmutableList.of("10.0.0.0/8"), 4_096),
            WorkerSettings.DEFAULT_ISOLATION_PATIENCE,
            step -> new WorkerSettings.Upload(URI.create("https://c2d.example/u/" + step), "t0ken"));

    @TempDir
    Path folder;

    private static StepSpec spec(StepKind kind) {
        return Specs.of(kind, Fixture.environment(), Specs.stage("python", "python $ALGO", 3));
    }

    private WorkerSide.Read read(StepKind kind) throws IOException {
        return WorkerSide.read(folder.resolve("task"), WorkerTask.json(spec(kind), Fixture.environment(), SETTINGS));
    }

    @Test
    void theWorkerReadsWhatStageInIsTold() throws Exception {
        WorkerSide.Read task = read(StepKind.STAGE_IN);
        StepSpec spec = spec(StepKind.STAGE_IN);
        assertThat(task.step()).isEqualTo(spec.id());
        Stage stage = Objects.requireNonNull(task.stage());
        assertThat(stage.inputs()).isEqualTo(spec.stage().inputs());
        assertThat(stage.algorithm()).isEqualTo(spec.stage().algorithm());
        assertThat(task.networks()).containsExactly("10.0.0.0/8");
        assertThat(task.maxFileBytes()).isEqualTo(4_096);
        assertThat(task.target()).isEqualTo("https://c2d.example/u/" + spec.id());
        assertThat(task.token()).isEqualTo("t0ken");
    }

    @Test
    void theWorkerReadsWhatPublishIsTold() throws Exception {
        WorkerSide.Read task = read(StepKind.PUBLISH);
        assertThat(task.step()).isEqualTo(spec(StepKind.PUBLISH).id());
        assertThat(task.outputs()).isTrue();
        assertThat(task.filtered()).isTrue();
        assertThat(task.instances()).isEqualTo(3);
        assertThat(task.logBytes())
                .isEqualTo(Fixture.environment().environment().resources().logBytes());
        assertThat(task.maxOutputBytes())
                .isEqualTo(Fixture.environment().volume().bytes());
        assertThat(task.token()).isEqualTo("t0ken");
    }

    @Test
    void theWorkerReadsWhatACopyIsToldAndFindsNoToken() throws Exception {
        WorkerSide.Read task = read(StepKind.FILTER);
        assertThat(task.step()).isEqualTo(spec(StepKind.FILTER).id());
        assertThat(task.token()).isNull();
    }

    @Test
    void theServerReadsWhatTheWorkerReports() throws Exception {
        MemoryArtifacts store = new MemoryArtifacts();
        var step = Specs.step(StepKind.PUBLISH, 1);
        ImmutableList<Artifact> stored = ImmutableList.of(
                new Artifact(step, "outputs/ä b", Artifact.Role.OUTPUT, 3, "a".repeat(64)),
                new Artifact(step, "algorithm.log", Artifact.Role.ALGORITHM_LOG, 0, "b".repeat(64)));
        StepEnd end = new StepEnd(StepEnd.Cause.EXITED, 1, "the outputs could not be stored", stored);
        WorkerReport report = WorkerReport.parse(WorkerSide.report(store, step, end, folder.resolve("message")));
        assertThat(report.message()).isEqualTo("the outputs could not be stored");
        assertThat(new Manifests(store).read(step, report.stored().orElseThrow()))
                .isEqualTo(stored);
    }

    @Test
    void thePathsInPodsAreThoseOfTheWorkersSources() throws Exception {
        String main = Files.readString(WORKER.resolve("java/io/c2d/worker/WorkerMain.java"));
        assertThat(main)
                .contains(
                        "\"" + Layout.LAUNCHER + "\"",
                        "\"" + Layout.MESSAGE + "\"",
                        "Path.of(\"" + Layout.DATA + "\")");
        String step = Files.readString(WORKER.resolve("java/io/c2d/worker/PodStep.java"));
        for (String each : List.of(Layout.RESULTS, Layout.FILTERED, Layout.OUTPUTS)) {
            assertThat(step).contains(each.substring(Layout.DATA.length() + 1));
        }
    }

    @Test
    void theLauncherTakesTheArgumentsThatPodsGiveItAndSaysWhatIsRead() throws Exception {
        List<String> command = new StepPods(new PodFrame(new Labels("test")), SETTINGS)
                .pod(spec(StepKind.ALGORITHM), Specs.ANCHOR, Fixture.environment(), 0)
                .getSpec()
                .getContainers()
                .get(0)
                .getCommand();
        String source = Files.readString(WORKER.resolve("c/launch.c"));
        // FORMAT MESSAGE LOG-FOLDER HEAD TAIL SHOWN PATIENCE FILE-SIZE, then the entrypoint's own words.
        assertThat(command.subList(1, 4)).containsExactly("1", Layout.MESSAGE, Layout.LOGS);
        assertThat(command.subList(4, 9)).allMatch(word -> word.matches("[1-9][0-9]*"));
        assertThat(command.subList(9, command.size())).containsExactly("python", Layout.ALGORITHM);
        assertThat(source)
                .contains(
                        "launch FORMAT MESSAGE LOG-FOLDER HEAD TAIL SHOWN PATIENCE",
                        "* FILE-SIZE COMMAND",
                        "FORMAT = 1,");
        assertThat(messages(source))
                .contains(
                        "{\"format\":1,\"told\":true}", "{\"format\":1,\"open\":true}", "{\"format\":1,\"errno\":%d}");
        assertThat(LauncherReport.of("{\"format\":1,\"told\":true}")).isEqualTo(new LauncherReport(true, false, null));
        assertThat(LauncherReport.of("{\"format\":1,\"open\":true}")).isEqualTo(new LauncherReport(false, true, null));
        assertThat(LauncherReport.of("{\"format\":1,\"errno\":13}")).isEqualTo(new LauncherReport(false, false, 13));
    }

    private static String messages(String source) {
        return source.lines().map(line -> line.replace("\\\"", "\"")).collect(Collectors.joining("\n"));
    }
}
