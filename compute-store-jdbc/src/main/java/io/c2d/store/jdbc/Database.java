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
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.exception.FlywayValidateException;
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
    private final @Nullable Connection guard;
    private final Dialect dialect;
    private final Outage outage = new Outage();
    private final @Nullable ExclusiveLock lock;
    private final Jdbi jdbi;

    private Database(
            HikariDataSource pool,
            @Nullable Connection guard,
            @Nullable ExclusiveLock lock,
            Dialect dialect,
            Duration timeLimit) {
        this.pool = pool;
        this.guard = guard;
        this.lock = lock;
        this.dialect = dialect;
        this.jdbi = Jdbi.create(pool)
                .registerArgument(new StoredTime())
                .registerArrayType(String.class, "text")
                .registerArrayType(Boolean.class, "bool")
                .registerArrayType(Integer.class, "int4")
                .registerArrayType(Long.class, "int8")
                .registerArrayType(Double.class, "float8");
        if (dialect == Dialect.H2) {
            // PostgreSQL's server keeps the time itself.
            jdbi.getConfig(SqlStatements.class).setQueryTimeout(seconds(timeLimit));
        }
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
        Connection guard = dialect == Dialect.H2 ? guard(settings, dialect, url) : null;
        HikariDataSource pool = null;
        try {
            pool = new HikariDataSource(poolConfig(settings, dialect, url));
            migrate(dialect == Dialect.H2 ? pool : new PostgresConnections(settings).forMigrations(), dialect);
            return new Database(pool, guard, lock, dialect, settings.timeLimit());
        } catch (RuntimeException e) {
            if (pool != null) {
                pool.close();
            }
            closeGuard(guard);
            if (e instanceof FlywayValidateException) {
                throw new IllegalStateException(
                        "the database's tables are not those of this version: a newer one has changed them, or somebody else",
                        e);
            }
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

    private static HikariConfig poolConfig(JdbcSettings settings, Dialect dialect, String url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("c2d-store");
        config.setJdbcUrl(url);
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.poolSize());
        dialect.configure(config, settings);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return config;
    }

    private static void migrate(DataSource source, Dialect dialect) {
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(source)
                .locations(dialect.migrations())
                .table("schema_history")
                .placeholderReplacement(false)
                .cleanDisabled(true)
                // Tables that a newer version made are not this one's to write.
                .ignoreMigrationPatterns(new String[0])
                .load()
                .migrate();
    }

    private static int seconds(Duration limit) {
        return (int) limit.plusNanos(999_999_999).toSeconds();
    }

    /** What kind of database it is. */
    Dialect dialect() {
        return dialect;
    }

    /** For tests that look over the shoulder. */
    Jdbi jdbi() {
        return jdbi;
    }

    /**
     * Runs one transaction; it is rolled back where the work throws. One that the database itself has undone, to resolve a
     * deadlock or a conflict, is run again.
     *
     * @throws StoreUnavailableException where the database did not answer in time
     * @throws StoreErrors.LostRaceException where a unique key is taken
     */
    <T> T inTransaction(Function<Handle, T> work) {
        return run(() -> jdbi.inTransaction(work::apply), false);
    }

    /** Runs one transaction, again from the start where it has lost a race: what it then reads is the winner's work. */
    <T> T inTransactionAfterRaces(Function<Handle, T> work) {
        return run(() -> jdbi.inTransaction(work::apply), true);
    }

    /** As {@link #inTransaction}, for work of one statement, which is a transaction by itself and saves a round trip. */
    <T> T inStatement(Function<Handle, T> work) {
        return run(() -> jdbi.withHandle(work::apply), false);
    }

    /** As {@link #inTransactionAfterRaces}, for work that reads first and then writes by one statement, if at all. */
    <T> T inStatementsAfterRaces(Function<Handle, T> work) {
        return run(() -> jdbi.withHandle(work::apply), true);
    }

    private <T> T run(Supplier<T> work, boolean afterRaces) {
        for (int tries = 1; ; tries++) {
            try {
                return outage.call(work);
            } catch (RuntimeException e) {
                RuntimeException failure = StoreErrors.translate(e);
                boolean again = failure instanceof StoreErrors.UndoneException
                        || (afterRaces && failure instanceof StoreErrors.LostRaceException);
                if (!again) {
                    throw noted(failure, e);
                }
                if (tries == MAX_TRIES) {
                    throw new StoreUnavailableException("too many writers at once", failure);
                }
            }
        }
    }

    /** After a fail-over no idle connection is worth keeping: all of them lead to the former primary. */
    private RuntimeException noted(RuntimeException failure, RuntimeException cause) {
        if (StoreErrors.hasState(cause, PostgresConnections.READ_ONLY)) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
        return failure;
    }

    @Override
    public void close() {
        pool.close();
        closeGuard(guard);
        if (lock != null) {
            lock.close();
        }
    }

    private static void closeGuard(@Nullable Connection guard) {
        if (guard == null) {
            return;
        }
        try {
            guard.close();
        } catch (SQLException e) {
            throw new StoreUnavailableException("the database can't be closed (SQLState " + e.getSQLState() + ")", e);
        }
    }
}
