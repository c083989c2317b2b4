package io.c2d.benchmarks;

import com.google.common.base.Stopwatch;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobStatus;
import io.c2d.rest.grizzly.RestServer;
import io.c2d.store.jdbc.JdbcJobStore;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The process that {@link InFlight} starts: fills itself with running jobs, then prints one line of figures. */
@Command(name = InFlightProcess.NAME, hidden = true)
final class InFlightProcess implements Callable<Integer> {
    static final String NAME = "inflight-process";

    private static final int SUBMITTERS = 4;
    private static final long LIMIT_MINUTES = 10;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(names = "--jobs", required = true)
    private int jobs;

    @Option(names = "--rest-seconds", required = true)
    private int rest;

    private final PrintStream out;

    InFlightProcess(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws Exception {
        CountDownLatch notRunning = new CountDownLatch(jobs);
        try (JdbcJobStore opened = JdbcJobStore.open(store.settings());
                ComputeEngine engine = ComputeEngine.builder(
                                opened, NoOpCluster.holding(SampleWork.roomy()), new NoArtifacts())
                        .listener(job -> countRunning(job, notRunning))
                        .build();
                RestServer api = ListedApi.serve(engine)) {
            engine.start();
            api.address().resolve("/health/live").toURL().openStream().close();
            Stopwatch time = Stopwatch.createStarted();
            submit(engine);
            if (!notRunning.await(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException(notRunning.getCount() + " jobs do not run");
            }
            double seconds = time.elapsed().toMillis() / 1e3;
            long busy = cpuNanos();
            Waiting.pass(Duration.ofSeconds(rest));
            double atRest =
                    100.0 * (cpuNanos() - busy) / Duration.ofSeconds(rest).toNanos();
            out.println(figures(seconds, atRest));
            out.flush();
        }
        return 0;
    }

    private static void countRunning(Job job, CountDownLatch notRunning) {
        if (job.status() == JobStatus.RUNNING) {
            notRunning.countDown();
        }
    }

    private void submit(ComputeEngine engine) throws Exception {
        ExecutorService submitters = Executors.newFixedThreadPool(SUBMITTERS);
        for (int i = 0; i < jobs; i++) {
            int number = i;
            submitters.execute(() -> engine.submit(SampleWork.submission(engine.newJobId(), number)));
        }
        submitters.shutdown();
        if (!submitters.awaitTermination(LIMIT_MINUTES, TimeUnit.MINUTES)) {
            throw new IllegalStateException("not all jobs could be submitted");
        }
    }

    private static String figures(double seconds, double atRest) {
        long most = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        // Twice: the first frees what only finalizers and reference queues still hold.
        System.gc();
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Benchmark.text(
                "%.1f %.1f %.1f %d %d %.1f",
                seconds,
                heap / 1024.0 / 1024.0,
                most / 1024.0 / 1024.0,
                threads.getThreadCount(),
                threads.getPeakThreadCount(),
                atRest);
    }

    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }
}
