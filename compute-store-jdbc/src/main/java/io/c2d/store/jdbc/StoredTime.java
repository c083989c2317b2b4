package io.c2d.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Instants in the database: microseconds (PostgreSQL keeps no more), cut off before they are written, since databases
 * round. The time zone of this process plays no part.
 */
final class StoredTime extends AbstractArgumentFactory<Instant> {
    private static final String NOW = "select current_timestamp";

    StoredTime() {
        super(Types.TIMESTAMP_WITH_TIMEZONE);
    }

    @Override
    protected Argument build(Instant value, ConfigRegistry config) {
        OffsetDateTime stored = cut(value).atOffset(ZoneOffset.UTC);
        return (position, statement, context) -> statement.setObject(position, stored);
    }

    /** An instant as it will be read again. */
    static Instant cut(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    /** The database's time: that of the transaction's begin, the same in all of its statements. */
    static Instant now(Handle handle) {
        return handle.createQuery(NOW)
                .map((rows, context) ->
                        cut(rows.getObject(1, OffsetDateTime.class).toInstant()))
                .one();
    }

    static Instant read(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant readIfSet(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
