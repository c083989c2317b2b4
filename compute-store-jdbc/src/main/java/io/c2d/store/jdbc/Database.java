package io.c2d.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.c2d.core.port.StoreUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jspecify.annotations.Nullable;

/** The connections, the tables, and how a transaction is run. Thread-safe. */
final class Database implements AutoCloseable {
    /** H2: somebody else has the file open. */
    private static final int H2_FILE_IN_USE = 90020;

    /** A race is lost to somebody who got on, so a transaction that loses this often is not merely unlucky. */
    private static final int MAX_TRIES = 5;

    private final HikariDataSource pool;
    private final Connection guard;
    private final @Nullable ExclusiveLock lock;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool, Connection guard, @Nullable ExclusiveLock lock, Duration timeLimit) {
        this.pool = pool;
        this.guard = guard;
        this.lock = lock;
        this.jdbi = Jdbi.create(pool).registerArgument(new StoredTime());
        jdbi.getConfig(SqlStatements.class).setQueryTimeout(seconds(timeLimit));
        // Bound values hold callers' documents: they stay out of messages.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
    }

    /**
     * Connects, and brings the tables up to date.
     *
     * @throws IllegalArgumentException where the URL is of no database that this version knows
     * @throws IllegalStateException where the database is exclusive and in use
     * @throws StoreUnavailableException where it can't be reached
     */
    static Database open(JdbcSettings settings) {
        Dialect dialect = Dialect.of(settings.url());
        ExclusiveLock lock = settings.exclusive()
                ? dialect.file(settings.url()).map(ExclusiveLock::take).orElse(null)
                : null;
        try {
            return connect(settings, dialect, lock);
        } catch (RuntimeException e) {
            if (lock != null) {
                lock.close();
            }
            throw e;
        }
    }

    private static Database connect(JdbcSettings settings, Dialect dialect, @Nullable ExclusiveLock lock) {
        String url = dialect.connectionUrl(settings);
        Connection guard = guard(settings, dialect, url);
        HikariDataSource pool = null;
        try {
            pool = new HikariDataSource(poolConfig(settings, url));
            migrate(pool);
            return new Database(pool, guard, lock, settings.timeLimit());
        } catch (RuntimeException e) {
            if (pool != null) {
                pool.close();
            }
            closeGuard(guard);
            throw StoreErrors.translate(e);
        }
    }

    /**
     * One connection beside the pool. H2 closes a database with its last connection, and one in memory is gone by then;
     * a pool may drop all of its own at a time.
     */
    private static Connection guard(JdbcSettings settings, Dialect dialect, String url) {
        try {
            return DriverManager.getConnection(url, settings.user(), settings.password());
        } catch (SQLException e) {
            Optional<IllegalStateException> inUse = dialect.file(settings.url())
                    .filter(file -> e.getErrorCode() == H2_FILE_IN_USE)
                    .map(file -> ExclusiveLock.inUse(file.toAbsolutePath(), e));
            throw inUse.<RuntimeException>map(found -> found)
                    .orElseGet(() -> new StoreUnavailableException(
                            "the database can't be opened (SQLState " + e.getSQLState() + ")", e));
        }
    }

    private static HikariConfig poolConfig(JdbcSettings settings, String url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("c2d-store");
        config.setJdbcUrl(url);
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.poolSize());
        config.setConnectionTimeout(settings.timeLimit().toMillis());
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return config;
    }

    private static void migrate(HikariDataSource pool) {
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(pool)
                .locations("classpath:io/c2d/store/jdbc/migration")
                .table("schema_history")
                .placeholderReplacement(false)
                .cleanDisabled(true)
                .load()
                .migrate();
    }

    private static int seconds(Duration limit) {
        return (int) limit.plusNanos(999_999_999).toSeconds();
    }

    /** For tests that look over the shoulder. */
    Jdbi jdbi() {
        return jdbi;
    }

    /**
     * Runs one transaction; it is rolled back where the work throws.
     *
     * @throws StoreUnavailableException where the database did not answer in time
     * @throws StoreErrors.LostRaceException where a unique key is taken
     */
    <T> T inTransaction(Function<Handle, T> work) {
        try {
            return jdbi.inTransaction(work::apply);
        } catch (RuntimeException e) {
            throw StoreErrors.translate(e);
        }
    }

    /** Runs one transaction, again from the start where it has lost a race: what it then reads is the winner's work. */
    <T> T inTransactionAfterRaces(Function<Handle, T> work) {
        for (int tries = 1; ; tries++) {
            try {
                return inTransaction(work);
            } catch (StoreErrors.LostRaceException e) {
                if (tries == MAX_TRIES) {
                    throw new StoreUnavailableException("too many writers at once", e);
                }
            }
        }
    }

    @Override
    public void close() {
        pool.close();
        closeGuard(guard);
        if (lock != null) {
            lock.close();
        }
    }

    private static void closeGuard(Connection guard) {
        try {
            guard.close();
        } catch (SQLException e) {
            throw new StoreUnavailableException("the database can't be closed (SQLState " + e.getSQLState() + ")", e);
        }
    }
}
