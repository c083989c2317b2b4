package io.c2d.examples;

import com.google.common.collect.ImmutableList;
import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.local.LocalCluster;
import io.c2d.rest.grizzly.RestServer;
import io.c2d.rest.grizzly.RestServerSettings;
import io.c2d.worker.DownloadPolicy;
import io.c2d.worker.Network;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.glassfish.jersey.server.ResourceConfig;

/** A whole service on a free port of loopback: a store in memory, the local cluster, the engine and an application. */
final class TestingService implements AutoCloseable {
    private final LocalCluster cluster;
    private final ComputeEngine engine;
    private final RestServer server;

    /** Makes the application to serve. */
    interface Application {
        ResourceConfig on(ComputeEngine engine, ArtifactLinks links, URI publicUrl);
    }

    private TestingService(LocalCluster cluster, ComputeEngine engine, RestServer server) {
        this.cluster = cluster;
        this.engine = engine;
        this.server = server;
    }

    static TestingService start(Path folder, Application application) throws IOException {
        InMemoryJobStore store = InMemoryJobStore.create(InstantSource.system(), "test");
        FileArtifactStore artifacts =
                FileArtifactStore.open(folder.resolve("artifacts"), store.installation(), new SecureRandom());
        LocalCluster cluster = LocalCluster.builder()
                .folder(folder.resolve("work"))
                .artifacts(artifacts)
                .sandbox("bubblewrap,namespaces")
                .downloads(DownloadPolicy.builder()
                        .allowedNetworks(ImmutableList.of(Network.parse("127.0.0.0/8")))
                        .build())
                .open();
        ComputeEngine engine = ComputeEngine.builder(store, cluster, artifacts).build();
        engine.start();
        ArtifactLinks links = new ArtifactLinks("5a".repeat(ArtifactLinks.KEY_BYTES), Duration.ofHours(1));
        RestServer server = RestServer.start(
                RestServerSettings.of("127.0.0.1", 0), address -> application.on(engine, links, address));
        return new TestingService(cluster, engine, server);
    }

    URI address() {
        return server.address();
    }

    @Override
    public void close() {
        server.stop(Duration.ZERO);
        engine.close();
        cluster.close();
    }
}
