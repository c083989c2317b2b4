package io.c2d.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Callers that submit at a steady rate, and stop and delete some of what they submitted. */
final class SoakLoad {
    private static final int CALLERS = 24;

    private final SoakCaller caller;
    private final Random random;
    private final Queue<SoakJob> accepted = new ConcurrentLinkedQueue<>();

    SoakLoad(SoakCaller caller, Random random) {
        this.caller = caller;
        this.random = random;
    }

    /** Until the end, by the process's monotonic clock; returns what was accepted, once all calls have been answered. */
    List<SoakJob> run(int rate, long end) throws InterruptedException, ExecutionException {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<?>> calls = new ArrayList<>();
            long interval = Duration.ofSeconds(1).dividedBy(rate).toNanos();
            long next = System.nanoTime();
            for (int number = 1; next < end; number++) {
                String agreement = "agreement-" + number;
                SoakJob.Plan plan = SoakJob.Plan.draw(random);
                calls.add(callers.submit(() -> {
                    live(agreement, plan);
                    return null;
                }));
                next += interval;
                Waiting.untilNanos(next);
            }
            for (Future<?> call : calls) {
                call.get();
            }
            return List.copyOf(accepted);
        } finally {
            callers.shutdownNow();
        }
    }

    private void live(String agreement, SoakJob.Plan plan) throws InterruptedException {
        SoakJob job = new SoakJob(caller.submit(agreement, plan.workflow()), plan);
        accepted.add(job);
        if (plan.kind() == SoakJob.Kind.IS_STOPPED || plan.kind() == SoakJob.Kind.IS_DELETED) {
            Waiting.pass(plan.work());
            if (plan.kind() == SoakJob.Kind.IS_STOPPED) {
                caller.stop(job.id());
            } else {
                caller.delete(job.id());
            }
        }
    }
}
