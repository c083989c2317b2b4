package io.c2d.benchmarks;

import com.google.common.collect.ObjectArrays;
import io.c2d.store.jdbc.JdbcJobStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists through the API: a real client, real HTTP, signed requests, and tables of several sizes. */
@Command(
        name = "lists",
        description = "How long the API takes to list 100 jobs of many.",
        mixinStandardHelpOptions = true)
final class Lists extends Benchmark {
    @Option(names = "--sizes", split = ",", description = "How many jobs there are, ascending.")
    private int[] sizes = {10_000, 100_000, 1_000_000};

    @Option(names = "--requests", description = "How many requests of a kind are measured.")
    private int requests = 2_000;

    @Option(names = "--page", description = "How many jobs are listed.")
    private int page = 100;

    Lists(PrintStream out) {
        super(out);
    }

    @Override
    void run(Report report, Path work) throws Exception {
        int count = few(requests, 10);
        report.line(
                "settings",
                text(
                        "%d of an owner's jobs a list; %d requests of a kind one after another, after as many for warming"
                                + " up; a tenth of the jobs are other owners'; milliseconds",
                        page, count));
        Report.Table table = report.table("store", "jobs", "request", "p50", "p90", "p99", "max");
        for (DatabaseKind kind : stores(DatabaseKind.values())) {
            try (TestedDatabase database = kind.open(work);
                    JdbcJobStore store = database.openStore()) {
                report.line("store", database.description());
                measure(database, store, count, table);
            }
        }
        table.print();
    }

    private void measure(TestedDatabase database, JdbcJobStore store, int count, Report.Table table) throws Exception {
        try (ListedApi api = ListedApi.start(store)) {
            JobCopies copies = JobCopies.of(database, api.finishOne());
            for (int size : isQuick() ? new int[] {200, 1_000} : sizes) {
                copies.growTo(size);
                String middle = "after=" + copies.middle();
                for (String query : List.of("", middle, "agreementId=agreement-" + size / 2, "removed=1")) {
                    String request = query.isEmpty() ? "newest" : query.replaceFirst("=.*", "");
                    String[] figures = figures(api, "limit=" + page + (query.isEmpty() ? "" : "&" + query), count);
                    table.row(ObjectArrays.concat(
                            new String[] {database.kind().toString(), Integer.toString(size), request},
                            figures,
                            String.class));
                }
            }
        }
    }

    /** A list that fails is a result too: the others go on. */
    private static String[] figures(ListedApi api, String query, int count) throws Exception {
        try {
            Figures figures = api.measure(query, count);
            return new String[] {
                text("%.1f", figures.median()),
                text("%.1f", figures.quantile(0.9)),
                text("%.1f", figures.quantile(0.99)),
                text("%.1f", figures.max())
            };
        } catch (ListedApi.RefusedException e) {
            return new String[] {e.getMessage()};
        }
    }
}
