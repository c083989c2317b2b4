package io.c2d.examples;

import io.c2d.client.ComputeClient;
import io.c2d.client.DownloadProgress;
import io.c2d.client.JobView;
import io.c2d.client.WorkflowBuilder;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Workflow;
import io.c2d.signing.EthereumSigner;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;

/** The client of a service: a signed job over a data set that the service fetches, and its result. */
public final class SubmitAJob {
    private SubmitAJob() {}

    /**
     * Runs the job as a new caller.
     *
     * @param args the service's URL, the measurements' URL, and the file to write
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            throw new IllegalArgumentException("arguments: SERVICE-URL DATA-URL TARGET-FILE");
        }
        // A caller that comes back keeps its key: EthereumSigner.ofPrivateKey.
        EthereumSigner signer = EthereumSigner.create(new SecureRandom());
        run(URI.create(args[0]), signer, URI.create(args[1]), Path.of(args[2]), SubmitAJob::print);
    }

    private static void print(JobView job) {
        System.out.println(job.status() + " " + job.statusText());
    }

    /**
     * Counts the measurements of each station.
     *
     * @param service where the service is
     * @param signer the caller's key
     * @param measurements a CSV file with a header, whose second column is the station
     * @param target the file to write
     * @param listener is told of each change of status
     * @return the job as it ended
     * @throws io.c2d.client.ComputeClientException if the service refuses or can't be reached
     * @throws IllegalStateException if the job did not end well
     */
    static JobView run(URI service, EthereumSigner signer, URI measurements, Path target, Consumer<JobView> listener) {
        // snippet:client
        Workflow workflow = WorkflowBuilder.create()
                .input("measurements", measurements)
                .rawCode("tail -n +2 $INPUTS/measurements/0 | cut -d, -f2 | sort | uniq -c > $OUTPUTS/counts.txt")
                .image("debian")
                .tag("12")
                .entrypoint("sh $ALGO")
                .maxTime(Duration.ofMinutes(5))
                .build();
        try (ComputeClient client =
                ComputeClient.builder(service).signer(signer).build()) {
            JobId id = client.submit("agreement-1", workflow).jobId();
            JobView job = client.await(id, Duration.ofMinutes(10), listener);
            if (!job.isSuccessful()) {
                throw new IllegalStateException("the job ended as " + job.outcome() + ": " + job.reason());
            }
            client.download(job.outputsUrl().get(0), target, DownloadProgress.NONE);
            return job;
        }
        // end
    }
}
