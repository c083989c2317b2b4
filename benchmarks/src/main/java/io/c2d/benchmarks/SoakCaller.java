package io.c2d.benchmarks;

import com.google.common.collect.ImmutableList;
import io.c2d.client.ComputeClient;
import io.c2d.client.ComputeClientException;
import io.c2d.client.JobView;
import io.c2d.client.RetryPolicy;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Calls whichever server answers, again and again with the same idempotency key, as a careful caller does. Thread-safe.
 */
final class SoakCaller {
    private static final Duration ANSWER = Duration.ofSeconds(4);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int TRIES = 300;

    private final ImmutableList<SoakServer> servers;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER)
            .build();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger repeats = new AtomicInteger();

    SoakCaller(ImmutableList<SoakServer> servers) {
        this.servers = servers;
    }

    JobId submit(String agreement, Workflow workflow) throws InterruptedException {
        return ask(
                client -> client.submit(agreement, workflow, "key-" + agreement).jobId());
    }

    void stop(JobId job) throws InterruptedException {
        ask(client -> client.stop(job));
    }

    void delete(JobId job) throws InterruptedException {
        ask(client -> client.delete(job));
    }

    Optional<JobView> status(JobId job) throws InterruptedException {
        return ask(client -> client.status(job));
    }

    /** How many calls were made again. */
    int repeats() {
        return repeats.get();
    }

    private <T> T ask(Function<ComputeClient, T> call) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            URI address = servers.get(Math.floorMod(turns.getAndIncrement(), servers.size()))
                    .address();
            try (ComputeClient client = ComputeClient.builder(address)
                    .owner(new Owner("soak"))
                    .httpClient(http)
                    .requestTimeout(ANSWER)
                    .retries(RetryPolicy.NONE)
                    .build()) {
                return call.apply(client);
            } catch (ComputeClientException e) {
                if (tries == TRIES || !mayPass(e.kind())) {
                    throw e;
                }
                repeats.incrementAndGet();
                Waiting.pass(PAUSE);
            }
        }
    }

    private static boolean mayPass(ComputeClientException.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, SERVER_FAILED, UNEXPECTED_ANSWER, TOO_MANY_REQUESTS -> true;
            default -> false;
        };
    }
}
