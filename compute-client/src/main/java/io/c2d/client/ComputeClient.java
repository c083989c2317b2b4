package io.c2d.client;

import com.google.common.base.Ticker;
import com.google.common.collect.AbstractIterator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Streams;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Workflow;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Talks to a compute-to-data service over HTTP.
 *
 * <pre>{@code
 * try (ComputeClient client = ComputeClient.builder(uri).signer(key).build()) {
 *     Submission job = client.submit("agreement-1", workflow);
 *     JobView done = client.await(job.jobId(), Duration.ofHours(1));
 *     client.download(done.outputsUrl().get(0), Path.of("result.csv"), DownloadProgress.NONE);
 * }
 * }</pre>
 *
 * <p>Every call is tried again by the {@link RetryPolicy} where that is safe: a further try repeats the request with its
 * nonce, signature and idempotency key, so nothing is done twice. Every call may throw {@link ComputeClientException};
 * {@link IllegalArgumentException} where a value to sign has control characters. Thread-safe: threads may share one client,
 * and clients one key.
 */
public final class ComputeClient implements AutoCloseable {
    private final ClosableWait wait = new ClosableWait();
    private final Ticker ticker;
    private final Nonces nonces;
    private final Retries retries;
    private final ComputeApi api;
    private final ArtifactLinks links;

    ComputeClient(ComputeClientBuilder setup) {
        this.ticker = setup.ticker;
        this.nonces = new Nonces(setup.clock, setup.random);
        Pause pause = setup.pause == null ? wait : setup.pause;
        this.retries = new Retries(setup.retries, pause, ticker, nonces, wait::isClosed);
        Transport transport = new Transport(setup.httpOrNew(), setup.requestTimeout, ticker);
        ErrorAnswer errors = new ErrorAnswer(setup.clock);
        RequestSigner signer = new RequestSigner(setup.audience, setup.signer, setup.owner, nonces);
        this.api = new ComputeApi(setup.base, setup.bearerToken, signer, transport, errors);
        this.links = new ArtifactLinks(setup.base, transport, errors);
    }

    /**
     * Begins a client.
     *
     * @param baseUri where the service is: what stands before {@code /api/v1}
     * @throws IllegalArgumentException if it is not an http or https URL without query, fragment and user information
     */
    public static ComputeClientBuilder builder(URI baseUri) {
        return new ComputeClientBuilder(baseUri);
    }

    /**
     * Sends a workflow. Where the agreement's newest job was stopped or timed out and had the same workflow, the service
     * restarts that one.
     *
     * @throws ComputeClientException of the kind CONFLICT where the agreement has a running job, which its
     *     {@link ComputeClientException#jobId()} names
     */
    public Submission submit(String agreementId, Workflow workflow) {
        return submit(agreementId, workflow, nonces.nextKey());
    }

    /**
     * The same with an idempotency key of the caller's own, which makes a repeat safe across processes for 24 hours.
     *
     * @param idempotencyKey 1 to 255 characters; the same for the same submit, and for no other
     */
    public Submission submit(String agreementId, Workflow workflow, String idempotencyKey) {
        return api.submit(retries, agreementId, workflow, null, idempotencyKey);
    }

    /**
     * Restarts a job that was stopped or timed out.
     *
     * @throws ComputeClientException of the kind NOT_FOUND, or CONFLICT where it is running, deleted, or ended otherwise
     */
    public Submission restart(JobId job) {
        return api.submit(retries, null, null, job, nonces.nextKey());
    }

    /** How a job is; nothing where there is none, or none that the caller may see. */
    public Optional<JobView> status(JobId job) {
        return status(job, retries);
    }

    /** One page of jobs, newest first, and what asks for the next. */
    public JobViewPage jobs(JobFilter filter) {
        return api.jobs(retries, filter);
    }

    /** All jobs from the filter's cursor on, newest first; pages are fetched as the stream gets to them. */
    public Stream<JobView> allJobs(JobFilter filter) {
        return Streams.stream(new Pages(filter, next -> api.jobs(retries, next)))
                .flatMap(page -> page.jobs().stream());
    }

    /** The running jobs, as far as the service tells callers; owner and agreement are missing where it redacts them. */
    public ImmutableList<JobView> runningJobs() {
        return Streams.stream(new Pages(JobFilter.ALL, next -> api.running(retries, next)))
                .flatMap(page -> page.jobs().stream())
                .collect(ImmutableList.toImmutableList());
    }

    /** Asks for a job's stop, in whatever phase it is; on a finished one this changes nothing. */
    public JobView stop(JobId job) {
        return one("PUT", job);
    }

