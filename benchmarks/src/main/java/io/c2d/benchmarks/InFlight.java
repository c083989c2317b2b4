package io.c2d.benchmarks;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Many running jobs at a time in a process of its own: what they take of heap and threads. */
@Command(
        name = "inflight",
        description = "Heap and threads of a process with many running jobs.",
        mixinStandardHelpOptions = true)
final class InFlight extends Benchmark {
    @Option(names = "--jobs", description = "How many jobs run.")
    private int jobs = 10_000;

    @Option(names = "--heap", description = "The process's heap.")
    private String heap = "512m";

    InFlight(PrintStream out) {
        super(out);
    }

    @Override
    void run(Report report, Path work) throws Exception {
        int count = few(jobs, 40);
        int rest = isQuick() ? 1 : 40;
        report.line(
                "settings",
                text(
                        "%d jobs whose algorithm runs, engine and API in a JVM with -Xmx%s; looked at once all run and"
                                + " %d s later (that is after a resync)",
                        count, heap, rest));
        Report.Table table = report.table(
                "store",
                "all run after, s",
                "heap after GC, MiB",
                "most before GC",
                "threads",
                "most",
                "CPU at rest, %");
        for (DatabaseKind kind : stores(DatabaseKind.values())) {
            try (TestedDatabase database = kind.open(work)) {
                report.line("store", database.description());
                List<String> arguments = ImmutableList.<String>builder()
                        .add(InFlightProcess.NAME, "--jobs=" + count, "--rest-seconds=" + rest)
                        .addAll(StoreOptions.arguments(database.settings(), Duration.ofSeconds(15)))
                        .build();
                try (ChildJvm child = ChildJvm.start(
                        List.of("-Xmx" + heap, Benchmarks.LOG_SETTINGS), Benchmarks.class.getName(), arguments)) {
                    List<String> cells = Splitter.on(' ').splitToList(child.line());
                    child.awaitEnd();
                    table.row(ImmutableList.<String>builder()
                            .add(kind.toString())
                            .addAll(cells)
                            .build()
                            .toArray(String[]::new));
                }
            }
        }
        table.print();
    }
}
