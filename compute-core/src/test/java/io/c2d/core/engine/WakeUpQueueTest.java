package io.c2d.core.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.core.model.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class WakeUpQueueTest {
    private static final JobId KEY = JobId.create(Instant.EPOCH, new Random(1));

    @Test
    void aKeyThatIsQueuedOrMarkedRunsOnceMoreAndNoMore() throws Exception {
        try (ThreadedScheduler scheduler = ThreadedScheduler.create(2)) {
            CountDownLatch inTurn = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            CountDownLatch second = new CountDownLatch(1);
            AtomicInteger runs = new AtomicInteger();
            AtomicReference<WakeUpQueue> self = new AtomicReference<>();
            WakeUpQueue queue = new WakeUpQueue(scheduler, key -> {
                if (runs.incrementAndGet() == 1) {
                    inTurn.countDown();
                    awaitLatch(goOn);
                } else {
                    second.countDown();
                }
                requireNonNull(self.get()).done(key);
            });
            self.set(queue);
            queue.add(KEY);
            awaitLatch(inTurn);
            queue.add(KEY);
            queue.add(KEY);
            queue.add(KEY);
            goOn.countDown();
            awaitLatch(second);
            CountDownLatch drained = new CountDownLatch(1);
            queue.close(drained::countDown);
            awaitLatch(drained);
            assertThat(runs.get()).isEqualTo(2);
        }
    }

    @Test
    void manyThreadsNeverRunAKeyTwiceAtATimeAndLoseNoWakeUp() throws Exception {
        int keys = 20;
        int adds = 2_000;
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            ids.add(JobId.create(Instant.EPOCH, new Random(i)));
        }
        AtomicInteger[] wanted = counters(keys);
        AtomicInteger[] done = counters(keys);
        AtomicInteger[] inside = counters(keys);
        AtomicInteger overlaps = new AtomicInteger();
        AtomicReference<WakeUpQueue> self = new AtomicReference<>();
        try (ThreadedScheduler scheduler = ThreadedScheduler.create(6)) {
            WakeUpQueue queue = new WakeUpQueue(scheduler, key -> {
                int i = ids.indexOf(key);
                if (inside[i].incrementAndGet() > 1) {
                    overlaps.incrementAndGet();
                }
                // Whatever was wanted before this turn began is seen by it.
                done[i].set(wanted[i].get());
                inside[i].decrementAndGet();
                requireNonNull(self.get()).done(key);
            });
            self.set(queue);
            CountDownLatch adders = new CountDownLatch(3);
            for (int t = 0; t < 3; t++) {
                Random random = new Random(t);
                new Thread(() -> {
                            for (int n = 0; n < adds; n++) {
                                int i = random.nextInt(keys);
                                wanted[i].incrementAndGet();
                                queue.add(ids.get(i));
                            }
                            adders.countDown();
                        })
                        .start();
            }
            awaitLatch(adders);
            for (int i = 0; i < keys; i++) {
                int key = i;
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (done[key].get() != wanted[key].get() && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                assertThat(done[key].get()).isEqualTo(wanted[key].get());
            }
        }
        assertThat(overlaps.get()).isZero();
    }

    private static AtomicInteger[] counters(int count) {
        AtomicInteger[] counters = new AtomicInteger[count];
        for (int i = 0; i < count; i++) {
            counters[i] = new AtomicInteger();
        }
        return counters;
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
