package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Transition;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An empty store for each test, and the calls that the tests of the contract are made of. */
abstract class JobStoreFixture {
    /** The lease in these tests: short, since a real store's time really passes. */
    static final Duration LEASE = Duration.ofSeconds(2);

    static final ImmutableMap<String, Environment> ROOM = room(100);
    static final Workflow WORK = Samples.shell("echo 1");
    static final Workflow OTHER_WORK = Samples.shell("echo 2");

    final Random random = new Random(20_261_124);
    private @Nullable JobStore opened;
    EngineId a = EngineId.create(random);
    EngineId b = EngineId.create(random);

    static ImmutableMap<String, Environment> room(int jobs) {
        return ImmutableMap.of("default", Environment.defaults("default").withMaxJobs(jobs));
    }

    /** An empty store. */
    protected abstract JobStore openEmpty() throws Exception;

    /** Lets this much of the store's time pass. */
    protected abstract void pass(Duration duration) throws Exception;

    @BeforeEach
    final void open() throws Exception {
        opened = openEmpty();
        a = EngineId.create(random);
        b = EngineId.create(random);
        store().openLease(a, Duration.ofMinutes(5));
    }

    @AfterEach
    final void close() {
        store().close();
    }

    /** The store under test. */
    protected final JobStore store() {
        if (opened == null) {
            throw new IllegalStateException("not open");
        }
        return opened;
    }

    JobId submit(String owner, String agreement) {
        SubmitResult result = store().submit(request(owner, agreement, WORK));
        assertThat(result.kind()).isEqualTo(SubmitResult.Kind.CREATED);
        return result.job().orElseThrow();
    }

    SubmitRequest request(String owner, String agreement, Workflow workflow) {
        return Samples.submission(Samples.jobId(random), owner, agreement, workflow);
    }

    Job job(JobId id) {
        return store().get(id).orElseThrow();
    }

    ImmutableList<JobId> claim(EngineId engine) {
        ImmutableList.Builder<JobId> all = ImmutableList.builder();
        ImmutableList<JobId> some = store().claim(engine, ROOM, 50);
        while (!some.isEmpty()) {
            all.addAll(some);
            some = store().claim(engine, ROOM, 50);
        }
        return all.build();
    }

    Transition move(Job job, JobStatus status) {
        Attempt next = job.attempt().toBuilder().moveTo(status, store().now()).build();
        return new Transition(job.withAttempt(next), store().now(), "to " + status);
    }

    boolean commit(EngineId engine, Transition transition) {
        return store().commit(engine, ImmutableList.of(transition))
                .contains(transition.next().id());
    }

    Job finish(JobId id, Outcome outcome) {
        Job job = job(id);
        Attempt ended = job.attempt().toBuilder()
                .finish(JobStatus.COMPLETED, outcome, "done", store().now())
                .build();
        assertThat(commit(a, new Transition(job.withAttempt(ended), store().now(), "end")))
                .isTrue();
        return job(id);
    }

    Job leaveCluster(JobId id) {
        Job job = job(id);
        assertThat(commit(a, new Transition(job.withLowestAttempt(job.attempt().number() + 1), store().now(), "gone")))
                .isTrue();
        return job(id);
    }

    JobId stopped(String owner, String agreement) {
        JobId id = submit(owner, agreement);
        claim(a);
        finish(id, Outcome.STOPPED);
        leaveCluster(id);
        return id;
    }

    List<JobId> list(JobQuery query) {
        return store().query(query).jobs().stream().map(Job::id).toList();
    }
}
