package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.testkit.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole jobs of an engine on a real cluster ({@code mvn verify -Pe2e}); see {@link RealCluster}. */
@Tag("e2e")
final class RealJobTest {
    private static final Path DEMO = Path.of("..", "examples", "data");
    private static RealCluster real;

    private KubernetesCluster cluster;
    private ComputeEngine engine;

    @BeforeAll
    static void makeNamespace() throws IOException {
        real = new RealCluster();
    }

    @AfterAll
    static void removeNamespace() {
        real.close();
    }

    @BeforeEach
    void start() {
        cluster = real.open();
        engine = ComputeEngine.builder(
                        InMemoryJobStore.create(InstantSource.system(), "e2e"), cluster, real.artifacts())
                .build();
        engine.start();
    }

    @AfterEach
    void stopAndSeeThatNothingIsLeft() {
        try {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(real.left()).isEmpty());
        } finally {
            engine.close();
            cluster.close();
        }
    }

    private Job run(Workflow workflow) throws Exception {
        JobId id = engine.submit(new Owner("me"), "agreement", workflow);
        return engine.whenFinished(id).get(3, TimeUnit.MINUTES);
    }

    private static Workflow shell(String script) {
        return Samples.shell(script, RealCluster.image(), RealCluster.tag());
    }

    private static String text(Job job, String path) throws IOException {
        Artifact artifact = job.manifest().stream()
                .filter(a -> a.path().equals(path))
                .findFirst()
                .orElseThrow();
        try (InputStream in = real.artifacts().open(artifact, 0).orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theDemoGivesTheRightResult() throws Exception {
        Job job = run(WorkflowCodec.read("""
                {"stages":[{"index":0,
                "input":[{"id":"did:op:%s","index":0,"url":["%s"]},{"id":"did:op:%s","index":1,"url":["%s"]}],
                "compute":{"Instances":1,"namespace":"default","maxtime":120},
                "algorithm":{"id":"did:op:demo","rawcode":%s,
                "container":{"image":"%s","tag":"%s","entrypoint":"sh $ALGO"}},"output":{}}]}""".formatted(
                        "5a".repeat(20),
                        real.data("stations.csv"),
                        "5b".repeat(20),
                        real.data("measurements.csv"),
                        TextNode.valueOf(Files.readString(DEMO.resolve("algorithm.sh"))),
                        RealCluster.image(),
                        RealCluster.tag())));
        assertThat(job.outcome()).as("%s", job.attempt().reason()).contains(Outcome.SUCCEEDED);
        assertThat(text(job, "outputs/regions.csv")).isEqualTo(Files.readString(DEMO.resolve("expected.csv")));
        assertThat(text(job, "algorithm.log")).startsWith("stations: ").endsWith("\n");
    }

    @Test
    void aFailureKeepsItsCodeAndItsLog() throws Exception {
        Job job = run(shell("echo before; echo err >&2; exit 3"));
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(3);
        assertThat(text(job, "algorithm.log")).isEqualTo("before\nerr\n");
    }

    @Test
    void aStopKeepsWhatWasWrittenByThen() throws Exception {
        JobId id = engine.submit(
                new Owner("me"), "agreement", shell("trap 'echo told > $OUTPUTS/told; exit 0' TERM; sleep 300 & wait"));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> engine.get(id).orElseThrow().status() == JobStatus.RUNNING);
        engine.stop(id);
        Job job = engine.whenFinished(id).get(2, TimeUnit.MINUTES);
        assertThat(job.outcome()).contains(Outcome.STOPPED);
        assertThat(text(job, "outputs/told")).isEqualTo("told\n");
    }

    @Test
    void aCommandThatIsNotInTheImageIsTold() throws Exception {
        Job job = run(WorkflowCodec.read("""
                {"stages":[{"index":0,"input":[],"compute":{"maxtime":60},
                "algorithm":{"rawcode":"x","container":{"image":"%s","tag":"%s","entrypoint":"no-such-program $ALGO"}},
                "output":{}}]}""".formatted(RealCluster.image(), RealCluster.tag())));
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().reason()).isEqualTo("its command can't be started: no such program in the image");
    }
}
