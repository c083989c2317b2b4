package io.c2d.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import io.c2d.client.ComputeClient;
import io.c2d.client.JobView;
import io.c2d.client.RetryPolicy;
import io.c2d.client.Submission;
import io.c2d.client.WorkflowBuilder;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** A caller of a server that does not look at signatures, who can also see and touch that server's data folder. */
final class Caller implements AutoCloseable {
    /** The token of an admin, where the server was started with {@link #ADMIN_TOKEN_SHA256}. */
    static final String ADMIN_TOKEN = "test";

    static final String ADMIN_TOKEN_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final URI server;
    private final Path data;
    private final ComputeClient client;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Caller(URI server, Path data) {
        this(server, data, "me");
    }

    Caller(URI server, Path data, String owner) {
        this.server = server;
        this.data = data;
        this.client = ComputeClient.builder(server)
                .owner(new Owner(owner))
                .retries(RetryPolicy.NONE)
                .pause(length -> LockSupport.parkNanos(Math.min(length.toNanos(), LOOK.toNanos())))
                .build();
    }

    /** A shell script as a workflow. */
    static WorkflowBuilder shell(String script) {
        return WorkflowBuilder.create()
                .rawCode(script)
                .image("sh")
                .tag("1")
                .entrypoint("sh $ALGO")
                .maxTime(Duration.ofMinutes(5));
    }

    /** A shell script that waits, after its first lines and before its last, until {@link #letGo} is called. */
    static WorkflowBuilder held(String before, String after) {
        return shell(heldScript(before, after));
    }

    static String heldScript(String before, String after) {
        return before + "\nwhile [ ! -e /data/outputs/go ]; do sleep 0.05; done\nrm -f /data/outputs/go\n" + after
                + "\n";
    }

    ComputeClient client() {
        return client;
    }

    JobId submit(String agreement, WorkflowBuilder workflow) {
        Submission submission = client.submit(agreement, workflow.build());
        return submission.jobId();
    }

    JobView run(String agreement, WorkflowBuilder workflow) {
        return finish(submit(agreement, workflow));
    }

    JobView finish(JobId job) {
        return client.await(job, LIMIT);
    }

    JobView view(JobId job) {
        return client.status(job).orElseThrow();
    }

    void awaitStatus(JobId job, int status) throws Exception {
        Waiting.until("status " + status + " of " + view(job), () -> view(job).status() == status);
    }

    /** What a request without a body will be answered. */
    CompletableFuture<HttpResponse<String>> sendLater(String method, String pathAndQuery) {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(pathAndQuery))
                .timeout(LIMIT)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    /** What one request is answered; {@code headers} are names and values in turn. */
    HttpResponse<String> send(String method, String pathAndQuery, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(pathAndQuery))
                .timeout(LIMIT)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The job as an admin sees it. */
    JsonNode asAdmin(JobId job) throws Exception {
        return StrictJson.read(send("GET", "/api/v1/compute?jobId=" + job, "", "Authorization", "Bearer " + ADMIN_TOKEN)
                        .body())
                .get(0);
    }

    String text(URI link) throws IOException {
        try (InputStream in = client.open(link)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    String log(JobView job) throws IOException {
        return text(job.algorithmLog().orElseThrow());
    }

    /** The paths of the job's outputs, in their order. */
    static ImmutableList<String> outputs(JobView job) {
        return job.outputsUrl().stream()
                .map(link -> link.getPath().replaceFirst(".*/outputs/", ""))
                .collect(ImmutableList.toImmutableList());
    }

    String output(JobView job, String path) throws IOException {
        Optional<URI> link = job.outputsUrl().stream()
                .filter(l -> l.getPath().endsWith("/outputs/" + path))
                .findFirst();
        return text(link.orElseThrow(() -> new AssertionError(path + " is not in " + outputs(job))));
    }

    /** The folder in which a job's first attempt works. */
    Path attempt(JobId job) {
        return data.resolve("work/jobs").resolve(job.value()).resolve("1");
    }

    /** The folder in which a job's results are kept. */
    Path artifacts(JobId job) {
        return data.resolve("artifacts").resolve(job.value());
    }

    /** Lets a held script go on, in this try of the first attempt, once that has begun. */
    void letGo(JobId job, String step) throws Exception {
        letGoOfAttempt(job, 1, step);
    }

    void letGoOfAttempt(JobId job, int attempt, String step) throws Exception {
        Path folder = attempt(job).resolveSibling(Integer.toString(attempt)).resolve(step);
        // Until then its outputs are made anew: what is put there would go.
        Waiting.until(step + " began", () -> Files.exists(folder.resolve("process")));
        Files.createFile(folder.resolve("outputs/go"));
    }

    @Override
    public void close() {
        client.close();
    }
}
