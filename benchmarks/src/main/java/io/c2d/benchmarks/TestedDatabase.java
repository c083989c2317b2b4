package io.c2d.benchmarks;

import io.c2d.store.jdbc.JdbcJobStore;
import io.c2d.store.jdbc.JdbcSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/** A database of one benchmark's own. Closing it removes it, where it is one of a server's. */
final class TestedDatabase implements AutoCloseable {
    private interface Removal {
        void run() throws SQLException;
    }

    private final DatabaseKind kind;
    private final String description;
    private final JdbcSettings settings;
    private final Removal removal;

    private TestedDatabase(DatabaseKind kind, String description, JdbcSettings settings, Removal removal) {
        this.kind = kind;
        this.description = description;
        this.settings = settings;
        this.removal = removal;
    }

    static TestedDatabase h2(Path folder) throws IOException {
        Path own = Files.createTempDirectory(folder, "h2-");
        return new TestedDatabase(
                DatabaseKind.h2,
                "H2 in this process, a file, WRITE_DELAY 0",
                JdbcSettings.h2File(own.resolve("jobs")),
                () -> {});
    }

    static TestedDatabase postgres(PostgresServer server, Duration lease) throws SQLException {
        String url = server.create();
        return new TestedDatabase(
                DatabaseKind.postgres,
                server.describe(),
                JdbcSettings.postgres(url, PostgresServer.USER, "", lease),
                () -> server.drop(url));
    }

    DatabaseKind kind() {
        return kind;
    }

    /** What it is, with the settings that matter. */
    String description() {
        return description;
    }

    JdbcSettings settings() {
        return settings;
    }

    /** The store on it. */
    JdbcJobStore openStore() {
        return JdbcJobStore.open(settings);
    }

    /** A session past the store, which must be open: H2's file is this process's, under the very name that the store uses. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                settings.url().replace("jdbc:h2:file:", "jdbc:h2:async:"), settings.user(), settings.password());
    }

    @Override
    public void close() throws SQLException {
        removal.run();
    }
}
