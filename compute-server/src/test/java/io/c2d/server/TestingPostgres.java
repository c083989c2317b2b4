package io.c2d.server;

import com.google.common.base.Splitter;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL for the tests of this process; a database of its own for each that asks. */
final class TestingPostgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestingPostgres() {}

    private static final class Holder {
        static final Path FOLDER = folder();
        static final EmbeddedPostgres SERVER = start();

        private static Path folder() {
            try {
                return Files.createTempDirectory("c2d-postgres");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setDataDirectory(FOLDER)
                        .setCleanDataDirectory(true)
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The settings of a server on a new, empty database. */
    static String[] settings() {
        String name = "server" + DATABASES.incrementAndGet();
        execute("create database " + name);
        return new String[] {
            "store.url=jdbc:postgresql://localhost:" + Holder.SERVER.getPort() + "/" + name,
            "store.user=postgres",
            "engine.lease=5s"
        };
    }

    /** Ends every session but one's own, as a restart of the database would. */
    static void endSessions() {
        execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()");
    }

    /** Sends a signal to every process of the server: after STOP nothing answers, and nothing is refused, until CONT. */
    static void signal(String name) throws IOException, InterruptedException {
        Path file = Holder.FOLDER.resolve("postmaster.pid");
        long postmaster = Long.parseLong(Files.readAllLines(file).get(0).strip());
        List<String> command = new ArrayList<>(List.of("kill", "-" + name, Long.toString(postmaster)));
        ProcessHandle.of(postmaster)
                .orElseThrow()
                .descendants()
                .forEach(each -> command.add(Long.toString(each.pid())));
        // A child may have ended meanwhile; the others got theirs.
        int unused = new ProcessBuilder(command).start().waitFor();
    }

    /** How many engines hold a lease in the database of these settings. */
    static int livingEngines(String... settings) throws SQLException {
        String name = Splitter.on('/').splitToList(settings[0]).get(3);
        try (Connection connection = Holder.SERVER.getDatabase("postgres", name).getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from engines where lease_until > now()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(String sql) {
        try (Connection connection = Holder.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
