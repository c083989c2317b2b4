package io.c2d.testkit.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs as many worlds as asked for: {@code SimulationRun [seeds] [first seed] [threads]}. Prints how fast, what went wrong on
 * purpose, how attempts ended, and the first failures; exits with 1 if there was one.
 */
public final class SimulationRun {
    private static final int SHOWN = 5;

    private final long first;
    private final long seeds;
    private final AtomicLong next = new AtomicLong();
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<WorldReport> failures = new ArrayList<>();
    private long jobs;
    private long done;

    private SimulationRun(long first, long seeds) {
        this.first = first;
        this.seeds = seeds;
    }

    /** The way in. */
    public static void main(String[] arguments) throws InterruptedException {
        long seeds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 10_000;
        long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        int threads = arguments.length > 2
                ? Integer.parseInt(arguments[2])
                : Runtime.getRuntime().availableProcessors();
        SimulationRun run = new SimulationRun(first, seeds);
        boolean held = run.on(threads);
        if (!held) {
            System.exit(1);
        }
    }

    private boolean on(int threads) throws InterruptedException {
        long began = System.nanoTime();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int i = 0; i < threads; i++) {
            pool.execute(this::work);
        }
        pool.shutdown();
        while (!pool.awaitTermination(30, TimeUnit.SECONDS)) {
            print(began);
        }
        print(began);
        tell();
        return failures.isEmpty();
    }

    private void work() {
        long number = next.getAndIncrement();
        while (number < seeds) {
            add(SimulatedWorld.run(first + number));
            number = next.getAndIncrement();
        }
    }

    private synchronized void add(WorldReport report) {
        done++;
        jobs += report.jobs();
        report.counts().forEach((what, count) -> counts.merge(what, count, Long::sum));
        InvariantViolation violation = report.violation();
        if (violation != null) {
            counts.merge("BROKEN: rule " + violation.rule(), 1L, Long::sum);
            if (failures.size() < SHOWN) {
                System.out.println("seed " + report.seed() + ": " + violation.getMessage());
            }
            failures.add(report);
        }
    }

    private synchronized void print(long began) {
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                java.util.Locale.ROOT,
                "%d worlds, %d jobs in %.0f s: %.1f worlds a second; %d broke a rule%n",
                done,
                jobs,
                seconds,
                done / seconds,
                failures.size());
    }

    private synchronized void tell() {
        counts.forEach((what, count) -> System.out.printf(java.util.Locale.ROOT, "%12d  %s%n", count, what));
        for (WorldReport failure : failures.subList(0, Math.min(1, failures.size()))) {
            System.out.println("The last of what happened in seed " + failure.seed() + ":\n" + failure.trace());
        }
        if (failures.size() > 1) {
            System.out.println("Seeds that broke a rule: "
                    + failures.stream().map(WorldReport::seed).limit(100).toList());
        }
    }
}
