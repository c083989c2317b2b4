package io.c2d.store.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A durable PostgreSQL of a test's own, which can be killed and started again with the same data on the same port. */
final class RestartablePostgres implements AutoCloseable {
    private final Path data;
    private final Map<String, String> configuration;
    private int port;
    private @Nullable EmbeddedPostgres running;

    RestartablePostgres(Path folder) throws IOException {
        this(folder, Map.of());
    }

    /** With further settings; where the folder has data already, it is a server of that data. */
    RestartablePostgres(Path folder, Map<String, String> configuration) throws IOException {
        this.data = folder.resolve("data");
        this.configuration = configuration;
        start();
    }

    void start() throws IOException {
        EmbeddedPostgres.Builder server = EmbeddedPostgres.builder();
        configuration.forEach(server::setServerConfig);
        EmbeddedPostgres started = server.setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(true)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        port = started.getPort();
        running = started;
    }

    /** As {@code pg_ctl stop -m immediate}: the server ends without a checkpoint, and must recover when started again. */
    void kill() throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start().waitFor();
        ProcessHandle.of(pid).ifPresent(server -> server.onExit().join());
        close();
    }

    /** Where its files are. */
    Path data() {
        return data;
    }

    int port() {
        return port;
    }

    JdbcSettings settings(Duration timeLimit) {
        return Postgres.settings("jdbc:postgresql://localhost:" + port + "/postgres", timeLimit);
    }

    @Override
    public void close() throws IOException {
        if (running != null) {
            running.close();
            running = null;
        }
    }
}
