package io.c2d.benchmarks;

import io.c2d.core.json.AttemptCodec;
import io.c2d.core.model.Attempt;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The least that a durable submission could cost: one row of a new job's size into a table with a primary key and nothing
 * else, a transaction each, one prepared statement and one connection a thread.
 */
final class PlainInserts implements AutoCloseable {
    /** What a job's row has beside its two documents: ids, owner, agreement, hash, numbers and times. */
    private static final int COLUMNS_BYTES = 400;

    private final List<Connection> connections;
    private final List<PreparedStatement> statements;
    private final String content;
    private final AtomicLong ids = new AtomicLong();

    private PlainInserts(List<Connection> connections, List<PreparedStatement> statements, String content) {
        this.connections = connections;
        this.statements = statements;
        this.content = content;
    }

    static PlainInserts into(TestedDatabase database, int threads) throws SQLException {
        List<Connection> connections = new ArrayList<>();
        List<PreparedStatement> statements = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Connection connection = database.connect();
            connections.add(connection);
            if (i == 0) {
                try (Statement create = connection.createStatement()) {
                    create.execute("create table plain_rows (id varchar(32) primary key, content text not null)");
                }
            }
            statements.add(connection.prepareStatement("insert into plain_rows (id, content) values (?, ?)"));
        }
        int bytes = SampleWork.WORKFLOW.document().length()
                + AttemptCodec.write(Attempt.begin(1, Instant.EPOCH)).length()
                + COLUMNS_BYTES;
        return new PlainInserts(connections, statements, text(bytes));
    }

    /** Text that does not compress to nothing. */
    private static String text(int length) {
        byte[] bytes = new byte[length / 2 + 1];
        new Random(1).nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).substring(0, length);
    }

    int rowBytes() {
        return content.length();
    }

    /** Inserts one row with the thread's connection. */
    void insert(int thread, int number) throws SQLException {
        PreparedStatement statement = statements.get(thread);
        statement.setString(1, Benchmark.text("%032x", ids.incrementAndGet()));
        statement.setString(2, content);
        if (statement.executeUpdate() != 1) {
            throw new IllegalStateException("row " + number + " was not inserted");
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
