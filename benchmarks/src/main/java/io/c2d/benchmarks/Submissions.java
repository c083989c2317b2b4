package io.c2d.benchmarks;

import com.google.common.base.Stopwatch;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.store.jdbc.JdbcJobStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Signed submissions beside what the database can do at best: rounds of either in turn, in the same run. */
@Command(
        name = "submissions",
        description = "Signed submissions per second, beside the database's single-row inserts of the same size.",
        mixinStandardHelpOptions = true)
final class Submissions extends Benchmark {
    @Option(names = "--threads", description = "How many threads submit, and how many insert.")
    private int threads = 4;

    @Option(names = "--requests", description = "How many submissions, and how many inserts, one round has.")
    private int requests = 10_000;

    Submissions(PrintStream out) {
        super(out);
    }

    @Override
    void run(Report report, Path work) throws Exception {
        report.line(
                "settings",
                text(
                        "%d threads, %d rounds of %d requests after one; the environment is full, so jobs wait; the"
                                + " requests are signed beforehand, each is read, verified, judged and stored in turn",
                        threads, rounds(), few(requests, 40)));
        Report.Table table = report.table("store", "what", "per s min", "median", "max", "ratio of medians");
        for (DatabaseKind kind : stores(DatabaseKind.values())) {
            try (TestedDatabase database = kind.open(work);
                    JdbcJobStore store = database.openStore();
                    ComputeEngine engine = ComputeEngine.builder(
                                    store, NoOpCluster.holding(SampleWork.narrow()), new NoArtifacts())
                            .build()) {
                report.line("store", database.description());
                engine.start();
                measure(database, engine, table);
            }
        }
        table.print();
    }

    private void measure(TestedDatabase database, ComputeEngine engine, Report.Table table) throws Exception {
        int count = few(requests, 40);
        SignedRequests signed = new SignedRequests(engine);
        double[] submitted = new double[rounds()];
        double[] inserted = new double[rounds()];
        double[] checked = new double[rounds()];
        try (PlainInserts inserts = PlainInserts.into(database, threads)) {
            for (int round = -1; round < submitted.length; round++) {
                List<SignedRequests.Prepared> prepared = signed.prepare(count);
                double submissions = rate(count, (thread, number) -> signed.submit(prepared.get(number)));
                double rows = rate(count, inserts::insert);
                double checks =
                        rate(count, (thread, number) -> Objects.requireNonNull(signed.check(prepared.get(number))));
                if (round >= 0) {
                    submitted[round] = submissions;
                    inserted[round] = rows;
                    checked[round] = checks;
                }
            }
            Figures ours = Figures.of(submitted);
            Figures theirs = Figures.of(inserted);
            row(table, database, "submissions", ours, text("%.2f", ours.median() / theirs.median()));
            row(table, database, "inserts of " + inserts.rowBytes() + " bytes", theirs, "1.00");
            Figures without = Figures.of(checked);
            row(table, database, "checks alone", without, text("%.2f", without.median() / theirs.median()));
        }
    }

    private static void row(Report.Table table, TestedDatabase database, String what, Figures figures, String ratio) {
        String[] spread = figures.spread("%.0f");
        table.row(database.kind().toString(), what, spread[0], spread[1], spread[2], ratio);
    }

    private interface Request {
        void run(int thread, int number) throws Exception;
    }

    /** How many a second, with all threads. */
    private double rate(int count, Request request) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> parts = new ArrayList<>();
            Stopwatch time = Stopwatch.createStarted();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                parts.add(pool.submit(() -> {
                    for (int number = thread; number < count; number += threads) {
                        request.run(thread, number);
                    }
                    return null;
                }));
            }
            for (Future<?> part : parts) {
                part.get();
            }
            return count / (time.elapsed().toNanos() / 1e9);
        } finally {
            pool.shutdownNow();
        }
    }
}
