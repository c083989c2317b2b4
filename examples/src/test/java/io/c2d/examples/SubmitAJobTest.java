package io.c2d.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.c2d.client.ComputeClient;
import io.c2d.client.ComputeClientException;
import io.c2d.client.JobFilter;
import io.c2d.client.JobView;
import io.c2d.core.access.AccessSettings;
import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.model.JobStatus;
import io.c2d.rest.ComputeFeature;
import io.c2d.rest.ComputeRestApplication;
import io.c2d.rest.RestSettings;
import io.c2d.signing.EthereumSignatureVerifier;
import io.c2d.signing.EthereumSigner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SubmitAJobTest {
    private static final String MEASUREMENTS = "id,station,tenths_c\n0,S35,68\n1,S10,32\n2,S35,70\n";

    private final EthereumSigner signer = EthereumSigner.ofPrivateKey("1".repeat(64));

    @TempDir
    Path folder = Path.of("");

    private TestingService service;
    private HttpServer dataOwner;

    @BeforeEach
    void open() throws IOException {
        service = TestingService.start(folder, SubmitAJobTest::strictApi);
        dataOwner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        dataOwner.createContext("/measurements.csv", exchange -> {
            try (exchange) {
                byte[] bytes = MEASUREMENTS.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        dataOwner.start();
    }

    @AfterEach
    void close() {
        dataOwner.stop(0);
        service.close();
    }

    private static ResourceConfig strictApi(ComputeEngine engine, ArtifactLinks links, URI publicUrl) {
        return new ComputeRestApplication(new ComputeFeature(
                engine,
                new EthereumSignatureVerifier(),
                links,
                RestSettings.of(AccessSettings.strict(publicUrl.toString()))));
    }

    private URI data(String name) {
        return URI.create("http://127.0.0.1:" + dataOwner.getAddress().getPort() + "/" + name);
    }

    @Test
    void theDownloadedBytesAreWhatTheAlgorithmWrote() throws IOException {
        Path target = folder.resolve("counts.txt");
        List<Integer> statuses = new ArrayList<>();
        JobView job = SubmitAJob.run(
                service.address(), signer, data("measurements.csv"), target, view -> statuses.add(view.status()));
        assertThat(target).hasContent("      1 S10\n      2 S35\n");
        assertThat(job.owner()).isEqualToIgnoringCase(signer.address());
        assertThat(statuses).isSorted().endsWith(JobStatus.COMPLETED.code());
        assertThat(folder.resolve("counts.txt.part")).doesNotExist();
    }

    @Test
    void aFailedJobIsReportedAndNothingIsDownloaded() {
        Path target = folder.resolve("counts.txt");
        assertThatThrownBy(() -> SubmitAJob.run(service.address(), signer, data("no-such-file"), target, view -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("dataProvisioningFailed")
                .hasMessageContaining("HTTP 404 for input 0");
        assertThat(target).doesNotExist();
    }

    @Test
    void withoutASignatureTheServiceRefuses() {
        try (ComputeClient client = ComputeClient.builder(service.address()).build()) {
            assertThatThrownBy(() -> client.jobs(JobFilter.ALL))
                    .isInstanceOfSatisfying(
                            ComputeClientException.class,
                            e -> assertThat(e.kind()).isEqualTo(ComputeClientException.Kind.UNAUTHENTICATED));
        }
    }

    @Test
    void theMainMethodWritesTheFile() throws Exception {
        Path target = folder.resolve("counts.txt");
        SubmitAJob.main(new String[] {
            service.address().toString(), data("measurements.csv").toString(), target.toString()
        });
        assertThat(Files.readString(target)).isEqualTo("      1 S10\n      2 S35\n");
    }
}
