package io.c2d.benchmarks;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Real servers on one PostgreSQL and one data folder, under load and in trouble; every accepted job must end as it should. */
@Command(
        name = "soak",
        description = "Servers that are killed, paused and stopped under load: does every job end as it should?",
        mixinStandardHelpOptions = true)
final class Soak extends Benchmark {
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final Duration LAST_ENDS = Duration.ofMinutes(3);

    @Option(names = "--minutes", description = "How long there is load and trouble.")
    private int minutes = 2;

    @Option(names = "--servers", description = "How many servers.")
    private int servers = 2;

    @Option(names = "--rate", description = "How many jobs are submitted a second.")
    private int rate = 4;

    @Option(names = "--seed", description = "What the troubles and the jobs are drawn from; a new one if not given.")
    private @Nullable Long seed;

    Soak(PrintStream out) {
        super(out);
    }

    @Override
    void run(Report report, Path work) throws Exception {
        long drawn = seed == null ? new Random().nextInt(Integer.MAX_VALUE) : seed;
        Duration length = isQuick() ? Duration.ofSeconds(5) : Duration.ofMinutes(minutes);
        report.line(
                "settings",
                text(
                        "seed %d, %d servers with a lease of %d s, %d jobs/s for %d s; server logs beside the work folder",
                        drawn, servers, LEASE.toSeconds(), rate, length.toSeconds()));
        report.line("store", PostgresServer.shared().describe());
        Path data = Files.createDirectory(work.resolve("data"));
        try (TestedDatabase database = DatabaseKind.postgres.open(work, LEASE)) {
            List<SoakServer> started = new ArrayList<>();
            try {
                for (int i = 1; i <= servers; i++) {
                    Path log = work.resolveSibling("soak-" + drawn + "-server-" + i + ".log");
                    started.add(SoakServer.start(settings(database, data), log));
                }
                Run run = new Run(report, database, new SoakLeftovers(data), ImmutableList.copyOf(started));
                run.run(drawn, System.nanoTime() + length.toNanos(), rate);
            } finally {
                for (SoakServer server : started) {
                    server.close();
                }
            }
        }
    }

    private static ImmutableMap<String, String> settings(TestedDatabase database, Path data) {
        return ImmutableMap.<String, String>builder()
                .put("http.port", "0")
                .put("data.dir", data.toString())
                .put("auth.signatures", "none")
                .put("store.url", database.settings().url())
                .put("store.user", PostgresServer.USER)
                .put("engine.lease", LEASE.toSeconds() + "s")
                .put("environments.default.max-jobs", "16")
                .put("stop.grace", "500ms")
                .buildOrThrow();
    }

    /** One soak on servers that run. */
    private record Run(
            Report report, TestedDatabase database, SoakLeftovers leftovers, ImmutableList<SoakServer> servers) {
        void run(long seed, long end, int rate) throws Exception {
            SoakCaller caller = new SoakCaller(servers);
            ExecutorService threads = Executors.newCachedThreadPool();
            try {
                List<Future<Map<SoakTroubles.Kind, Integer>>> troubles = new ArrayList<>();
                for (int i = 0; i < servers.size(); i++) {
                    troubles.add(
                            threads.submit(new SoakTroubles(servers.get(i), new Random(seed * 31 + i), LEASE, end)));
                }
                List<SoakJob> jobs = new SoakLoad(caller, new Random(seed)).run(rate, end);
                Map<SoakTroubles.Kind, Integer> counts = sum(troubles);
                boolean ended = allEnd();
                tell(jobs, counts, caller, ended);
            } finally {
                threads.shutdownNow();
            }
        }

        private static Map<SoakTroubles.Kind, Integer> sum(List<Future<Map<SoakTroubles.Kind, Integer>>> troubles)
                throws InterruptedException, ExecutionException {
            Map<SoakTroubles.Kind, Integer> sum = new EnumMap<>(SoakTroubles.Kind.class);
            for (Future<Map<SoakTroubles.Kind, Integer>> one : troubles) {
                one.get().forEach((kind, count) -> sum.merge(kind, count, Integer::sum));
            }
            return sum;
        }

        /** Whether all of it has ended and nothing is to be done any more, within the limit. */
        private boolean allEnd() throws Exception {
            try (Connection connection = database.connect()) {
                Waiting.until(
                        "all jobs have ended",
                        LAST_ENDS,
                        () -> number(connection, "select count(*) from jobs where is_open") == 0);
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        }

        private void tell(
                List<SoakJob> jobs, Map<SoakTroubles.Kind, Integer> troubles, SoakCaller caller, boolean ended)
                throws Exception {
            Map<SoakJob.Kind, Integer> right = new EnumMap<>(SoakJob.Kind.class);
            List<String> wrong = new ArrayList<>();
            for (SoakJob job : jobs) {
                job.fault(caller.status(job.id()))
                        .ifPresentOrElse(
                                fault -> wrong.add(job.plan().kind() + " " + job.id() + " " + fault),
                                () -> right.merge(job.plan().kind(), 1, Integer::sum));
            }
            Report.Table table = report.table("what", "count");
            table.row("jobs accepted", Integer.toString(jobs.size()));
            right.forEach((kind, count) -> table.row("  ended right: " + kind, Integer.toString(count)));
            table.row("  ended wrong", Integer.toString(wrong.size()));
            for (SoakTroubles.Kind kind : SoakTroubles.Kind.values()) {
                table.row("servers " + kind, Integer.toString(troubles.getOrDefault(kind, 0)));
            }
            table.row("calls made again", Integer.toString(caller.repeats()));
            tellOfRows(table);
            List<String> left = tellOfLeftovers(table, jobs);
            table.print();
            wrong.forEach(line -> report.line("WRONG", line));
            left.forEach(line -> report.line("LEFT", line));
            if (!ended || !wrong.isEmpty() || !left.isEmpty()) {
                throw new IllegalStateException("not every job ended as it should, or something is left over");
            }
        }

        private void tellOfRows(Report.Table table) throws SQLException {
            try (Connection connection = database.connect()) {
                table.row("jobs stored", Long.toString(number(connection, "select count(*) from jobs")));
                table.row(
                        "jobs still open",
                        Long.toString(number(connection, "select count(*) from jobs where is_open")));
                table.row(
                        "jobs with tries > 1",
                        Long.toString(number(
                                connection,
                                "select count(*) from jobs where document ~ '\"try\":([2-9]|[1-9][0-9])'")));
                table.row(
                        "longest time to end, s",
                        Long.toString(number(
                                connection,
                                "select ceil(coalesce(max(extract(epoch from finished_at - created)), 0)) from jobs")));
            }
        }

        private List<String> tellOfLeftovers(Report.Table table, List<SoakJob> jobs) throws IOException {
            List<SoakJob> deleted = jobs.stream()
                    .filter(job -> job.plan().kind() == SoakJob.Kind.IS_DELETED)
                    .toList();
            ImmutableMap<String, ImmutableList<String>> kinds = ImmutableMap.of(
                    "working folders", leftovers.workingFolders(),
                    "artifacts of deleted jobs", leftovers.artifacts(deleted),
                    "processes", leftovers.processes());
            List<String> all = new ArrayList<>();
            kinds.forEach((kind, found) -> {
                table.row("left: " + kind, Integer.toString(found.size()));
                found.forEach(one -> all.add(kind + ": " + one));
            });
            return all;
        }

        private static long number(Connection connection, String sql) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
