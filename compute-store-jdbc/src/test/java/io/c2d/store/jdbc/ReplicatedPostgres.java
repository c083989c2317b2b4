package io.c2d.store.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Two servers, the second of which follows the first synchronously: what was committed is on both. */
final class ReplicatedPostgres implements AutoCloseable {
    private final RestartablePostgres primary;
    private final RestartablePostgres standby;

    ReplicatedPostgres(Path folder) throws IOException, InterruptedException {
        try (RestartablePostgres first = new RestartablePostgres(folder.resolve("first"))) {
            // A copy of a stopped server's files is as good a base as a backup.
            first.kill();
            copy(first.data(), folder.resolve("second").resolve("data"));
        }
        primary = new RestartablePostgres(folder.resolve("first"), Map.of("synchronous_standby_names", "standby"));
        Path copy = folder.resolve("second").resolve("data");
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=localhost port=%d user=postgres application_name=standby'%n"
                        .formatted(primary.port()));
        standby = new RestartablePostgres(folder.resolve("second"));
        awaitInSync();
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from)) {
            files = walk.toList();
        }
        Files.createDirectories(to.getParent());
        for (Path file : files) {
            Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.deleteIfExists(to.resolve("postmaster.pid"));
    }

    private void awaitInSync() {
        while (!ask(primary, "select exists (select 1 from pg_stat_replication where sync_state = 'sync')")) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** The primary dies, and the standby takes its place. */
    void failOver() throws IOException, InterruptedException {
        primary.kill();
        ask(standby, "select pg_promote()");
    }

    private static boolean ask(RestartablePostgres server, String question) {
        JdbcSettings settings = server.settings(Duration.ofSeconds(30));
        try (Connection connection = DriverManager.getConnection(settings.url(), Postgres.USER, "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            return rows.next() && rows.getBoolean(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Both hosts in one URL, of which the driver takes the one that can be written. */
    JdbcSettings settings(Duration timeLimit) {
        return Postgres.settings(
                "jdbc:postgresql://localhost:" + primary.port() + ",localhost:" + standby.port()
                        + "/postgres?targetServerType=primary",
                timeLimit);
    }

    @Override
    public void close() throws IOException {
        standby.close();
        primary.close();
    }
}
