package io.c2d.store.jdbc;

import com.google.common.base.Throwables;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.port.StoreUnavailableException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.ConnectionException;

/** What a failure in the database means for the store's callers. */
final class StoreErrors {
    /** Classes of SQLState (SQL:2016, table 38): connection, rolled back, out of resources, ended by the operator. */
    private static final Set<String> UNAVAILABLE = Set.of("08", "40", "53", "57", "58");

    /**
     * Others of the same meaning (PostgreSQL, appendix A; H2, HYT00): too long idle in a transaction, a database that only reads, a
     * lock that was not to be had in time. A statement that took too long is of class 57.
     */
    private static final Set<String> UNAVAILABLE_STATES =
            Set.of("25P03", PostgresConnections.READ_ONLY, "55P03", "HYT00");

    /** Serialization failure, deadlock: the whole transaction is undone. */
    private static final Set<String> UNDONE = Set.of("40001", "40P01");

    private static final String UNIQUE_VIOLATION = "23505";

    private StoreErrors() {}

    /** Somebody else was faster: the transaction was rolled back and may be run again on what is there now. */
    static final class LostRaceException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LostRaceException(String message) {
            super(message);
        }

        LostRaceException(Throwable cause) {
            super("a unique key is taken", cause);
        }
    }

    /** The database has undone the transaction to let others on: it may be run again. */
    static final class UndoneException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UndoneException(Throwable cause) {
            super("the database undid the transaction", cause);
        }
    }

    /** The failure in the port's terms. Statements and bound values are not in the message. */
    static RuntimeException translate(RuntimeException failure) {
        Optional<SQLException> found = find(failure);
        if (found.isEmpty()) {
            return failure;
        }
        SQLException cause = found.get();
        String state = cause.getSQLState() == null ? "" : cause.getSQLState();
        if (state.equals(UNIQUE_VIOLATION)) {
            return new LostRaceException(cause);
        }
        if (UNDONE.contains(state)) {
            return new UndoneException(cause);
        }
        if (isUnavailable(failure, cause, state)) {
            return new StoreUnavailableException("the database did not answer (SQLState " + state + ")", failure);
        }
        return new ComputeException(
                ErrorCode.INTERNAL, "the database refused a statement (SQLState " + state + ")", failure);
    }

    private static Optional<SQLException> find(RuntimeException failure) {
        return Throwables.getCausalChain(failure).stream()
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .findFirst();
    }

    /** Whether the database said so. */
    static boolean hasState(RuntimeException failure, String state) {
        return find(failure)
                .map(SQLException::getSQLState)
                .filter(state::equals)
                .isPresent();
    }

    private static boolean isUnavailable(RuntimeException failure, SQLException cause, String state) {
        return failure instanceof ConnectionException
                || cause instanceof SQLTransientException
                || cause instanceof SQLRecoverableException
                || cause instanceof SQLNonTransientConnectionException
                || UNAVAILABLE_STATES.contains(state)
                || UNAVAILABLE.contains(state.substring(0, Math.min(2, state.length())));
    }
}
