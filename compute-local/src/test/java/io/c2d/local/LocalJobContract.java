package io.c2d.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
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
import io.c2d.testkit.Samples;
import io.c2d.worker.DownloadPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs with real processes, on the in-memory store. */
abstract class LocalJobContract {
    private static final Owner ME = new Owner("me");
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    Path folder = Path.of("");

    private final InMemoryJobStore store = InMemoryJobStore.create(InstantSource.system(), "test");
    private final String sandbox;
    private final ContainerSettings containers;
    private LocalCluster cluster;
    private ComputeEngine engine;

    LocalJobContract(String sandbox, ContainerSettings containers) {
        this.sandbox = sandbox;
        this.containers = containers;
    }

    @BeforeEach
    void open() throws IOException {
        FileArtifactStore artifacts = FileArtifactStore.open(folder.resolve("artifacts"), "test", new Random(1));
        Environment environment = Environment.defaults("default")
                .withStopGrace(Duration.ofMillis(500))
                .withResources(new Environment.Resources(1, 64L << 20, 4L << 20, 32, 4_096));
        cluster = LocalCluster.builder()
                .folder(folder.resolve("work"))
                .artifacts(artifacts)
                .downloads(DownloadPolicy.builder().allowFileUrls(true).build())
                .environments(ImmutableList.of(environment))
                .sandbox(sandbox)
                .containers(containers)
                .open();
        engine = ComputeEngine.builder(store, cluster, artifacts)
                .settings(EngineSettings.DEFAULTS)
                .build();
        engine.start();
    }

    @AfterEach
    void close() {
        engine.close();
        cluster.close();
    }

    private Job run(String script) throws Exception {
        return run(Samples.shell(script));
    }

    private Job run(Workflow workflow) throws Exception {
        JobId id = engine.submit(ME, "a", workflow);
        return engine.whenFinished(id).get(LIMIT_SECONDS, TimeUnit.SECONDS);
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

    private void awaitStatus(JobId id, JobStatus status) {
        Waiting.until(() -> engine.get(id).orElseThrow().status() == status);
    }

    @Test
    void anAlgorithmReadsItsInputsAndItsResultsArePublished() throws Exception {
        Path data = Files.writeString(folder.resolve("data.csv"), "a,b\n1,2\n");
        Workflow workflow = WorkflowCodec.read("""
                {"stages":[{"index":0,
                 "input":[{"id":"did:op:aa","url":["%1$s","%1$s"],"index":0},{"id":"did:op:bb","url":"%1$s","index":1}],
                 "compute":{"Instances":1,"namespace":"default","maxtime":60},
                 "algorithm":{"id":"did:op:cc","rawcode":"cat /data/inputs/aa/0 /data/inputs/aa/1 /data/inputs/bb/0 > $OUTPUTS/all.csv; mkdir -p $OUTPUTS/sub; echo $DIDS $TRANSFORMATION_DID > $OUTPUTS/sub/env; echo done",
                 "container":{"image":"sh","tag":"1","entrypoint":"sh $ALGO"}},"output":{}}]}""".formatted(data.toUri()));
        Job job = run(workflow);
        assertThat(job.outcome()).as("%s", job.attempt().reason()).contains(Outcome.SUCCEEDED);
        assertThat(read(job, "outputs/all.csv")).isEqualTo("a,b\n1,2\n".repeat(3));
        assertThat(read(job, "outputs/sub/env")).isEqualTo("[\"aa\", \"bb\"] cc\n");
        assertThat(read(job, "algorithm.log")).isEqualTo("done\n");
        assertThat(read(job, "configure.log")).isNotEmpty();
        Waiting.until(() -> !engine.get(job.id()).orElseThrow().isOpen());
        assertThat(folder.resolve("work/jobs")).isEmptyDirectory();
    }

    @Test
    void anExitWith3IsAFailureWithItsLogPublished() throws Exception {
        Job job = run("echo no luck; exit 3");
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(3);
        assertThat(read(job, "algorithm.log")).isEqualTo("no luck\n");
    }

    @Test
    void aMissingInterpreterIsNamed() throws Exception {
        Job job =
                run(WorkflowCodec.read(Samples.shell("x").document().replace("sh $ALGO", "no-such-interpreter $ALGO")));
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(127);
        assertThat(job.attempt().reason()).contains("interpreter missing");
        assertThat(read(job, "algorithm.log")).contains("no-such-interpreter");
    }

    @Test
    void aMissingInputEndsAt31WithItsLog() throws Exception {
        Job job = run(WorkflowCodec.read(Samples.shell("echo 1")
                .document()
                .replace("\"input\":[]", "\"input\":[{\"id\":\"aa\",\"url\":\"file:///no/such/file\"}]")));
        assertThat(job.status()).isEqualTo(JobStatus.DATA_PROVISIONING_FAILED);
        assertThat(job.attempt().reason()).contains("input 0");
        assertThat(read(job, "configure.log")).isNotEmpty();
    }

    @Test
    void aStopEndsTheWholeTreeAndPublishesWhatWasWritten() throws Exception {
        JobId id = engine.submit(
                ME, "a", Samples.shell("echo part > $OUTPUTS/part; (sleep 300 &) ; setsid sleep 301 & sleep 302"));
        awaitStatus(id, JobStatus.RUNNING);
        Waiting.until(() -> processes("sleep 30").size() == 3);
        engine.stop(id);
        Job job = engine.whenFinished(id).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(job.outcome()).contains(Outcome.STOPPED);
        assertThat(read(job, "outputs/part")).isEqualTo("part\n");
        assertThat(processes("sleep 30")).isEmpty();
    }

    private static ImmutableList<ProcessHandle> processes(String commandLine) {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(commandLine))
                .filter(p -> !p.info().commandLine().orElse("").contains("sh "))
                .collect(ImmutableList.toImmutableList());
    }

