package io.c2d.local;

import com.google.common.collect.ImmutableList;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.port.Environment;
import io.c2d.testkit.Samples;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Runs one job in a process of its own, which another user can be given: arguments are folder, sandbox and script. */
final class OneJob {
    private OneJob() {}

    /** Prints outcome and exit code, then the algorithm's log. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        FileArtifactStore artifacts = FileArtifactStore.open(folder.resolve("artifacts"), "test", new SecureRandom());
        Environment environment = Environment.defaults("default")
                .withStopGrace(Duration.ofMillis(500))
                .withResources(new Environment.Resources(1, 128L << 20, 4L << 20, 4_000, 8_192));
        try (LocalCluster cluster = LocalCluster.builder()
                        .folder(folder.resolve("work"))
                        .artifacts(artifacts)
                        .environments(ImmutableList.of(environment))
                        .sandbox(arguments[1])
                        .containers(containers(arguments[1]))
                        .open();
                ComputeEngine engine = ComputeEngine.builder(
                                InMemoryJobStore.create(InstantSource.system(), "test"), cluster, artifacts)
                        .build()) {
            engine.start();
            JobId id = engine.submit(new Owner("me"), "a", Samples.shell(arguments[2]));
            Job job = engine.whenFinished(id).get(60, TimeUnit.SECONDS);
            System.out.println(
                    job.outcome().orElseThrow().wireName() + " " + job.attempt().exitCode());
            for (Artifact artifact : job.manifest()) {
                if (artifact.role() == Artifact.Role.ALGORITHM_LOG) {
                    try (InputStream log = engine.open(artifact, 0).orElseThrow()) {
                        System.out.print(new String(log.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
            }
        }
    }

    private static ContainerSettings containers(String sandbox) {
        return sandbox.equals("container") ? TestingContainers.require().settings() : ContainerSettings.DEFAULTS;
    }
}
