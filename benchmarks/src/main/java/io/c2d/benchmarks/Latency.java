package io.c2d.benchmarks;

import io.c2d.store.jdbc.JdbcJobStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the engine adds to a job: all phases with steps that take no time, at a steady rate. */
@Command(
        name = "latency",
        description = "What the engine adds to a job over all phases, at a steady rate of submissions.",
        mixinStandardHelpOptions = true)
final class Latency extends Benchmark {
    @Option(names = "--rate", description = "How many jobs are submitted a second.")
    private int rate = 50;

    Latency(PrintStream out) {
        super(out);
    }

    @Override
    void run(Report report, Path work) throws Exception {
        report.line(
                "settings",
                text(
                        "%d jobs/s at even intervals whatever happens to earlier ones, with a filter; %d rounds of %d s"
                                + " after %d s; milliseconds; p99 is the median of the rounds'",
                        rate, rounds(), seconds(), warmUp()));
        Report.Table table = report.table("store", "from .. to, ms", "p50", "p90", "p99", "p99 min", "p99 max", "max");
        for (DatabaseKind kind : stores(DatabaseKind.values())) {
            try (TestedDatabase database = kind.open(work);
                    JdbcJobStore store = database.openStore();
                    SteadyLoad load = SteadyLoad.start(store)) {
                report.line("store", database.description());
                load.round(rate, Duration.ofSeconds(warmUp()));
                SteadyLoad.Times[] rounds = new SteadyLoad.Times[rounds()];
                for (int i = 0; i < rounds.length; i++) {
                    rounds[i] = load.round(rate, Duration.ofSeconds(seconds()));
                }
                String name = kind.toString();
                row(table, name, "answered .. finished", rounds, Part.ADDED);
                row(table, name, "due .. answered", rounds, Part.SUBMIT);
                row(table, name, "due .. finished", rounds, Part.WHOLE);
            }
        }
        table.print();
    }

    private enum Part {
        ADDED,
        SUBMIT,
        WHOLE
    }

    private static void row(Report.Table table, String store, String what, SteadyLoad.Times[] rounds, Part part) {
        double[][] quantiles = new double[3][rounds.length];
        double max = 0;
        for (int i = 0; i < rounds.length; i++) {
            Figures figures = switch (part) {
                case ADDED -> rounds[i].added();
                case SUBMIT -> rounds[i].submit();
                case WHOLE -> rounds[i].whole();
            };
            quantiles[0][i] = figures.median();
            quantiles[1][i] = figures.quantile(0.9);
            quantiles[2][i] = figures.quantile(0.99);
            max = Math.max(max, figures.max());
        }
        Figures p99 = Figures.of(quantiles[2]);
        table.row(
                store,
                what,
                text("%.1f", Figures.of(quantiles[0]).median()),
                text("%.1f", Figures.of(quantiles[1]).median()),
                text("%.1f", p99.median()),
                text("%.1f", p99.min()),
                text("%.1f", p99.max()),
                text("%.1f", max));
    }
}
