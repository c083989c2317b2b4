package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StopRequest;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.KnownAttempts;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Transition;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How ended jobs are deleted by time, tombstones are forgotten, and what a sweeper asks. */
abstract class JobStoreRetention extends JobStoreClaims {
    private static final Duration LONG = Duration.ofDays(1);
    private static final Duration SHORT = Duration.ofMillis(300);

    private ImmutableSet<JobId> expire(Duration otherwise) {
        return store().expire(ImmutableMap.of(), otherwise, 100);
    }

    private JobId tombstone(String agreement) {
        JobId id = stopped("me", agreement);
        store().wish(delete(id));
        assertThat(commit(a, new Transition(job(id).asTombstone(), store().now(), "removed")))
                .isTrue();
        return id;
    }

    @Test
    void whatEndedLongEnoughAgoIsDeletedOnce() throws Exception {
        JobId id = stopped("me", "one");
        JobId running = submit("me", "two");
        claim(a);
        Job before = job(id);
        assertThat(expire(LONG)).isEmpty();
        pass(SHORT.plusMillis(100));
        assertThat(expire(SHORT)).containsExactly(id);
        assertThat(expire(SHORT)).isEmpty();
        Job after = job(id);
        assertThat(after.version()).isEqualTo(before.version() + 1);
        assertThat(after.wishes().delete()).isTrue();
        assertThat(after.wishes().stop()).isEqualTo(StopRequest.NONE);
        assertThat(after.isOpen()).isTrue();
        assertThat(store().history(id)).last().extracting(JobEvent::note).isEqualTo("retention");
        assertThat(store().unseenWishes(a, 10)).containsExactly(id);
        assertThat(store().owned(a, Optional.empty(), 10)).containsExactlyInAnyOrder(id, running);
        assertThat(job(running).wishes().delete()).isFalse();
    }

    @Test
    void eachEnvironmentHasItsOwnTime() throws Exception {
        JobId here = stopped("me", "one");
        JobId there = store().submit(inEnvironment("other", "me", "two")).job().orElseThrow();
        claim(a);
        finish(there, Outcome.SUCCEEDED);
        pass(SHORT.plusMillis(100));
        assertThat(store().expire(ImmutableMap.of("default", LONG, "other", LONG), SHORT, 100))
                .isEmpty();
        assertThat(store().expire(ImmutableMap.of("default", LONG), SHORT, 100)).containsExactly(there);
        assertThat(store().expire(ImmutableMap.of("default", SHORT), LONG, 100)).containsExactly(here);
    }

    @Test
    void asManyExpireAsAskedFor() throws Exception {
        JobId first = stopped("me", "1");
        JobId second = stopped("me", "2");
        JobId third = stopped("me", "3");
        pass(SHORT);
        ImmutableSet<JobId> some = store().expire(ImmutableMap.of(), Duration.ZERO, 2);
        assertThat(some).hasSize(2);
        ImmutableSet<JobId> rest = store().expire(ImmutableMap.of(), Duration.ZERO, 2);
        assertThat(rest).hasSize(1).doesNotContainAnyElementsOf(some);
        assertThat(ImmutableSet.builder().addAll(some).addAll(rest).build())
                .containsExactlyInAnyOrder(first, second, third);
    }

    @Test
    void aRestartThatCameFirstWins() throws Exception {
        JobId id = stopped("me", "one");
        pass(SHORT);
        assertThat(store().submit(request("me", "one", WORK)).kind()).isEqualTo(SubmitResult.Kind.RESTARTED);
        assertThat(expire(Duration.ZERO)).isEmpty();
        assertThat(job(id).wishes().wantEnd()).isFalse();
    }

    @Test
    void aJobThatACallerDeletedDoesNotExpire() throws Exception {
        JobId id = stopped("me", "one");
        store().wish(delete(id));
        Job deleted = job(id);
        pass(SHORT);
        assertThat(expire(Duration.ZERO)).isEmpty();
        assertThat(job(id)).isEqualTo(deleted);
    }

    @Test
    void tombstonesAreForgottenWithTheirHistory() throws Exception {
        JobId gone = tombstone("one");
        JobId deleted = stopped("me", "two");
        store().wish(delete(deleted));
        JobId kept = stopped("me", "three");
        assertThat(store().purge(LONG, 100)).isZero();
        pass(SHORT.plusMillis(100));
        assertThat(store().purge(SHORT, 100)).isEqualTo(1);
        assertThat(store().purge(SHORT, 100)).isZero();
        assertThat(store().get(gone)).isEmpty();
        assertThat(store().history(gone)).isEmpty();
        assertThat(list(new JobQuery(null, null, null, JobQuery.State.ANY, null, 10)))
                .containsExactly(kept, deleted);
        assertThat(store().history(deleted)).isNotEmpty();
        // The agreement is as one that never was.
        assertThat(submit("me", "one")).isNotEqualTo(gone);
    }

    @Test
    void asManyAreForgottenAsAskedFor() throws Exception {
        for (int i = 0; i < 3; i++) {
            tombstone("agreement " + i);
        }
        pass(SHORT);
        assertThat(store().purge(Duration.ZERO, 2)).isEqualTo(2);
        assertThat(store().purge(Duration.ZERO, 2)).isEqualTo(1);
    }

    @Test
    void whatIsKnownOfAttemptsIsToldOfJobsThatAreThere() {
        JobId waiting = submit("me", "one");
        JobId gone = tombstone("two");
        JobId again = stopped("me", "three");
        store().submit(request("me", "three", WORK));
        ImmutableSet.Builder<JobId> asked = ImmutableSet.<JobId>builder().add(waiting, gone, again);
        for (int i = 0; i < 1_000; i++) {
            asked.add(Samples.jobId(random));
        }
        assertThat(store().known(asked.build()))
                .containsOnly(
                        Map.entry(waiting, new KnownAttempts(1, 1, false)),
                        Map.entry(gone, new KnownAttempts(2, 1, true)),
                        Map.entry(again, new KnownAttempts(2, 2, false)));
        assertThat(store().known(ImmutableSet.of())).isEmpty();
    }

    @Test
    void aJobThatCanBeReadIsNotQuarantined() {
        JobId id = submit("me", "one");
        claim(a);
        Job before = job(id);
        assertThat(store().quarantine(a, id, "a test")).isFalse();
        assertThat(store().quarantine(b, id, "a test")).isFalse();
        assertThat(store().quarantine(a, Samples.jobId(random), "a test")).isFalse();
        assertThat(job(id)).isEqualTo(before);
    }
}
