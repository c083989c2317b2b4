package io.c2d.server;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.c2d.client.ComputeClient;
import io.c2d.client.DownloadProgress;
import io.c2d.client.JobView;
import io.c2d.client.WorkflowBuilder;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Workflow;
import io.c2d.signing.EthereumSigner;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2d demo}: a whole job, from the signed request to the downloaded result, and nothing left running. */
@Command(
        name = "demo",
        description = "Runs one real job from the signed request to the downloaded result.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int HEAD_LINES = 6;
    /**
     * Not auto: a container would need the image from a registry, and the demo runs without a network. The last is for
     * another system than Linux, or one without namespaces: the demo's own algorithm can be trusted.
     */
    private static final String SANDBOXES = "bubblewrap,namespaces,process";

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "examples/data",
            description = "Where stations.csv, measurements.csv, algorithm.sh and expected.csv lie.")
    private Path data = Path.of("examples/data");

    @Option(names = "--clean", description = "Remove the folder with the database and the results at the end.")
    private boolean clean;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("c2d-demo-");
        try (DataOwner owner = DataOwner.serve(data);
                ComputeServer server = start(folder)) {
            return run(owner, server, folder) ? 0 : 1;
        } finally {
            if (clean) {
                MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        }
    }

    private static ComputeServer start(Path folder) throws IOException {
        return ComputeServer.start(ServerSettings.read(SettingsSource.gather(
                null,
                ImmutableMap.of(
                        "http.port",
                        "0",
                        "data.dir",
                        folder.toString(),
                        "local.sandbox",
                        SANDBOXES,
                        "staging.allowed-networks",
                        "127.0.0.0/8"),
                ImmutableMap.of())));
    }

    private boolean run(DataOwner owner, ComputeServer server, Path folder) throws IOException {
        PrintStream out = System.out;
        EthereumSigner signer = EthereumSigner.create(new SecureRandom());
        out.println("server      " + server.address() + ", data in " + folder);
        out.println("data owner  " + owner.url("stations.csv") + ", " + owner.url("measurements.csv"));
        out.println("caller      " + signer.address());
        out.flush();
        try (ComputeClient client =
                ComputeClient.builder(server.address()).signer(signer).build()) {
            JobId id = client.submit("demo-agreement", workflow(owner)).jobId();
            out.println("job         " + id);
            JobView job = client.await(id, LIMIT, view -> {
                out.println("status      " + view.status() + " " + view.statusText());
                out.flush();
            });
            return show(client, job, folder, out);
        }
    }

    private Workflow workflow(DataOwner owner) throws IOException {
        return WorkflowBuilder.create()
                .input("did:op:" + "5a".repeat(20), owner.url("stations.csv"))
                .input("did:op:" + "5b".repeat(20), owner.url("measurements.csv"))
                .rawCode(Files.readString(data.resolve("algorithm.sh")))
                .image("debian")
                .tag("12")
                .entrypoint("sh $ALGO")
                .maxTime(Duration.ofMinutes(1))
                .build();
    }

    private boolean show(ComputeClient client, JobView job, Path folder, PrintStream out) throws IOException {
        out.println("outcome     " + job.outcome() + ", exit code " + job.exitCode()
                + (job.reason() == null ? "" : ", " + job.reason()));
        try (InputStream log = client.algorithmLog(job).orElse(InputStream.nullInputStream())) {
            out.println("log         "
                    + new String(log.readAllBytes(), StandardCharsets.UTF_8)
                            .strip()
                            .replace("\n", "\n            "));
        }
        if (!job.isSuccessful() || job.outputsUrl().isEmpty()) {
            return false;
        }
        URI link = job.outputsUrl().get(0);
        Path result = folder.resolve("result.csv");
        client.download(link, result, DownloadProgress.NONE);
        try (var lines = Files.lines(result)) {
            lines.limit(HEAD_LINES).forEach(line -> out.println("result      " + line));
        }
        out.println("link        " + link);
        boolean right = Files.mismatch(result, data.resolve("expected.csv")) == -1;
        out.println(right ? "done        the result is the right one" : "done        the result is WRONG");
        out.println("folder      " + folder + (clean ? " (removed now)" : ""));
        out.flush();
        return right;
    }
}
