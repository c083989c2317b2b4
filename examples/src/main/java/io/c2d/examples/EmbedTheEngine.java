package io.c2d.examples;

import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.JobStore;
import io.c2d.local.LocalCluster;
import io.c2d.local.LocalClusterBuilder;
import io.c2d.store.jdbc.JdbcJobStore;
import io.c2d.store.jdbc.JdbcSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The engine inside an application of one's own: jobs in H2, results in a folder, algorithms on this machine. */
public final class EmbedTheEngine {
    /** A workflow of the seed's form, whose algorithm is a line for the shell. */
    private static final String WORKFLOW = """
            {"stages": [{
              "index": 0,
              "input": [],
              "compute": {"Instances": 1, "namespace": "default", "maxtime": 60},
              "algorithm": {
                "rawcode": "echo 6 times 7 is $((6 * 7)) > $OUTPUTS/answer.txt",
                "container": {"image": "debian", "tag": "12", "entrypoint": "sh $ALGO"}
              },
              "output": {}
            }]}
            """;

    private EmbedTheEngine() {}

    /**
     * Runs one job and prints what it wrote.
     *
     * @param args the folder to keep everything in; a new temporary one if not given
     */
    public static void main(String[] args) throws Exception {
        Path folder = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("c2d-embedded-");
        System.out.print(run(folder.toAbsolutePath(), WorkflowCodec.read(WORKFLOW)));
    }

    /**
     * Runs one job from its submission to its first output.
     *
     * @param folder where everything is kept, an absolute path; a later call on the same one finds the earlier jobs
     * @param workflow what to run; it ends within a minute and writes an output
     * @return the output's text
     * @throws java.util.concurrent.TimeoutException if it takes longer than a minute
     * @throws IllegalStateException if it left no output; the message says why
     */
    static String run(Path folder, Workflow workflow) throws Exception {
        // snippet:embedding
        try (JobStore store = JdbcJobStore.open(JdbcSettings.h2File(folder.resolve("jobs")))) {
            ArtifactStore artifacts = FileArtifactStore.open(folder.resolve("artifacts"), store.installation());
            LocalClusterBuilder local = LocalCluster.builder()
                    .folder(folder.resolve("work"))
                    .artifacts(artifacts)
                    .sandbox("bubblewrap,namespaces"); // this machine's own programs, no images
            try (ComputeCluster cluster = local.open();
                    ComputeEngine engine =
                            ComputeEngine.builder(store, cluster, artifacts).build()) {
                engine.start();
                JobId id = engine.submit(new Owner("me"), "agreement-1", workflow);
                Job job = engine.whenFinished(id).get(1, TimeUnit.MINUTES);
                return firstOutput(engine, job);
            }
        }
        // end
    }

    private static String firstOutput(ComputeEngine engine, Job job) throws IOException {
        Artifact output = job.manifest().stream()
                .filter(artifact -> artifact.role() == Artifact.Role.OUTPUT)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("no output: " + job.attempt().reason()));
        try (InputStream in = engine.open(output, 0).orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
