package io.c2d.benchmarks;

import com.google.common.base.Stopwatch;
import io.c2d.store.jdbc.JdbcJobStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Full lives: submitted, claimed, through all phases, ended, and removed from the cluster, each write durable. */
@Command(
        name = "lives",
        description = "Full job lives per second with a cluster on which steps end at once.",
        mixinStandardHelpOptions = true)
final class Lives extends Benchmark {
    @Option(names = "--under-way", description = "How many jobs are under way at a time.")
    private int underWay = 256;

    @Option(names = "--threads", description = "How many threads submit.")
    private int threads = 4;

    Lives(PrintStream out) {
        super(out);
    }

    @Override
    void run(Report report, Path work) throws Exception {
        report.line(
                "settings",
                text(
                        "%d jobs under way, %d threads submit, one engine of 8 threads; %d rounds of %d s after %d s",
                        underWay, threads, rounds(), seconds(), warmUp()));
        Report.Table table =
                report.table("store", "lives/s min", "median", "max", "writes a life", "row writes/s, median");
        for (DatabaseKind kind : stores(DatabaseKind.values())) {
            try (TestedDatabase database = kind.open(work)) {
                report.line("store", database.description());
                measure(database, table);
            }
        }
        table.print();
    }

    private void measure(TestedDatabase database, Report.Table table) throws Exception {
        double[] rates = new double[rounds()];
        try (JdbcJobStore store = database.openStore();
                LifeLoop loop = LifeLoop.start(store, underWay, threads)) {
            Waiting.pass(Duration.ofSeconds(warmUp()));
            for (int i = 0; i < rates.length; i++) {
                Stopwatch time = Stopwatch.createStarted();
                long before = loop.meter().lives();
                Waiting.pass(Duration.ofSeconds(seconds()));
                rates[i] = (loop.meter().lives() - before) / (time.elapsed().toNanos() / 1e9);
                loop.check();
            }
            Figures figures = Figures.of(rates);
            double writes =
                    loop.meter().writes() / (double) Math.max(1, loop.meter().lives());
            String[] spread = figures.spread("%.0f");
            table.row(
                    database.kind().toString(),
                    spread[0],
                    spread[1],
                    spread[2],
                    text("%.1f", writes),
                    text("%.0f", figures.median() * writes));
        }
    }
}
