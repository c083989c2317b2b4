package io.c2d.benchmarks;

import io.c2d.core.model.JobId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Copies of one job's row, made by the database itself: each with an id and an agreement of its own, every tenth another
 * owner's. The stored attempt names the first job's steps still, which lists don't look at.
 */
final class JobCopies {
    private final TestedDatabase database;
    private final JobId original;
    private int size = 1;

    private JobCopies(TestedDatabase database, JobId original) {
        this.database = database;
        this.original = original;
    }

    static JobCopies of(TestedDatabase database, JobId original) {
        return new JobCopies(database, original);
    }

    /** Until there are so many, the original counted. */
    void growTo(int jobs) throws SQLException {
        try (Connection connection = database.connect()) {
            if (jobs > size) {
                copy(connection, size + 1, jobs);
                size = jobs;
            }
            boolean h2 = database.kind() == DatabaseKind.h2;
            try (Statement statement = connection.createStatement()) {
                statement.execute(h2 ? "analyze" : "vacuum (analyze) jobs");
            }
        }
    }

    /** A cursor in the middle of the stored order. */
    long middle() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select (min(seq) + max(seq)) / 2 from jobs")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void copy(Connection connection, int from, int to) throws SQLException {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (String column : columns(connection)) {
            names.add(column);
            values.add(value(column));
        }
        String range = "(" + from + ", " + to + ")";
        String numbers = database.kind() == DatabaseKind.h2
                ? "(select x as n from system_range" + range + ") as numbers"
                : "generate_series" + range + " as numbers (n)";
        String sql = "insert into jobs (" + String.join(", ", names) + ") select " + String.join(", ", values)
                + " from jobs, " + numbers + " where id = ? order by n";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, original.value());
            int made = statement.executeUpdate();
            if (made != to - from + 1) {
                throw new IllegalStateException(made + " rows were copied");
            }
        }
    }

    private String value(String column) {
        return switch (column) {
            case "id" -> "lpad(cast(n as varchar), 32, '0')";
            case "agreement_id" -> "'agreement-' || cast(n as varchar)";
            case "owner", "owner_key" ->
                "case when mod(n, 10) = 0 then 'somebody-' || cast(mod(n, 1000) as varchar) else " + column + " end";
            default -> column;
        };
    }

    /** All but the stored order, which the database gives. */
    private static List<String> columns(Connection connection) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("select * from jobs where 1 = 0")) {
            for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
                String name = none.getMetaData().getColumnName(i).toLowerCase(Locale.ROOT);
                if (!name.equals("seq")) {
                    columns.add(name);
                }
            }
        }
        return columns;
    }
}
