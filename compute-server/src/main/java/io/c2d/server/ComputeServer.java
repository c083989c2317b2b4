package io.c2d.server;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.access.AccessSettings;
import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.access.UploadGrants;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.rest.ComputeFeature;
import io.c2d.rest.ComputeRestApplication;
import io.c2d.rest.RestSettings;
import io.c2d.rest.grizzly.RestServer;
import io.c2d.rest.grizzly.RestServerSettings;
import io.c2d.signing.EthereumSignatureVerifier;
import io.c2d.store.jdbc.JdbcJobStore;
import io.c2d.store.jdbc.JdbcSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The standalone server: the store, the cluster, the engine and the API, put together. Closing it takes no more requests,
 * lets answers finish, gives the engine's lease back and leaves running algorithms to the next start.
 */
final class ComputeServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ComputeServer.class);
    private static final Duration HTTP_GRACE = Duration.ofSeconds(5);
    private static final Duration STORE_TIME = Duration.ofSeconds(10);
    private static final int STORE_CONNECTIONS = 10;

    /** What is to be closed, the last opened first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final SecureRandom random = new SecureRandom();
    private final ServerSettings settings;
    private URI address = URI.create("http://unknown");

    private ComputeServer(ServerSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts everything; what was opened is closed again where a part fails.
     *
     * @throws IOException if a folder can't be used or the port not be listened on
     * @throws IllegalStateException if the data folder is in use, or no sandbox works
     */
    static ComputeServer start(ServerSettings settings) throws IOException {
        ComputeServer server = new ComputeServer(settings);
        try {
            server.open();
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void open() throws IOException {
        Path data = Files.createDirectories(settings.folders().data()).toRealPath();
        // The database holds the key of the links, the working folders what others may not copy.
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        JobStore store = opened(openStore(data));
        Path artifactsFolder = settings.folders().artifacts();
        FileArtifactStore artifacts = FileArtifactStore.open(
                artifactsFolder == null ? data.resolve("artifacts") : artifactsFolder, store.installation(), random);
        // Never a set one: an upload may reach any of the servers, before and after a change of the settings.
        UploadGrants grants = new UploadGrants(keptKey(store, "uploads.key"), store, artifacts);
        ComputeCluster cluster =
                opened(new ClusterAssembly(settings, artifacts, grants).open(data, store.installation()));
        ComputeEngine engine = opened(ComputeEngine.builder(store, cluster, artifacts)
                .settings(EngineSettings.DEFAULTS
                        .withLease(settings.lease())
                        .withFallback(settings.fallback())
                        .withSweep(settings.sweep()))
                .build());
        ArtifactLinks links = new ArtifactLinks(linkKey(store), settings.links().lifetime());
        RestServer http = RestServer.start(
                RestServerSettings.of(settings.http().host(), settings.http().port()),
                address -> new ComputeRestApplication(feature(
                        new ComputeFeature(engine, new EthereumSignatureVerifier(), links, restSettings(address)),
                        grants)));
        opened.push(() -> http.stop(HTTP_GRACE));
        engine.start();
        address = http.address();
        log.info("data in {}, signatures {}", data, settings.access().signatures());
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    private JobStore openStore(Path data) {
        ServerSettings.Database database = settings.database();
        JdbcSettings jdbc = database == null ? JdbcSettings.h2File(data.resolve("jobs")) : jdbc(database);
        try {
            return JdbcJobStore.open(jdbc, random);
        } catch (StoreUnavailableException e) {
            throw new IllegalStateException("store.url, store.user or store.password: " + e.getMessage(), e);
        }
    }

    private JdbcSettings jdbc(ServerSettings.Database database) {
        return database.isShared()
                ? JdbcSettings.postgres(database.url(), database.user(), database.password(), settings.lease())
                : new JdbcSettings(
                        database.url(), database.user(), database.password(), STORE_CONNECTIONS, STORE_TIME, true);
    }

    /** Steps on this machine need no way in. */
    private ComputeFeature feature(ComputeFeature api, UploadGrants grants) {
        return settings.kubernetes() == null ? api : api.withUploads(grants);
    }

    private String linkKey(JobStore store) {
        String set = settings.links().key();
        return set != null ? set : keptKey(store, "links.key");
    }

    /** Made by whichever server comes first. */
    private String keptKey(JobStore store, String name) {
        return store.keep(name, () -> {
            byte[] key = new byte[ArtifactLinks.KEY_BYTES];
            random.nextBytes(key);
            return HexFormat.of().formatHex(key);
        });
    }

    private RestSettings restSettings(URI listening) {
        URI configured = settings.http().publicUrl();
        AccessSettings access = new AccessSettings(
                settings.access().signatures(),
                (configured == null ? listening : configured).toString(),
                ImmutableSet.copyOf(settings.access().admins()),
                ImmutableSet.copyOf(settings.access().gateways()),
                ImmutableSet.copyOf(settings.access().adminTokens()),
                AccessSettings.DEFAULT_WINDOW);
        return RestSettings.of(access)
                .withRunningJobs(settings.http().runningJobs())
                .withDates(settings.http().dates())
                .withLoopback(settings.isLoopback());
    }

    /** Where it listens. */
    URI address() {
        return address;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) {
                log.warn("a part could not be closed", e);
            }
        }
    }
}
