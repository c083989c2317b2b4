package io.c2d.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.local.ContainerSettings.PullPolicy;
import io.c2d.testkit.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is true of containers alone, with the engine that is there. What is true of all sandboxes is in the contracts. */
final class ContainerSandboxTest {
    private static final Owner ME = new Owner("me");
    private static final long LIMIT_SECONDS = 60;
    private static final Environment WHERE = Environment.defaults("default")
            .withStopGrace(Duration.ofMillis(500))
            .withResources(new Environment.Resources(1, 64L << 20, 4L << 20, 32, 4_096));

    @TempDir
    Path folder = Path.of("");

    private final TestingContainers containers = TestingContainers.require();
    private final String label = "io.c2d.test=" + UUID.randomUUID();
    private final ContainerSettings settings = containers.settings().withFlags(ImmutableList.of("--label=" + label));
    private final InMemoryJobStore store = InMemoryJobStore.create(InstantSource.system(), "test");
    private ComputeEngine engine;
    private LocalCluster cluster;

    private void open(ContainerSettings how, Environment environment) throws IOException {
        FileArtifactStore artifacts = FileArtifactStore.open(folder.resolve("artifacts"), "test", new Random(1));
        cluster = LocalCluster.builder()
                .folder(folder.resolve("work"))
                .artifacts(artifacts)
                .environments(ImmutableList.of(environment))
                .sandbox("container")
                .containers(how)
                .open();
        engine = ComputeEngine.builder(store, cluster, artifacts).build();
        engine.start();
    }

    @BeforeEach
    void open() throws IOException {
        open(settings, WHERE);
    }

    private void reopen(ContainerSettings how, Environment environment) throws IOException {
        engine.close();
        cluster.close();
        open(how, environment);
    }

    @AfterEach
    void close() {
        engine.close();
        cluster.close();
        assertThat(containers.containers(label)).isEmpty();
    }

    private static Workflow workflow(String script, String image) {
        return WorkflowCodec.read(Samples.shell(script).document().replace("\"image\":\"sh\",\"tag\":\"1\"", image));
    }

    private Job run(Workflow workflow) throws Exception {
        return ended(engine.submit(ME, "a", workflow));
    }

