package io.c2d.benchmarks;

import com.google.common.collect.ImmutableList;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all benchmarks have in common: where they work, on what, how often; and that they first say on what machine. */
abstract class Benchmark implements Callable<Integer> {
    @Option(
            names = "--store",
            split = ",",
            description = "Databases to measure: ${COMPLETION-CANDIDATES}; all that fit if not given.")
    private DatabaseKind[] stores = {};

    @Option(names = "--quick", description = "A smoke test of a few seconds; its figures mean nothing.")
    private boolean quick;

    @Option(names = "--rounds", description = "How many rounds, of which minimum, median and maximum are told.")
    private int rounds = 5;

    @Option(names = "--seconds", description = "How long a round takes.")
    private int seconds = 10;

    @Option(names = "--warm-up", description = "How many seconds go by before the first round.")
    private int warmUp = 15;

    @Option(
            names = "--folder",
            description = "Where databases are made; what is made there is removed at the end.",
            defaultValue = "${sys:benchmarks.folder:-${sys:java.io.tmpdir}}")
    private Path folder = Path.of("");

    private final PrintStream out;

    Benchmark(PrintStream out) {
        this.out = out;
    }

    @Override
    public final Integer call() throws Exception {
        Path work = Files.createDirectories(folder).toRealPath();
        Report report = new Report(out);
        report.line("machine", Machine.describe(work));
        try (WorkFolder made = WorkFolder.in(work)) {
            run(report, made.path());
        }
        report.line("after", Machine.load());
        return 0;
    }

    /** Measures and reports; what is made in the folder is removed after it. */
    abstract void run(Report report, Path work) throws Exception;

    /** The databases asked for, or these. */
    final ImmutableList<DatabaseKind> stores(DatabaseKind... otherwise) {
        return ImmutableList.copyOf(stores.length == 0 ? otherwise : stores);
    }

    final boolean isQuick() {
        return quick;
    }

    final int rounds() {
        return quick ? 1 : rounds;
    }

    final int seconds() {
        return quick ? 1 : seconds;
    }

    final int warmUp() {
        return quick ? 1 : warmUp;
    }

    /** As asked for, or so few where it is a smoke test. */
    final int few(int asked, int few) {
        return quick ? Math.min(asked, few) : asked;
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