    @Test
    void maxTimeEndsItAndPublishesWhatWasWritten() throws Exception {
        Job job = run(WorkflowCodec.read(Samples.shell("echo part > $OUTPUTS/part; sleep 300")
                .document()
                .replace("\"maxtime\":3600", "\"maxtime\":1")));
        assertThat(job.outcome()).contains(Outcome.TIMED_OUT);
        assertThat(job.wishes().stop().code()).isEqualTo(2);
        assertThat(read(job, "outputs/part")).isEqualTo("part\n");
    }

    @Test
    void memoryProcessesAndFileSizeAreLimited() throws Exception {
        Job memory = run("x=a; while [ ${#x} -lt 200000000 ]; do x=$x$x; done; echo all");
        assertThat(memory.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(read(memory, "algorithm.log")).doesNotContain("all\n");
        Job forks = run("i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i+1)); done; echo all; wait");
        assertThat(read(forks, "algorithm.log")).doesNotContain("all\n");
        Job file = run("dd if=/dev/zero of=$OUTPUTS/big bs=1M count=8 2>&1; ls -l $OUTPUTS; exit 4");
        assertThat(file.attempt().exitCode()).isEqualTo(4);
        assertThat(file.manifest())
                .filteredOn(a -> a.path().equals("outputs/big"))
                .allMatch(a -> a.size() <= 4L << 20);
    }

    @Test
    void theLogKeepsItsHeadAndItsTail() throws Exception {
        Job job = run("echo first; i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; echo last");
        String log = read(job, "algorithm.log");
        assertThat(log).startsWith("first\n").endsWith("last\n").contains("left out");
        assertThat(log.length()).isLessThan(4_300);
    }

    @Test
    void theMachineIsHiddenAndTheNetworkCut() throws Exception {
        Job job = run("""
                id -u
                for p in /data/inputs/x /data/x /x /usr/x /dev/x /etc/x; do touch $p 2>/dev/null && echo wrote $p; done
                touch /tmp/ok $OUTPUTS/ok $LOGS/ok && echo wrote three
                ls /root /home 2>/dev/null
                wc -l < /proc/net/dev
                ls /data
                """);
        assertThat(read(job, "algorithm.log"))
                .isEqualTo("65534\nwrote three\n3\nddos\ninputs\nlogs\noutputs\ntransformations\n");
    }

    @Test
    void aKilledSupervisorsAlgorithmIsCleanedUpAndRunAgain() throws Exception {
        JobId id = engine.submit(ME, "a", Samples.shell("echo x >> $OUTPUTS/runs; sleep 3"));
        awaitStatus(id, JobStatus.RUNNING);
        TryFolder first = new TryFolder(folder.resolve("work/jobs")
                .resolve(id.value())
                .resolve("1/0-algorithm-1")
                .toRealPath());
        new ProcessTree(first).supervisor().orElseThrow().destroyForcibly();
        Job job = engine.whenFinished(id).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(read(job, "outputs/runs")).isEqualTo("x\n");
        assertThat(requireNonNull(job.attempt().end()).algorithm().tryNumber()).isEqualTo(2);
    }

    @Test
    void whatIsLeftInTheBackgroundEndsWithTheAlgorithm() throws Exception {
        Job job = run("echo out > $OUTPUTS/o; setsid sleep 311 & sleep 312 & exit 3");
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(3);
        assertThat(read(job, "outputs/o")).isEqualTo("out\n");
        assertThat(processes("sleep 31")).isEmpty();
    }

    @Test
    void aTreeDeeperThanAnyPathIsRemovedAllTheSame() throws Exception {
        Job job = run("bash -c 'n=$(printf %0200d 0); for i in {1..60}; do mkdir $n; cd $n; done'");
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        Waiting.until(() -> !engine.get(job.id()).orElseThrow().isOpen());
        assertThat(folder.resolve("work/jobs")).isEmptyDirectory();
    }

    @Test
    void anAlgorithmThatKillsItselfEachTimeHasFailedAndItsLogIsPublished() throws Exception {
        Job job = run("echo before; kill -9 $$");
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(137);
        assertThat(read(job, "algorithm.log")).startsWith("before\n");
    }
}
