package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StopRequest;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Claims, leases and fenced commits. */
abstract class JobStoreFencing extends JobStoreSubmissions {
    // --- claim, lease, commit

    @Test
    void aJobIsClaimedOnceAndItsVersionRises() {
        JobId id = submit("me", "one");
        store().openLease(b, LEASE);
        assertThat(claim(a)).containsExactly(id);
        assertThat(claim(b)).isEmpty();
        Job job = job(id);
        assertThat(job.owner()).isEqualTo(a);
        assertThat(job.version()).isEqualTo(2);
        assertThat(store().history(id)).extracting(JobEvent::version).containsExactly(1L);
        assertThat(store().owned(a, Optional.empty(), 10)).containsExactly(id);
        assertThat(store().owned(b, Optional.empty(), 10)).isEmpty();
    }

    @Test
    void claimsKeepAnEnvironmentsLimit() {
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(submit("me", "a" + i));
        }
        ImmutableMap<String, Environment> two = room(2);
        List<JobId> taken = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            taken.addAll(store().claim(a, two, 1));
        }
        assertThat(taken).containsExactlyElementsOf(ids.subList(0, 2));
        finish(ids.get(0), Outcome.SUCCEEDED);
        assertThat(store().claim(a, two, 10)).containsExactly(ids.get(2));
    }

    @Test
    void aQueuedJobWithAWishOrWithoutAnEnvironmentIsClaimedRegardless() {
        JobId first = submit("me", "1");
        JobId second = submit("me", "2");
        ImmutableMap<String, Environment> one = room(1);
        assertThat(store().claim(a, one, 10)).containsExactly(first);
        assertThat(store().claim(a, one, 10)).isEmpty();
        store().wish(new WishRequest(ImmutableList.of(second), WishRequest.Wish.STOP, null));
        assertThat(store().claim(a, one, 10)).containsExactly(second);
        JobId third = submit("me", "3");
        assertThat(store().claim(a, ImmutableMap.of("other", Environment.defaults("other")), 10))
                .containsExactly(third);
    }

    @Test
    void aDeadEnginesJobsAreTakenOverAndItsWritesLost() throws Exception {
        store().openLease(b, LEASE);
        JobId id = submit("me", "one");
        assertThat(claim(b)).containsExactly(id);
        Job seenByB = job(id);
        assertThat(claim(a)).isEmpty();
        pass(LEASE.plusMillis(200));
        assertThat(store().renewLease(b, LEASE)).isEmpty();
        assertThat(commit(b, move(seenByB, JobStatus.STARTED))).isFalse();
        assertThat(claim(a)).containsExactly(id);
        assertThat(commit(b, move(job(id), JobStatus.STARTED))).isFalse();
        assertThat(commit(a, move(job(id), JobStatus.STARTED))).isTrue();
    }

    @Test
    void aRenewedLeaseLivesOnAndAReleasedOneEndsAtOnce() throws Exception {
        store().openLease(b, LEASE);
        JobId id = submit("me", "one");
        claim(b);
        pass(Duration.ofMillis(1_200));
        assertThat(store().renewLease(b, LEASE)).isPresent();
        pass(Duration.ofMillis(1_200));
        assertThat(claim(a)).isEmpty();
        store().releaseLease(b);
        assertThat(store().renewLease(b, LEASE)).isEmpty();
        assertThat(claim(a)).containsExactly(id);
    }

    @Test
    void anEngineIdIsUsedOnce() {
        assertThatThrownBy(() -> store().openLease(a, LEASE)).isInstanceOf(IllegalStateException.class);
        store().releaseLease(a);
        assertThatThrownBy(() -> store().openLease(a, LEASE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTransitionCountsOnlyAtTheVersionBefore() {
        JobId id = submit("me", "one");
        claim(a);
        Job seen = job(id);
        assertThat(commit(a, move(seen, JobStatus.STARTED))).isTrue();
        assertThat(commit(a, move(seen, JobStatus.STARTED))).isFalse();
        assertThat(store().history(id)).extracting(JobEvent::version).containsExactly(1L, 3L);
        assertThat(store().history(id))
                .extracting(JobEvent::status)
                .containsExactly(JobStatus.WARMING_UP, JobStatus.STARTED);
    }

    /** Registries, algorithms and clusters say what they like. */
    @Test
    void whateverCharactersAReasonHasItIsStored() {
        JobId id = submit("me", "one");
        claim(a);
        String strange = "a\0b\n\ud83d\ude00 \ud800";
        Attempt waits = job(id).attempt().toBuilder().waits("a\0b\ud83d\ude00").build();
        assertThat(commit(a, new Transition(job(id).withAttempt(waits), store().now(), strange)))
                .isTrue();
        assertThat(job(id).attempt().reason()).isEqualTo("a b\ud83d\ude00");
        assertThat(store().history(id)).last().extracting(JobEvent::note).isEqualTo("a b \ud83d\ude00 ?");
    }

    @Test
    void aWishGoesBetweenADecisionAndItsCommit() {
        JobId id = submit("me", "one");
        claim(a);
        Job seen = job(id);
        store().wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null));
        assertThat(commit(a, move(seen, JobStatus.STARTED))).isFalse();
        assertThat(job(id).wishes().stop()).isEqualTo(StopRequest.CALLED);
    }

    @Test
    void aGroupCountsWhereItCan() {
        JobId first = submit("me", "1");
        JobId second = submit("me", "2");
        claim(a);
        Transition good = move(job(first), JobStatus.STARTED);
        Transition stale = move(job(second), JobStatus.STARTED);
        store().wish(new WishRequest(ImmutableList.of(second), WishRequest.Wish.STOP, null));
        assertThat(store().commit(a, ImmutableList.of(good, stale))).containsExactly(first);
        assertThat(job(first).status()).isEqualTo(JobStatus.STARTED);
        assertThat(job(second).status()).isEqualTo(JobStatus.WARMING_UP);
        assertThat(store().history(second)).extracting(JobEvent::note).doesNotContain("to STARTED");
    }

    @Test
    void aStoredAttemptComesBackWhole() {
        JobId id = submit("me", "one");
        claim(a);
        Job job = job(id);
        Job rich = job.withAttempt(SampleAttempts.rich(job, a, store().now()));
        assertThat(commit(a, new Transition(rich, store().now(), "rich"))).isTrue();
        assertThat(job(id)).isEqualTo(rich);
    }

    @Test
    void manyEnginesClaimEachJobOnce() throws Exception {
        Set<JobId> all = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            all.add(submit("me", "a" + i));
        }
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<List<JobId>>> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                EngineId engine = EngineId.create(random);
                store().openLease(engine, Duration.ofMinutes(5));
                calls.add(() -> claimUntilNothingIsFree(engine));
            }
            List<JobId> taken = new ArrayList<>();
            for (Future<List<JobId>> answer : pool.invokeAll(calls)) {
                taken.addAll(answer.get());
            }
            taken.addAll(claim(a));
            assertThat(taken).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(all);
        } finally {
            pool.shutdownNow();
        }
    }

    private List<JobId> claimUntilNothingIsFree(EngineId engine) {
        List<JobId> taken = new ArrayList<>();
        for (int empty = 0; empty < 20; ) {
            ImmutableList<JobId> some = store().claim(engine, ROOM, 5);
            taken.addAll(some);
            empty = some.isEmpty() ? empty + 1 : 0;
        }
        return taken;
    }
}
