package io.c2d.store.jdbc;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the database is and how it is used. The password appears in no text of this record.
 *
 * @param url a JDBC URL: of H2, {@code jdbc:h2:file:/path/name}, or {@code jdbc:h2:mem:name} for as long as the store is
 *     open; or of PostgreSQL (15 or later), {@code jdbc:postgresql://host/name}, also with several hosts and
 *     {@code targetServerType=primary}
 * @param user the database's user
 * @param password that user's password, may be empty
 * @param poolSize the most connections at a time, 1 to {@value #MAX_POOL_SIZE}
 * @param timeLimit the longest that a statement, or the wait for a connection or a lock, may take; 1 second to 10 minutes
 * @param exclusive whether only one store at a time may be open on this database. Opening then ends all earlier leases,
 *     since no engine that held one can still be writing
 */
public record JdbcSettings(
        String url, String user, String password, int poolSize, Duration timeLimit, boolean exclusive) {
    /** The most connections that a pool may have. */
    public static final int MAX_POOL_SIZE = 100;

    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** Checks the ranges. */
    public JdbcSettings {
        if (poolSize < 1 || poolSize > MAX_POOL_SIZE) {
            throw new IllegalArgumentException("poolSize is 1 to " + MAX_POOL_SIZE);
        }
        if (timeLimit.compareTo(Duration.ofSeconds(1)) < 0 || timeLimit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeLimit is 1 second to 10 minutes");
        }
    }

    /**
     * An H2 file for one process, with ten connections and ten seconds a statement.
     *
     * @param file its path, without H2's endings
     */
    public static JdbcSettings h2File(Path file) {
        return new JdbcSettings("jdbc:h2:file:" + file.toAbsolutePath(), "c2d", "", 10, Duration.ofSeconds(10), true);
    }

    /**
     * A PostgreSQL that several servers may share, with twelve connections. A call takes at most a third of the lease, so
     * that an engine whose database has stopped answering still learns of it in time.
     *
     * @param lease how long an engine's lease is, at least 3 seconds
     */
    public static JdbcSettings postgres(String url, String user, String password, Duration lease) {
        return new JdbcSettings(url, user, password, 12, lease.dividedBy(3), false);
    }

    /** Without URL parameters and password. */
    @Override
    public String toString() {
        return "JdbcSettings[" + Dialect.withoutParameters(url) + ", user " + user + ", " + poolSize + " connections, "
                + timeLimit + (exclusive ? ", exclusive]" : "]");
    }
}
