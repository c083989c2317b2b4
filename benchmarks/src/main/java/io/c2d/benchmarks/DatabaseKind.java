package io.c2d.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/** The databases that can be measured. */
enum DatabaseKind {
    /** A file of this process. */
    h2,
    /** A server that comes with the program, on this machine, as durable as it can be. */
    postgres;

    /** A new, empty database below a folder, for engines of that lease. */
    TestedDatabase open(Path folder, Duration lease) throws IOException, SQLException {
        return this == h2 ? TestedDatabase.h2(folder) : TestedDatabase.postgres(PostgresServer.shared(), lease);
    }

    /** A new, empty database for engines of the usual lease. */
    TestedDatabase open(Path folder) throws IOException, SQLException {
        return open(folder, Duration.ofSeconds(15));
    }
}
