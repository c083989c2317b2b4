package io.c2d.benchmarks;

import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.store.jdbc.JdbcJobStore;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The process that {@link Takeover} starts and ends: an engine, until SIGTERM or worse. */
@Command(name = TakeoverProcess.NAME, hidden = true)
final class TakeoverProcess implements Callable<Integer> {
    static final String NAME = "takeover-process";

    @Mixin
    private StoreOptions store = new StoreOptions();

    private final PrintStream out;

    TakeoverProcess(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws Exception {
        JdbcJobStore opened = JdbcJobStore.open(store.settings());
        ComputeEngine engine = ComputeEngine.builder(opened, NoOpCluster.holding(SampleWork.roomy()), new NoArtifacts())
                .settings(EngineSettings.DEFAULTS.withLease(store.lease()))
                .build();
        engine.start();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            engine.close();
                            stopped.countDown();
                        },
                        "orderly-stop"));
        out.println("works");
        out.flush();
        stopped.await();
        return 0;
    }
}