    private Job ended(JobId id) throws Exception {
        return engine.whenFinished(id).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private JobId running(String script) {
        JobId id = engine.submit(ME, "a", Samples.shell("echo begun > $OUTPUTS/begun; " + script));
        Waiting.until(() -> Files.exists(tryFolder(id).outputs().resolve("begun")));
        return id;
    }

    private TryFolder tryFolder(JobId id) {
        return new TryFolder(folder.resolve("work/jobs").resolve(id.value()).resolve("1/0-algorithm-1"));
    }

    private String read(Job job, String path) throws IOException {
        Artifact artifact = job.manifest().stream()
                .filter(a -> a.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path + " is not in " + job.manifest()));
        try (InputStream in = engine.open(artifact, 0).orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The samples' image by its digest, which is never pulled when it is there; the tag is one that is not. */
    private String byDigest() {
        String digest = containers
                .said("image", "inspect", "--format", "{{.Digest}}", TestingContainers.IMAGE)
                .strip();
        return "\"image\":\"sh\",\"tag\":\"no-such-tag\",\"checksum\":\"" + digest + "\"";
    }

    private static void assertRefused(Job job, String reason) {
        assertThat(job.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(job.attempt().reason()).isEqualTo(reason);
        assertThat(job.attempt().exitCode()).isNull();
    }

    /** The engine under another name, which does something else for one of its commands. */
    private ContainerSettings pretending(String command, String does) throws IOException {
        Path program = folder.resolve("engine");
        Files.writeString(program, """
                #!/bin/sh
                case " $* " in *" %s "*) %s ;; esac
                exec %s "$@"
                """.formatted(command, does, containers.command()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return settings.withCommand(ImmutableList.of(program.toString()), settings.runtime())
                .withPull(PullPolicy.ALWAYS, Duration.ofSeconds(30));
    }

    @Test
    void anImageThatIsNotThereIsRefusedWhereNoneIsPulled() throws Exception {
        assertRefused(
                run(workflow("exit 0", "\"image\":\"localhost/c2d-nope\",\"tag\":\"7\"")),
                "the image localhost/c2d-nope:7 is not on this machine, and images are never pulled here");
    }

    @Test
    void anImageOfARegistryThatCantBeReachedIsRefused() throws Exception {
        reopen(settings.withPull(PullPolicy.MISSING, Duration.ofSeconds(30)), WHERE);
        assertRefused(
                run(workflow("exit 0", "\"image\":\"localhost:1/c2d-nope\"")),
                "the image localhost:1/c2d-nope:latest can't be pulled: its registry can't be reached");
    }

    @Test
    void aNameThatNoRegistryTakesIsRefused() throws Exception {
        assertRefused(
                run(workflow("exit 0", "\"image\":\"Debian\"")),
                "invalid image name: \"Debian\" can't be part of an image's name");
    }

    @Test
    void anImageWithoutAShellIsNamed() throws Exception {
        String[] parts = TestingContainers.WITHOUT_SHELL.split(":", -1);
        assertRefused(
                run(workflow("exit 0", "\"image\":\"" + parts[0] + "\",\"tag\":\"" + parts[1] + "\"")),
                "the container could not be started: its image has no sh");
    }

    @Test
    void theTimeOfAPullIsNotTheAlgorithms() throws Exception {
        reopen(pretending("pull", "sleep 2; exit 0"), WHERE);
        Job job = run(
                WorkflowCodec.read(Samples.shell("echo done").document().replace("\"maxtime\":3600", "\"maxtime\":1")));
        assertThat(job.outcome()).as("%s", job.attempt().reason()).contains(Outcome.SUCCEEDED);
        assertThat(read(job, "algorithm.log")).isEqualTo("done\n");
    }

    @Test
    void aJobSaysThatItWaitsWhileItsImageIsPulled() throws Exception {
        Path pulled = folder.resolve("pulled");
        reopen(pretending("pull", "until test -e " + pulled + "; do sleep 0.1; done; exit 0"), WHERE);
        JobId id = engine.submit(ME, "a", Samples.shell("exit 0"));
        Waiting.until(() -> engine.get(id).orElseThrow().attempt().reason() != null);
        assertThat(engine.get(id).orElseThrow().attempt().reason()).isEqualTo("its sandbox is being prepared");
        Files.createFile(pulled);
        assertThat(ended(id).attempt().reason()).isNull();
    }

    @Test
    void aStopDoesNotWaitForAPull() throws Exception {
        reopen(pretending("pull", "touch " + folder + "/pulling; exec sleep 3"), WHERE);
        JobId id = engine.submit(ME, "a", Samples.shell("exit 0"));
        Waiting.until(() -> Files.exists(folder.resolve("pulling")));
        assertThat(engine.get(id).orElseThrow().status()).isEqualTo(JobStatus.PROVISIONED);
        engine.stop(id);
        assertThat(ended(id).outcome()).contains(Outcome.STOPPED);
        assertThat(tryFolder(id).outputs()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {125, 126, 127, 143})
    void theCodesOfTheEngineAreTheAlgorithmsWhereItExitsSo(int code) throws Exception {
        Job job = run(Samples.shell("echo out > $OUTPUTS/o; exit " + code));
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(code);
        assertThat(read(job, "outputs/o")).isEqualTo("out\n");
    }

    /** In another folder than the try's Podman's monitor, which notices it too, can't leave its mark for the supervisor. */
    @ParameterizedTest
    @ValueSource(strings = {".", "elsewhere"})
    void aChildThatRanOutOfMemoryIsToldAlthoughTheAlgorithmExitsByItself(String where) throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        reopen(pretending("run", where.equals(".") ? "true" : "cd " + elsewhere), WHERE);
        assumeTrue(containers.limits().memory(), "memory is not limited by a group here");
        Job job = run(workflow("sh -c 'x=a; while [ ${#x} -lt 200000000 ]; do x=$x$x; done'; exit 7", byDigest()));
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(7);
        assertThat(job.attempt().reason()).isEqualTo("the algorithm ran out of memory");
    }

    @Test
    void anImageIsTakenByItsDigest() throws Exception {
        Job job = run(workflow("echo done", byDigest()));
        assertThat(job.outcome()).as("%s", job.attempt().reason()).contains(Outcome.SUCCEEDED);
        String other = "sha256:" + "0c".repeat(32);
        assertRefused(
                run(workflow("echo done", "\"image\":\"sh\",\"tag\":\"1\",\"checksum\":\"" + other + "\"")),
                "the image docker.io/library/sh@" + other
                        + " is not on this machine, and images are never pulled here");
    }

    @Test
    void whatTheServerSetsItselfWinsOverFlags() throws Exception {
        ImmutableList<String> flags =
                ImmutableList.of("--label=" + label, "--user=0:0", "--read-only=false", "--env=FLAG=set");
        reopen(settings.withFlags(flags), WHERE);
        Job job = run(Samples.shell("[ $(id -u) != 0 ] && ! touch /x 2>/dev/null && echo $FLAG; ls -d /data/logs"));
        assertThat(read(job, "algorithm.log")).isEqualTo("set\n/data/logs\n");
    }

    @Test
    void theNextServerFindsTheContainerOfTheOneBefore() throws Exception {
        JobId id = running("while [ ! -e /tmp/go ]; do sleep 0.1; done; echo x >> $OUTPUTS/runs");
        engine.close();
        cluster.close();
        assertThat(containers.containers(label)).hasSize(1);
        open();
        assertThat(containers.containers(label)).hasSize(1);
        Files.createFile(tryFolder(id).path().resolve("tmp/go"));
        Job job = ended(id);
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(read(job, "outputs/runs")).isEqualTo("x\n");
        assertThat(requireNonNull(job.attempt().end()).algorithm().tryNumber()).isEqualTo(1);
    }

    @Test
    void theEndOfAStepTakesItsContainerAway() throws Exception {
        JobId id = running("while [ ! -e /tmp/go ]; do sleep 0.1; done");
        assertThat(Iterables.getOnlyElement(containers.containers(label)))
                .startsWith("c2d-" + id + "-1-")
                .contains("-0-algorithm-1 ");
        Files.createFile(tryFolder(id).path().resolve("tmp/go"));
        assertThat(ended(id).outcome()).contains(Outcome.SUCCEEDED);
        assertThat(containers.containers(label)).isEmpty();
    }

    @Test
    void aDeletedJobLeavesNoContainer() throws Exception {
        JobId id = running("sleep 300");
        engine.delete(id);
        Waiting.until(() -> !engine.get(id).orElseThrow().isOpen());
        assertThat(containers.containers(label)).isEmpty();
        assertThat(folder.resolve("work/jobs")).isEmptyDirectory();
    }

    @Test
    void aContainerThatLostItsSupervisorAndItsClientIsEndedBeforeTheNextTry() throws Exception {
        JobId id = running("echo x >> $OUTPUTS/runs; while [ ! -e /tmp/go ]; do sleep 0.1; done");
        ProcessTree tree = new ProcessTree(new TryFolder(tryFolder(id).path().toRealPath()));
        tree.supervisor().orElseThrow().destroyForcibly();
        tree.kill();
        Path second = tryFolder(id).path().resolveSibling("0-algorithm-2");
        Waiting.until(() -> Files.exists(second.resolve("outputs/runs")));
        assertThat(Iterables.getOnlyElement(containers.containers(label))).contains("-0-algorithm-2 ");
        Files.createFile(second.resolve("tmp/go"));
        Job job = ended(id);
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(read(job, "outputs/runs")).isEqualTo("x\n");
        assertThat(requireNonNull(job.attempt().end()).algorithm().tryNumber()).isEqualTo(2);
        assertThat(containers.containers(label)).isEmpty();
    }

    /** As Podman does when it is told to end before the container began. */
    @Test
    void aClientThatSaysSuccessAndRanNothingIsNoSuccess() throws Exception {
        reopen(pretending("run", "[ -e " + folder + "/idle ] && exit 0"), WHERE.withMaxTries(2));
        Files.createFile(folder.resolve("idle"));
        Job job = run(workflow("exit 0", byDigest()));
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(137);
        assertThat(requireNonNull(job.attempt().end()).algorithm().tryNumber()).isEqualTo(2);
    }

    @Test
    void anAlgorithmThatIsToldToEndMayFinishItsWork() throws Exception {
        reopen(settings, WHERE.withStopGrace(Duration.ofSeconds(20)));
        JobId id = running("trap 'sleep 0.1; echo saved > $OUTPUTS/saved; exit 0' TERM;"
                + " echo yes > $OUTPUTS/listens; sleep 300 & wait");
        Waiting.until(() -> Files.exists(tryFolder(id).outputs().resolve("listens")));
        engine.stop(id);
        Job job = ended(id);
        assertThat(job.outcome()).contains(Outcome.STOPPED);
        assertThat(read(job, "outputs/saved")).isEqualTo("saved\n");
    }

    @Test
    void noCommandLineShowsTheSecret() throws Exception {
        JobId id = running("echo $secret > $OUTPUTS/secret; sleep 300");
        Path secret = tryFolder(id).outputs().resolve("secret");
        Waiting.until(() -> Files.exists(secret));
        String value = Files.readString(secret).strip();
        assertThat(value).hasSize(32);
        assertThat(commandLine(Path.of("/proc/self"))).contains("java");
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                assertThat(commandLine(process)).doesNotContain(value);
            }
        }
        engine.stop(id);
        assertThat(ended(id).outcome()).contains(Outcome.STOPPED);
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aFilterRunsInItsOwnImageAndNotInTheJobs() throws Exception {
        // The job's image has no wc.
        reopen(settings.withFilterImage(TestingContainers.IMAGE), WHERE.withFilter("wc -c < $OUTPUTS/a > $OUTPUTS/b"));
        Job job = run(workflow("echo 1234 > $OUTPUTS/a", "\"image\":\"localhost/c2d-trial\",\"tag\":\"1\""));
        assertThat(job.outcome()).as("%s", job.attempt().reason()).contains(Outcome.SUCCEEDED);
        assertThat(read(job, "outputs/b")).isEqualTo("5\n");
    }

    @Test
    void aFilterWithoutAnImageStopsTheStart() {
        assertThatThrownBy(() -> reopen(settings, WHERE.withFilter("true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the sandbox \"container\" does not work on this machine: the environment default has a"
                        + " filter, and there is no image for it (local.container.filter-image)");
    }
}
