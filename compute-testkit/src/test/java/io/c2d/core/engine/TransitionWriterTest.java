package io.c2d.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.engine.TransitionWriter.Outcome;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.Transition;
import io.c2d.testkit.Samples;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Group commit with real threads, which the simulated world has none of. */
final class TransitionWriterTest {
    private static final int JOBS = 400;
    private static final ImmutableList<JobStatus> WAY = ImmutableList.of(
            JobStatus.STARTED,
            JobStatus.CONFIGURING_VOLUMES,
            JobStatus.PROVISIONED,
            JobStatus.RUNNING,
            JobStatus.PUBLISHING);

    private final Random random = new Random(3);
    private final InMemoryJobStore store = InMemoryJobStore.create(InstantSource.system(), "test");
    private final EngineId engine = EngineId.create(random);
    private final ThreadedScheduler scheduler = ThreadedScheduler.create(8);
    private final Map<JobId, AtomicInteger> told = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        scheduler.close();
    }

    private ImmutableList<JobId> claimed(int count) {
        store.openLease(engine, Duration.ofMinutes(5));
        for (int i = 0; i < count; i++) {
            store.submit(Samples.submission(Samples.jobId(random), "me", "agreement-" + i, Samples.shell("exit 0")));
        }
        ImmutableMap<String, Environment> room =
                ImmutableMap.of("default", Environment.defaults("default").withMaxJobs(count));
        ImmutableList<JobId> taken = store.claim(engine, room, count);
        assertThat(taken).hasSize(count);
        return taken;
    }

    private Transition move(JobId id, JobStatus status) {
        Job job = store.get(id).orElseThrow();
        return new Transition(
                job.withAttempt(
                        job.attempt().toBuilder().moveTo(status, store.now()).build()),
                store.now(),
                "to " + status);
    }

    /** A view of the store that does something to groups before they are committed. */
    private JobStore view(UnaryOperator<ImmutableList<Transition>> before) {
        return (JobStore) Proxy.newProxyInstance(
                JobStore.class.getClassLoader(), new Class<?>[] {JobStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit")) {
                        return store.commit(engine, before.apply(groupOf(arguments)));
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static ImmutableList<Transition> groupOf(Object[] arguments) {
        return ((ImmutableList<?>) arguments[1])
                .stream().map(Transition.class::cast).collect(ImmutableList.toImmutableList());
    }

    @Test
    void manyThreadsStoreEachTransitionOnceAndAreToldOnce() throws Exception {
        AtomicInteger largest = new AtomicInteger();
        TransitionWriter writer = new TransitionWriter(
                view(group -> {
                    largest.accumulateAndGet(group.size(), Math::max);
                    return group;
                }),
                engine,
                scheduler,
                50);
        ImmutableList<JobId> jobs = claimed(JOBS);
        CountDownLatch ended = new CountDownLatch(JOBS);
        jobs.forEach(id -> scheduler.execute(() -> step(writer, id, 0, ended)));
        assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        for (JobId id : jobs) {
            assertThat(store.get(id).orElseThrow().status()).isEqualTo(JobStatus.PUBLISHING);
            assertThat(store.history(id)).extracting(JobEvent::version).containsExactly(1L, 3L, 4L, 5L, 6L, 7L);
            assertThat(told.get(id)).hasValue(WAY.size());
        }
        assertThat(largest).hasValueLessThanOrEqualTo(50);
        assertThat(largest.get())
                .as("transitions gather while one group is committed")
                .isGreaterThan(1);
    }

    private void step(TransitionWriter writer, JobId id, int at, CountDownLatch ended) {
        if (at == WAY.size()) {
            ended.countDown();
            return;
        }
        writer.submit(move(id, WAY.get(at)), outcome -> {
            told.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
            assertThat(outcome).isEqualTo(Outcome.WON);
            step(writer, id, at + 1, ended);
        });
    }

    @Test
    void aRowThatCantBeWrittenSpoilsNoOther() throws Exception {
        ImmutableList<JobId> jobs = claimed(20);
        JobId poisoned = jobs.get(7);
        Map<JobId, Outcome> outcomes = outcomes(jobs, group -> {
            if (group.stream().anyMatch(t -> t.next().id().equals(poisoned))) {
                throw new IllegalStateException("this row can't be written");
            }
            return group;
        });
        assertThat(outcomes).hasSize(20).containsEntry(poisoned, Outcome.REFUSED);
        assertThat(ImmutableSet.copyOf(outcomes.values())).containsExactlyInAnyOrder(Outcome.WON, Outcome.REFUSED);
        assertThat(store.get(poisoned).orElseThrow().status()).isEqualTo(JobStatus.WARMING_UP);
    }

    @Test
    void aGroupWhoseFateIsUnknownIsWonByNobody() throws Exception {
        ImmutableList<JobId> jobs = claimed(20);
        Map<JobId, Outcome> outcomes = outcomes(jobs, group -> {
            store.commit(engine, group);
            throw new StoreUnavailableException("the answer was lost", new IllegalStateException());
        });
        assertThat(outcomes).hasSize(20);
        assertThat(outcomes.values()).containsOnly(Outcome.UNKNOWN);
    }

    private Map<JobId, Outcome> outcomes(ImmutableList<JobId> jobs, UnaryOperator<ImmutableList<Transition>> before)
            throws InterruptedException {
        TransitionWriter writer = new TransitionWriter(view(before), engine, scheduler, 100);
        Map<JobId, Outcome> outcomes = new ConcurrentHashMap<>();
        CountDownLatch ended = new CountDownLatch(jobs.size());
        for (JobId id : jobs) {
            writer.submit(move(id, JobStatus.STARTED), outcome -> {
                outcomes.put(id, outcome);
                ended.countDown();
            });
        }
        assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        return outcomes;
    }
}
