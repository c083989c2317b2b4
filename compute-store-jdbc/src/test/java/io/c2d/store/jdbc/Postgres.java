package io.c2d.store.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One PostgreSQL for all tests of this process, which ends with it; and a database of its own for each test. */
final class Postgres {
    static final String USER = "postgres";

    private static final List<String> GIVEN = new ArrayList<>();

    private Postgres() {}

    /** Started by whoever asks first. */
    private static final class Holder {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A database with the tables in, to be copied: much faster than making them anew. */
    private static final class Template {
        static final String NAME = make();

        private static String make() {
            execute("create database made");
            Stores.open(settings(url("made"), Duration.ofSeconds(10))).close();
            return "made";
        }
    }

    /** A new empty database, with a time limit of five seconds. */
    static JdbcSettings empty() {
        return empty(Duration.ofSeconds(5));
    }

    static synchronized JdbcSettings empty(Duration timeLimit) {
        for (String name : GIVEN) {
            if (isUnused(name)) {
                clear(name);
                return settings(url(name), timeLimit);
            }
        }
        String name = "test" + GIVEN.size();
        execute("create database " + name + " template " + Template.NAME);
        GIVEN.add(name);
        return settings(url(name), timeLimit);
    }

    /** Whether the test that had it is over: its store is closed. */
    private static boolean isUnused(String name) {
        try (Connection connection = Holder.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select count(*) from pg_stat_activity where datname = '" + name + "'")) {
            return rows.next() && rows.getInt(1) == 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void clear(String name) {
        try (Connection connection = DriverManager.getConnection(url(name), USER, "");
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema if exists another cascade");
            statement.execute("truncate jobs, job_events, quarantine, kept, engines, claim_turns, nonces,"
                    + " idempotency_keys restart identity");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String url(String database) {
        return "jdbc:postgresql://localhost:" + port() + "/" + database;
    }

    static JdbcSettings settings(String url, Duration timeLimit) {
        return new JdbcSettings(url, USER, "", 8, timeLimit, false);
    }

    static int port() {
        return Holder.SERVER.getPort();
    }

    /** The database that a URL names. */
    static String name(JdbcSettings settings) {
        return settings.url().substring(settings.url().lastIndexOf('/') + 1);
    }

    /** A session past the store, without any time limit. */
    static Connection connect(JdbcSettings settings) throws SQLException {
        return DriverManager.getConnection(settings.url(), USER, "");
    }

    /** A statement past the store, in its database. */
    static void change(JdbcSettings settings, String sql) {
        try (Connection connection = connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A statement of the administrator. */
    static void execute(String sql) {
        try (Connection connection = Holder.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends every session in that database, as an administrator may at any time. */
    static void terminateSessions(JdbcSettings settings) {
        execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name(settings) + "'");
    }
}
