package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableTable;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.port.Environment;
import io.c2d.core.port.QueueDepth;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Subscription;
import io.c2d.core.port.WishRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who is claimed when room is scarce, what waits, and how engines learn of what callers wrote. */
abstract class JobStoreClaims extends JobStoreFencing {
    private static ImmutableMap<String, Environment> quotas(int jobs, int jobsPerOwner) {
        return environment(
                Environment.defaults("default").withQuotas(new Environment.Quotas(jobs, jobsPerOwner, 1_000, 1_000)));
    }

    private static ImmutableMap<String, Environment> environment(Environment environment) {
        return ImmutableMap.of(environment.name(), environment);
    }

    private static ImmutableMap<String, Environment> oneThatWaitsForOneSecond() {
        Environment.PhaseLimits limits = Environment.PhaseLimits.DEFAULTS;
        return environment(Environment.defaults("default")
                .withMaxJobs(1)
                .withLimits(new Environment.PhaseLimits(
                        Duration.ofSeconds(1),
                        limits.volumes(),
                        limits.staging(),
                        limits.scheduling(),
                        limits.filtering(),
                        limits.publishing(),
                        limits.lost())));
    }

    private List<JobId> submitMany(String owner, int count) {
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(submit(owner, owner + " " + i));
        }
        return ids;
    }

    final WishRequest stop(JobId id) {
        return new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null);
    }

    final WishRequest delete(JobId id) {
        return new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, null);
    }

    final SubmitRequest inEnvironment(String environment, String owner, String agreement) {
        return new SubmitRequest(
                new Owner(owner), agreement, WORK, environment, null, Samples.jobId(random), null, null);
    }

    // --- fairness and quotas

    @Test
    void ownersTakeTurnsHoweverManyJobsOneOfThemHas() {
        List<JobId> greedy = submitMany("greedy", 5);
        JobId modest = submit("modest", "one");
        JobId late = submit("late", "one");
        assertThat(store().claim(a, quotas(4, 4), 10))
                .containsExactlyInAnyOrder(greedy.get(0), modest, late, greedy.get(1));
        finish(greedy.get(0), Outcome.SUCCEEDED);
        JobId again = submit("modest", "two");
        JobId third = submit("third", "one");
        // Of "greedy" and "modest" one job runs each, of "third" none.
        assertThat(store().claim(a, quotas(4, 4), 10)).containsExactly(third);
        finish(greedy.get(1), Outcome.SUCCEEDED);
        finish(third, Outcome.SUCCEEDED);
        assertThat(store().claim(a, quotas(4, 4), 1)).containsExactly(greedy.get(2));
        // Now one runs of each, and owners go round.
        assertThat(store().claim(a, quotas(4, 4), 1)).containsExactly(again);
        assertThat(store().claim(a, quotas(5, 5), 1)).containsExactly(greedy.get(3));
    }

    @Test
    void ownersTakeTurnsWhereThereIsOnePlaceToo() {
        List<JobId> hog = submitMany("hog", 4);
        JobId mouse = submit("mouse", "one");
        JobId ant = submit("ant", "one");
        List<JobId> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            JobId next = store().claim(a, quotas(1, 1), 10).get(0);
            finish(next, Outcome.SUCCEEDED);
            order.add(next);
        }
        assertThat(order.subList(0, 3)).containsExactlyInAnyOrder(hog.get(0), mouse, ant);
        assertThat(order.subList(3, 6)).containsExactlyElementsOf(hog.subList(1, 4));
    }

    @Test
    void asManyBusyOwnersAsPlacesHoldUpNoOther() {
        List<JobId> first = submitMany("hog a", 3);
        List<JobId> second = submitMany("hog b", 3);
        JobId mouse = submit("mouse", "one");
        assertThat(store().claim(a, quotas(2, 2), 10)).containsExactly(first.get(0), second.get(0));
        finish(first.get(0), Outcome.SUCCEEDED);
        assertThat(store().claim(a, quotas(2, 2), 10)).containsExactly(mouse);
        finish(second.get(0), Outcome.SUCCEEDED);
        assertThat(store().claim(a, quotas(2, 2), 10)).containsExactly(first.get(1));
        finish(mouse, Outcome.SUCCEEDED);
        assertThat(store().claim(a, quotas(2, 2), 10)).containsExactly(second.get(1));
    }

    @Test
    void aFewAreTakenInTheSameOrderAsMany() {
        List<JobId> greedy = submitMany("greedy", 3);
        JobId modest = submit("modest", "one");
        List<JobId> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            taken.addAll(store().claim(a, quotas(4, 4), 1));
        }
        assertThat(taken).containsExactly(greedy.get(0), modest, greedy.get(1), greedy.get(2));
    }

    @Test
    void noOwnerRunsMoreThanItsShare() {
        List<JobId> greedy = submitMany("greedy", 4);
        JobId modest = submit("modest", "one");
        assertThat(store().claim(a, quotas(10, 2), 10)).containsExactlyInAnyOrder(greedy.get(0), greedy.get(1), modest);
        assertThat(store().claim(a, quotas(10, 2), 10)).isEmpty();
        finish(greedy.get(1), Outcome.SUCCEEDED);
        assertThat(store().claim(a, quotas(10, 2), 10)).containsExactly(greedy.get(2));
    }

    @Test
    void aShareIsOfOneEnvironment() {
        JobId here = submit("me", "one");
        JobId there = store().submit(inEnvironment("other", "me", "two")).job().orElseThrow();
        ImmutableMap<String, Environment> both = ImmutableMap.of(
                "default",
                Environment.defaults("default").withMaxJobs(1),
                "other",
                Environment.defaults("other").withMaxJobs(1));
        assertThat(store().claim(a, both, 10)).containsExactlyInAnyOrder(here, there);
    }

    @Test
    void manyEnginesAtOnceNeverPassALimit() throws Exception {
        submitMany("one", 20);
        submitMany("two", 20);
        submitMany("three", 20);
        ImmutableMap<String, Environment> scarce = quotas(7, 3);
        List<Callable<List<JobId>>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            EngineId engine = EngineId.create(random);
            store().openLease(engine, Duration.ofMinutes(5));
            calls.add(() -> store().claim(engine, scarce, 3));
        }
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<JobId> taken = new ArrayList<>();
        try {
            for (Future<List<JobId>> answer : pool.invokeAll(calls)) {
                taken.addAll(answer.get());
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(taken).hasSize(7).doesNotHaveDuplicates();
        assertThat(taken.stream()
                        .collect(Collectors.groupingBy(
                                id -> job(id).submission().owner().key(), Collectors.counting()))
                        .values())
                .allMatch(count -> count <= 3);
    }

    @Test
    void aJobThatHasWaitedTooLongIsClaimedWithoutRoom() throws Exception {
        ImmutableMap<String, Environment> one = oneThatWaitsForOneSecond();
        JobId first = submit("me", "1");
        JobId second = submit("me", "2");
        assertThat(store().claim(a, one, 10)).containsExactly(first);
        assertThat(store().claim(a, one, 10)).isEmpty();
        pass(Duration.ofMillis(1_200));
        assertThat(store().claim(a, one, 10)).containsExactly(second);
    }

    @Test
    void aRestartedJobWaitsAnew() throws Exception {
        JobId id = stopped("me", "one");
        pass(Duration.ofMillis(1_200));
        JobId other = submit("me", "other");
        ImmutableMap<String, Environment> one = oneThatWaitsForOneSecond();
        assertThat(store().claim(a, one, 10)).containsExactly(other);
        assertThat(store().submit(request("me", "one", WORK)).kind()).isEqualTo(SubmitResult.Kind.RESTARTED);
        assertThat(store().claim(a, one, 10)).isEmpty();
        pass(Duration.ofMillis(1_200));
        assertThat(store().claim(a, one, 10)).containsExactly(id);
    }

    @Test
    void aRestartedJobOfADeadEngineWaitsForRoomLikeAnyOther() {
        JobId id = stopped("me", "one");
        store().openLease(b, Duration.ofMinutes(5));
        JobId other = submit("me", "other");
        assertThat(store().claim(b, quotas(1, 1), 10)).containsExactly(other);
        store().submit(request("me", "one", WORK));
        store().releaseLease(a);
        assertThat(store().claim(b, quotas(1, 1), 10)).isEmpty();
        assertThat(store().claim(b, quotas(2, 2), 10)).containsExactly(id);
    }

    @Test
    void aDeleteOfAnEndedJobIsCarriedOutThoughItsEngineIsDead() {
        JobId id = stopped("me", "one");
        store().openLease(b, Duration.ofMinutes(5));
        store().releaseLease(a);
        assertThat(claim(b)).isEmpty();
        store().wish(delete(id));
        assertThat(claim(b)).containsExactly(id);
        assertThat(job(id).holdsCapacity()).isFalse();
    }

    @Test
    void nothingIsClaimedWithoutALivingLease() {
        submit("me", "one");
        assertThat(store().claim(b, ROOM, 10)).isEmpty();
        store().releaseLease(a);
        assertThat(store().claim(a, ROOM, 10)).isEmpty();
    }

    // --- wishes that nobody told of

    @Test
    void aWishIsUnseenUntilTheEngineWritesTheJob() {
        JobId id = submit("me", "one");
        claim(a);
        assertThat(store().unseenWishes(a, 10)).isEmpty();
        store().wish(stop(id));
        assertThat(store().unseenWishes(a, 10)).containsExactly(id);
        assertThat(store().unseenWishes(b, 10)).isEmpty();
        assertThat(commit(a, move(job(id), JobStatus.STARTED))).isTrue();
        assertThat(store().unseenWishes(a, 10)).isEmpty();
        store().wish(delete(id));
        assertThat(store().unseenWishes(a, 10)).containsExactly(id);
    }

    @Test
    void aWishThatChangesNothingIsNotUnseen() {
        JobId id = submit("me", "one");
        claim(a);
        store().wish(stop(id));
        commit(a, move(job(id), JobStatus.STARTED));
        store().wish(stop(id));
        assertThat(store().unseenWishes(a, 10)).isEmpty();
    }

    @Test
    void aClaimHasSeenTheWish() {
        JobId id = submit("me", "one");
        store().wish(stop(id));
        assertThat(store().unseenWishes(a, 10)).isEmpty();
        claim(a);
        assertThat(store().unseenWishes(a, 10)).isEmpty();
    }

    @Test
    void unseenWishesAreAsManyAsAskedFor() {
        List<JobId> ids = submitMany("me", 5);
        claim(a);
        ids.forEach(id -> store().wish(stop(id)));
        assertThat(store().unseenWishes(a, 3)).hasSize(3);
        assertThat(store().unseenWishes(a, 10)).containsExactlyInAnyOrderElementsOf(ids);
    }

    // --- the queue's depth

    @Test
    void theQueueIsWhatWaitsForRoom() {
        assertThat(store().queueDepth()).isEqualTo(QueueDepth.EMPTY);
        List<JobId> mine = submitMany("me", 3);
        submit("0xABCDEF0000000000000000000000000000000001", "one");
        store().submit(inEnvironment("other", "me", "there"));
        assertThat(store().queueDepth().waiting())
                .isEqualTo(ImmutableTable.builder()
                        .put("default", "me", 3)
                        .put("default", "0xabcdef0000000000000000000000000000000001", 1)
                        .put("other", "me", 1)
                        .build());
        store().wish(stop(mine.get(2)));
        assertThat(store().queueDepth().of("default", "me")).isEqualTo(2);
        claim(a);
        assertThat(store().queueDepth()).isEqualTo(QueueDepth.EMPTY);
        stopped("me", "again");
        store().submit(request("me", "again", WORK));
        assertThat(store().queueDepth().in("default")).isEqualTo(1);
    }

    @Test
    void aFullQueueTakesNothingNew() {
        SubmitResult full = store().submit(request("me", "one", WORK).withFullQueues(ImmutableSet.of("default")));
        assertThat(full.kind()).isEqualTo(SubmitResult.Kind.QUEUE_FULL);
        assertThat(store().queueDepth()).isEqualTo(QueueDepth.EMPTY);
        JobId id = submit("me", "one");
        SubmitResult second = store().submit(request("me", "one", WORK).withFullQueues(ImmutableSet.of("default")));
        assertThat(second).isEqualTo(SubmitResult.of(SubmitResult.Kind.AGREEMENT_RUNNING, id));
    }

    @Test
    void aRestartWaitsInTheEnvironmentOfItsJobWhateverTheRequestSays() {
        JobId id = submit("me", "one");
        store().wish(stop(id));
        claim(a);
        finish(id, Outcome.STOPPED);
        SubmitRequest again =
                new SubmitRequest(new Owner("me"), "one", null, "elsewhere", null, Samples.jobId(random), null, null);
        assertThat(store().submit(again.withFullQueues(ImmutableSet.of("default")))
                        .kind())
                .isEqualTo(SubmitResult.Kind.QUEUE_FULL);
        assertThat(store().submit(again.withFullQueues(ImmutableSet.of("elsewhere")))
                        .kind())
                .isEqualTo(SubmitResult.Kind.RESTARTED);
    }

    // --- watch

    @Test
    void watchersAreToldOfWhatCallersWroteAndOfNothingElse() {
        List<JobId> told = Collections.synchronizedList(new ArrayList<>());
        Subscription watch = store().watch(told::add);
        JobId id = submit("me", "one");
        store().submit(request("me", "one", WORK));
        claim(a);
        store().wish(stop(id));
        store().wish(stop(id));
        finish(id, Outcome.STOPPED);
        leaveCluster(id);
        assertThat(told).containsExactly(id, id);
        store().submit(request("me", "one", WORK));
        assertThat(told).containsExactly(id, id, id);
        watch.close();
        watch.close();
        submit("me", "two");
        assertThat(told).hasSize(3);
    }

    @Test
    void watchersAreToldThatAnEngineGaveItsJobsBack() {
        JobId id = submit("me", "one");
        claim(a);
        List<JobId> told = Collections.synchronizedList(new ArrayList<>());
        try (Subscription watch = store().watch(told::add)) {
            store().releaseLease(b);
            assertThat(told).isEmpty();
            store().releaseLease(a);
            assertThat(watch).isNotNull();
            assertThat(told).containsExactly(id);
        }
    }

    @Test
    void whatAWatcherIsToldOfIsStored() {
        List<Job> seen = Collections.synchronizedList(new ArrayList<>());
        try (Subscription watch = store().watch(id -> seen.add(job(id)))) {
            JobId id = submit("me", "one");
            assertThat(watch).isNotNull();
            assertThat(seen).extracting(Job::id).containsExactly(id);
        }
    }
}
