package io.c2d.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL for all benchmarks of this process, which ends with it. It syncs what it acknowledges. */
final class PostgresServer {
    static final String USER = "postgres";

    private static final String[] TOLD = {
        "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers", "max_wal_size"
    };

    private static @Nullable PostgresServer shared;

    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();

    private PostgresServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /** The server, started by whoever asks first. */
    static synchronized PostgresServer shared() throws IOException {
        if (shared == null) {
            shared = new PostgresServer(EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("max_wal_size", "4GB")
                    .start());
        }
        return shared;
    }

    /** The URL of a new, empty database. */
    String create() throws SQLException {
        String name = "benchmark" + databases.incrementAndGet();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return url(name);
    }

    /** Removes what {@link #create} made; sessions in it are ended. */
    void drop(String url) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("drop database " + url.substring(url.lastIndexOf('/') + 1) + " with (force)");
        }
    }

    /** Version and the settings that the figures depend on. */
    String describe() throws SQLException {
        StringBuilder text = new StringBuilder("PostgreSQL");
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            text.append(' ').append(show(statement, "server_version"));
            for (String setting : TOLD) {
                text.append(", ").append(setting).append(' ').append(show(statement, setting));
            }
        }
        return text.toString();
    }

    private static String show(Statement statement, String setting) throws SQLException {
        try (ResultSet row = statement.executeQuery("show " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), USER, "");
    }

    private String url(String database) {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
    }
}
