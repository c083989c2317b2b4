package io.c2d.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Command;

@Command(name = "soak", hidden = true)
final class Soak extends Benchmark {
    Soak(PrintStream out) {
        super(out);
    }

    @Override
    void run(Report report, Path work) {}
}
