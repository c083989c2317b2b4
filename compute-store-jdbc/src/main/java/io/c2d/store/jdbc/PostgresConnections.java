package io.c2d.store.jdbc;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * How connections to PostgreSQL are made. A call's time limit is shared out, so that the sum keeps it: a part to wait for a
 * connection, the rest for the server's answer. The server gives up before the socket does, and a lock before the
 * statement: so the more telling failure comes first, and the connection lives. What an engine that has gone silent holds
 * is given back by the server after the same time. What the operator's URL sets wins.
 */
final class PostgresConnections {
    /** The database can't be written: it is a standby, or was the primary before a fail-over. */
    static final String READ_ONLY = "25006";

    private final JdbcSettings settings;
    private final long limit;

    PostgresConnections(JdbcSettings settings) {
        this.settings = settings;
        this.limit = settings.timeLimit().toMillis();
    }

    /** Of a failure that leaves the connection usable, whether it is to be thrown away all the same. */
    static final class Eviction implements SQLExceptionOverride {
        @java.lang.Override
        public Override adjudicate(SQLException failure) {
            return READ_ONLY.equals(failure.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
        }
    }

    /** The driver's properties; its time-outs are whole seconds, so the shortest is one. */
    Properties properties() {
        Properties properties = base();
        properties.setProperty("socketTimeout", Long.toString(socketSeconds()));
        return properties;
    }

    private Properties base() {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "compute-to-data");
        properties.setProperty("connectTimeout", Long.toString(Math.max(1, limit * 4 / 10_000)));
        properties.setProperty("loginTimeout", Long.toString(socketSeconds()));
        properties.setProperty("cancelSignalTimeout", "1");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("reWriteBatchedInserts", "true");
        return properties;
    }

    private long socketSeconds() {
        return Math.max(1, limit * 6 / 10_000);
    }

    /** The longest that the server works on a statement. */
    long statementMillis() {
        return socketSeconds() * 800;
    }

    /** The longest wait for a connection of the pool. */
    long poolMillis() {
        return Math.max(250, limit * 4 / 10);
    }

    /** The longest that the pool waits for a connection's sign of life. */
    long validationMillis() {
        return Math.max(250, limit / 10);
    }

    /**
     * What every connection says first: not in the driver's options, which the URL may set and some poolers refuse. Plans
     * are made once a connection and statement: every statement is such that one plan is right whatever is bound, and
     * planning anew would take longer than running. That one is to look rows up one by one in an index, also where the
     * tables were still empty when it was made.
     */
    String initSql() {
        long keepAlive = Math.max(1, limit / 4_000);
        return """
                set statement_timeout = %1$d; set lock_timeout = %2$d;
                set idle_in_transaction_session_timeout = %1$d; set tcp_keepalives_idle = %3$d;
                set tcp_keepalives_interval = %3$d; set tcp_keepalives_count = 2; set tcp_user_timeout = %4$d;
                set default_transaction_isolation = 'read committed'; set plan_cache_mode = force_generic_plan;
                set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off""".formatted(statementMillis(), statementMillis() / 2, keepAlive, limit);
    }

    /** Connections for the migrations, which may take longer than any other statement. */
    DataSource forMigrations() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.url());
        source.setUser(settings.user());
        source.setPassword(settings.password());
        source.setConnectTimeout(Integer.parseInt(base().getProperty("connectTimeout")));
        source.setTcpKeepAlive(true);
        return source;
    }

    /** A connection beside the pool, with the same limits. */
    Connection open() throws SQLException {
        Properties properties = properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password());
        Connection connection = DriverManager.getConnection(settings.url(), properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute(initSql());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