    /**
     * Asks for the stop of an agreement's jobs.
     *
     * @return the jobs concerned
     */
    public ImmutableList<JobView> stopAgreement(String agreementId) {
        return api.wish(retries, "PUT", null, agreementId);
    }

    /** Deletes a job with all that it has left, for good; one that runs is stopped first. */
    public JobView delete(JobId job) {
        return one("DELETE", job);
    }

    /**
     * Deletes an agreement's jobs for good.
     *
     * @return the jobs concerned
     */
    public ImmutableList<JobView> deleteAgreement(String agreementId) {
        return api.wish(retries, "DELETE", null, agreementId);
    }

    /** {@link #await(JobId, Duration, Consumer)} without a listener. */
    public JobView await(JobId job, Duration timeout) {
        return await(job, timeout, view -> {});
    }

    /**
     * Waits until a job, or its present attempt, is finished. Looks five times a second while the status changes, and less and
     * less often, down to every 15 s, while it does not. Outages of the service are sat out.
     *
     * @param timeout the longest wait, beside the last look
     * @param listener is told of the first look and of each change of status, attempt or outcome, on this thread
     * @return the finished job, however it ended
     * @throws JobNotFinishedException when the time is over
     */
    public JobView await(JobId job, Duration timeout, Consumer<JobView> listener) {
        Retries once = retries.once();
        return new JobWatch(job, () -> status(job, once), retries, ticker, listener).await(timeout);
    }

    /**
     * Downloads what a link leads to. The target appears only when it is whole; until then what has come stands beside it
     * as {@code <name>.part}, with {@code <name>.part.etag}, and a later call goes on with it, also with a newer link. Where
     * the server's file has become another meanwhile, the download starts over. A try that got further begins the limits of
     * the retries anew.
     *
     * @param link of a status object; each is valid for a limited time
     * @param target a file, replaced if it is there; its folder must be there
     * @return the file's size in bytes, checked against what the server announced
     * @throws ComputeClientException of the kind FORBIDDEN for an expired link, GONE for a deleted or replaced artifact,
     *     LOCAL_FILE where the file cannot be written, or another download is writing it
     */
    public long download(URI link, Path target, DownloadProgress progress) {
        try (PartFile part = PartFile.open(target)) {
            long size = retries.run(links.name(link), new ArtifactDownload(links, link, part, progress));
            part.finish();
            return size;
        }
    }

    /**
     * Opens what a link leads to. Opening is tried again, reading is not: a connection that breaks, or is silent for longer
     * than the request time-out, is an {@link java.io.IOException} of the read.
     *
     * @return a stream for one thread, to be closed
     */
    public InputStream open(URI link) {
        String what = links.name(link);
        return retries.run(what, (Duration left) -> {
            HttpResponse<TimedBody> response =
                    links.open(what, links.request(link).build(), left);
            if (response.statusCode() != 200) {
                throw links.refusal(what, response);
            }
            return response.body();
        });
    }

    /** Opens what the algorithm printed; nothing where the status object has no link to it. */
    public Optional<InputStream> algorithmLog(JobView job) {
        return job.algorithmLog().map(this::open);
    }

    /**
     * Ends all pauses and further tries; calls under way end with their present try, later ones are refused (kind CLOSED).
     * Streams that are open stay so. Does nothing when repeated.
     */
    @Override
    public void close() {
        wait.close();
    }

    private Optional<JobView> status(JobId job, Retries tries) {
        return api.jobs(tries, JobFilter.ofJob(job)).jobs().stream()
                .filter(view -> view.jobId().equals(job))
                .findFirst();
    }

    private JobView one(String method, JobId job) {
        return api.wish(retries, method, job, null).stream()
                .filter(view -> view.jobId().equals(job))
                .findFirst()
                .orElseThrow(() -> new ComputeClientException(
                        ComputeClientException.Kind.UNEXPECTED_ANSWER,
                        method + ": the answer does not show job " + job));
    }

    /** Follows cursors from page to page; a server that leads in circles is found out. */
    private static final class Pages extends AbstractIterator<JobViewPage> {
        private final Function<JobFilter, JobViewPage> fetch;
        private final Set<JobFilter> asked = new HashSet<>();
        private @Nullable JobFilter next;

        Pages(JobFilter first, Function<JobFilter, JobViewPage> fetch) {
            this.next = first;
            this.fetch = fetch;
        }

        @Override
        protected @Nullable JobViewPage computeNext() {
            if (next == null) {
                return endOfData();
            }
            if (!asked.add(next)) {
                throw new ComputeClientException(
                        ComputeClientException.Kind.UNEXPECTED_ANSWER, "the server's pages lead in a circle");
            }
            JobViewPage page = fetch.apply(next);
            next = page.next().orElse(null);
            return page;
        }
    }
}
