package io.c2d.benchmarks;

import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableList;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.store.jdbc.JdbcJobStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long the jobs of an engine wait for another when its process is killed, or ends orderly. */
@Command(
        name = "takeover",
        description = "From an engine's death to another engine's first and last write of its jobs.",
        mixinStandardHelpOptions = true)
final class Takeover extends Benchmark {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Option(names = "--jobs", description = "How many jobs the engine runs.")
    private int jobs = 200;

    Takeover(PrintStream out) {
        super(out);
    }

    /** How an engine ends. */
    private enum End {
        KILLED("SIGKILL"),
        STOPPED("orderly stop");

        private final String text;

        End(String text) {
            this.text = text;
        }
    }

    @Override
    void run(Report report, Path work) throws Exception {
        report.line(
                "settings",
                text(
                        "an engine in a JVM of its own with %d running jobs, another engine in this one; %d rounds;"
                                + " seconds, looked at every 2 ms",
                        few(jobs, 20), rounds()));
        Report.Table table = report.table("end", "lease, s", "first write min", "median", "max", "last write max");
        report.line("store", PostgresServer.shared().describe());
        if (isQuick()) {
            measure(End.KILLED, Duration.ofSeconds(3), work, table);
        } else {
            measure(End.KILLED, Duration.ofSeconds(15), work, table);
            measure(End.KILLED, Duration.ofSeconds(5), work, table);
            measure(End.STOPPED, Duration.ofSeconds(15), work, table);
        }
        table.print();
    }

    private void measure(End end, Duration lease, Path work, Report.Table table) throws Exception {
        double[] first = new double[rounds()];
        double[] last = new double[rounds()];
        for (int i = 0; i < first.length; i++) {
            try (TestedDatabase database = DatabaseKind.postgres.open(work, lease);
                    JdbcJobStore store = database.openStore();
                    ComputeEngine heir = ComputeEngine.builder(
                                    store, NoOpCluster.holding(SampleWork.roomy()), new NoArtifacts())
                            .settings(EngineSettings.DEFAULTS.withLease(lease))
                            .build();
                    Ownership ownership = new Ownership(database.connect())) {
                round(end, lease, database, heir, ownership, first, last, i);
            }
        }
        Figures figures = Figures.of(first);
        String[] spread = figures.spread("%.2f");
        table.row(
                end.text,
                Long.toString(lease.toSeconds()),
                spread[0],
                spread[1],
                spread[2],
                text("%.2f", Figures.of(last).max()));
    }

    private void round(
            End end,
            Duration lease,
            TestedDatabase database,
            ComputeEngine heir,
            Ownership ownership,
            double[] first,
            double[] last,
            int round)
            throws Exception {
        int count = few(jobs, 20);
        List<String> arguments = ImmutableList.<String>builder()
                .add(TakeoverProcess.NAME)
                .addAll(StoreOptions.arguments(database.settings(), lease))
                .build();
        try (ChildJvm child =
                ChildJvm.start(List.of("-Xmx256m", Benchmarks.LOG_SETTINGS), Benchmarks.class.getName(), arguments)) {
            child.line();
            for (int i = 0; i < count; i++) {
                heir.submit(SampleWork.submission(heir.newJobId(), i));
            }
            Waiting.until("all jobs run", LIMIT, () -> ownership.running() == count);
            heir.start();
            String owner = ownership.owner();
            // At another point between two heartbeats each round.
            Waiting.pass(lease.dividedBy(3).multipliedBy(round).dividedBy(rounds()));
            Stopwatch time = Stopwatch.createStarted();
            if (end == End.KILLED) {
                child.kill();
            } else {
                child.terminate();
            }
            Waiting.until("a job is taken over", LIMIT, () -> ownership.takenFrom(owner) > 0);
            first[round] = time.elapsed().toNanos() / 1e9;
            Waiting.until("all jobs are taken over", LIMIT, () -> ownership.takenFrom(owner) == count);
            last[round] = time.elapsed().toNanos() / 1e9;
        }
    }

    /** Whose the jobs are, asked past all engines. */
    private static final class Ownership implements AutoCloseable {
        private final Connection connection;
        private final PreparedStatement running;
        private final PreparedStatement owner;
        private final PreparedStatement taken;

        Ownership(Connection connection) throws SQLException {
            this.connection = connection;
            this.running = connection.prepareStatement("select count(*) from jobs where status = 40");
            this.owner = connection.prepareStatement("select min(owner_engine) from jobs");
            this.taken = connection.prepareStatement("select count(*) from jobs where owner_engine <> ?");
        }

        int running() throws SQLException {
            return number(running);
        }

        String owner() throws SQLException {
            try (ResultSet row = owner.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }

        int takenFrom(String engine) throws SQLException {
            taken.setString(1, engine);
            return number(taken);
        }

        private static int number(PreparedStatement statement) throws SQLException {
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
