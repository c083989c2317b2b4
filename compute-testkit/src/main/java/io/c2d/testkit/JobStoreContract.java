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
import io.c2d.core.model.Owner;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.IdempotencyKey;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link JobStore} must do. An adapter's test extends it, gives an empty store for each test, and says how time
 * passes in it.
 */
public abstract class JobStoreContract {
    /** The lease in these tests: short, since a real store's time really passes. */
    private static final Duration LEASE = Duration.ofSeconds(2);

    private static final ImmutableMap<String, Integer> ROOM = ImmutableMap.of("default", 100);
    private static final Workflow WORK = Samples.shell("echo 1");
    private static final Workflow OTHER_WORK = Samples.shell("echo 2");

    private final Random random = new Random(20_261_124);
    private @Nullable JobStore opened;
    private EngineId a = EngineId.create(random);
    private EngineId b = EngineId.create(random);

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

    private JobId submit(String owner, String agreement) {
        SubmitResult result = store().submit(request(owner, agreement, WORK));
        assertThat(result.kind()).isEqualTo(SubmitResult.Kind.CREATED);
        return result.job().orElseThrow();
    }

    private SubmitRequest request(String owner, String agreement, Workflow workflow) {
        return Samples.submission(Samples.jobId(random), owner, agreement, workflow);
    }

    private Job job(JobId id) {
        return store().get(id).orElseThrow();
    }

    private ImmutableList<JobId> claim(EngineId engine) {
        ImmutableList.Builder<JobId> all = ImmutableList.builder();
        ImmutableList<JobId> some = store().claim(engine, ROOM, 50);
        while (!some.isEmpty()) {
            all.addAll(some);
            some = store().claim(engine, ROOM, 50);
        }
        return all.build();
    }

    private Transition move(Job job, JobStatus status) {
        Attempt next = job.attempt().toBuilder().moveTo(status, store().now()).build();
        return new Transition(job.withAttempt(next), store().now(), "to " + status);
    }

    private boolean commit(EngineId engine, Transition transition) {
        return store().commit(engine, ImmutableList.of(transition))
                .contains(transition.next().id());
    }

    private Job finish(JobId id, Outcome outcome) {
        Job job = job(id);
        Attempt ended = job.attempt().toBuilder()
                .finish(JobStatus.COMPLETED, outcome, "done", store().now())
                .build();
        assertThat(commit(a, new Transition(job.withAttempt(ended), store().now(), "end")))
                .isTrue();
        return job(id);
    }

    private Job leaveCluster(JobId id) {
        Job job = job(id);
        assertThat(commit(a, new Transition(job.withLowestAttempt(job.attempt().number() + 1), store().now(), "gone")))
                .isTrue();
        return job(id);
    }

    private JobId stopped(String owner, String agreement) {
        JobId id = submit(owner, agreement);
        claim(a);
        finish(id, Outcome.STOPPED);
        leaveCluster(id);
        return id;
    }

    // --- create

    @Test
    void aSubmittedJobIsStoredAsItCame() {
        Instant before = store().now();
        SubmitRequest request = request("0xABCDEF0000000000000000000000000000000001", "agreement", WORK);
        JobId id = store().submit(request).job().orElseThrow();

        Job job = job(id);
        assertThat(id).isEqualTo(request.newId());
        assertThat(job.version()).isEqualTo(1);
        assertThat(job.status()).isEqualTo(JobStatus.WARMING_UP);
        assertThat(job.owner()).isNull();
        assertThat(job.submission().owner().text()).isEqualTo("0xABCDEF0000000000000000000000000000000001");
        assertThat(job.submission().agreementId()).isEqualTo("agreement");
        assertThat(job.submission().workflow()).isEqualTo(WORK);
        assertThat(job.submission().created()).isBetween(before, store().now());
        assertThat(store().history(id)).extracting(JobEvent::version).containsExactly(1L);
    }

    @Test
    void anUnknownJobIsNotThere() {
        assertThat(store().get(Samples.jobId(random))).isEmpty();
        assertThat(store().history(Samples.jobId(random))).isEmpty();
    }

    @Test
    void aRunningAgreementTakesNoSecondJob() {
        JobId first = submit("me", "one");
        SubmitResult second = store().submit(request("me", "one", OTHER_WORK));
        assertThat(second.kind()).isEqualTo(SubmitResult.Kind.AGREEMENT_RUNNING);
        assertThat(second.job()).contains(first);
        assertThat(submit("me", "two")).isNotEqualTo(first);
        assertThat(submit("you", "one")).isNotEqualTo(first);
    }

    @Test
    void anAddressIsTheSameOwnerInAnyLetterCase() {
        JobId first = submit("0xABCDEF0000000000000000000000000000000001", "one");
        SubmitResult second = store().submit(request("0xabcdef0000000000000000000000000000000001", "one", WORK));
        assertThat(second.job()).contains(first);
        assertThat(submit("Me", "one")).isNotEqualTo(submit("me", "one"));
    }

    @Test
    void manyAtOnceForOneAgreementMakeOneJob() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<SubmitResult>> calls = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                SubmitRequest request = request("me", "one", WORK);
                calls.add(() -> store().submit(request));
            }
            int created = 0;
            for (Future<SubmitResult> answer : pool.invokeAll(calls)) {
                created += answer.get().kind() == SubmitResult.Kind.CREATED ? 1 : 0;
            }
            assertThat(created).isEqualTo(1);
            assertThat(list(new JobQuery(null, new Owner("me"), null, JobQuery.State.ANY, null, 100)))
                    .hasSize(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void anAgreementMayStartAnotherJobOnceItsJobsHaveEnded() {
        JobId first = submit("me", "one");
        claim(a);
        finish(first, Outcome.SUCCEEDED);
        SubmitResult second = store().submit(request("me", "one", WORK));
        assertThat(second.kind()).isEqualTo(SubmitResult.Kind.CREATED);
        assertThat(second.job()).isNotEqualTo(Optional.of(first));
    }

    // --- restart

    @Test
    void aStoppedJobIsRestartedByTheSameWork() {
        JobId id = stopped("me", "one");
        Job before = job(id);
        SubmitResult result = store().submit(request("me", "one", WORK));

        assertThat(result).isEqualTo(SubmitResult.of(SubmitResult.Kind.RESTARTED, id));
        Job after = job(id);
        assertThat(after.version()).isEqualTo(before.version() + 1);
        assertThat(after.attempt().number()).isEqualTo(2);
        assertThat(after.status()).isEqualTo(JobStatus.WARMING_UP);
        assertThat(after.outcome()).isEmpty();
        assertThat(after.wishes().stop()).isEqualTo(StopRequest.NONE);
        assertThat(after.submission().created()).isEqualTo(before.submission().created());
        assertThat(after.owner()).isEqualTo(a);
        assertThat(after.isOwnedBy(a)).isFalse();
        assertThat(claim(a)).containsExactly(id);
    }

    @Test
    void aStoppedJobIsRestartedByNamingItsAgreementOrItself() {
        JobId id = stopped("me", "one");
        SubmitRequest byAgreement =
                new SubmitRequest(new Owner("me"), "one", null, "default", null, Samples.jobId(random), null, null);
        assertThat(store().submit(byAgreement).kind()).isEqualTo(SubmitResult.Kind.RESTARTED);
        claim(a);
        finish(id, Outcome.TIMED_OUT);
        SubmitRequest byJob =
                new SubmitRequest(new Owner("me"), null, null, "default", id, Samples.jobId(random), null, null);
        assertThat(store().submit(byJob).kind()).isEqualTo(SubmitResult.Kind.RESTARTED);
        assertThat(job(id).attempt().number()).isEqualTo(3);
    }

    @Test
    void otherWorkMakesAnotherJob() {
        JobId id = stopped("me", "one");
        SubmitResult result = store().submit(request("me", "one", OTHER_WORK));
        assertThat(result.kind()).isEqualTo(SubmitResult.Kind.CREATED);
        assertThat(job(id).attempt().number()).isEqualTo(1);
    }

    @Test
    void whatCannotBeRestartedIsRefused() {
        JobId done = submit("me", "one");
        claim(a);
        finish(done, Outcome.SUCCEEDED);
        JobId named = submit("me", "two");
        Owner me = new Owner("me");
        assertThat(store().submit(new SubmitRequest(me, null, null, "default", done, Samples.jobId(random), null, null))
                        .kind())
                .isEqualTo(SubmitResult.Kind.NOT_RESTARTABLE);
        assertThat(store().submit(
                                new SubmitRequest(me, null, null, "default", named, Samples.jobId(random), null, null))
                        .kind())
                .isEqualTo(SubmitResult.Kind.NOT_RESTARTABLE);
        assertThat(store().submit(new SubmitRequest(
                                new Owner("you"), null, null, "default", done, Samples.jobId(random), null, null))
                        .kind())
                .isEqualTo(SubmitResult.Kind.NOT_FOUND);
        assertThat(store().submit(
                                new SubmitRequest(me, "one", null, "default", null, Samples.jobId(random), null, null))
                        .kind())
                .isEqualTo(SubmitResult.Kind.NOTHING_TO_RESTART);
    }

    @Test
    void aDeletedJobIsNotRestarted() {
        JobId id = stopped("me", "one");
        store().wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, null));
        assertThat(store().submit(request("me", "one", WORK)).kind()).isEqualTo(SubmitResult.Kind.CREATED);
    }

    // --- idempotency key and nonce

    @Test
    void aRepeatedKeyGivesTheFirstAnswer() {
        IdempotencyKey key = new IdempotencyKey("k", "hash", Duration.ofHours(24));
        SubmitRequest first = keyed("me", "one", key);
        JobId id = store().submit(first).job().orElseThrow();
        SubmitResult again = store().submit(keyed("me", "one", key));
        assertThat(again).isEqualTo(new SubmitResult(SubmitResult.Kind.CREATED, id, true));
        assertThat(store().submit(keyed("me", "two", new IdempotencyKey("k", "other", Duration.ofHours(24))))
                        .kind())
                .isEqualTo(SubmitResult.Kind.KEY_REUSED);
        assertThat(store().submit(keyed("you", "one", key)).kind()).isEqualTo(SubmitResult.Kind.CREATED);
    }

    @Test
    void aRefusalIsNotRemembered() {
        JobId running = submit("me", "one");
        IdempotencyKey key = new IdempotencyKey("k", "hash", Duration.ofHours(24));
        assertThat(store().submit(keyed("me", "one", key)).kind()).isEqualTo(SubmitResult.Kind.AGREEMENT_RUNNING);
        claim(a);
        finish(running, Outcome.SUCCEEDED);
        assertThat(store().submit(keyed("me", "one", key)).kind()).isEqualTo(SubmitResult.Kind.CREATED);
    }

    @Test
    void aKeyIsForgottenAfterItsTime() throws Exception {
        IdempotencyKey key = new IdempotencyKey("k", "hash", Duration.ofSeconds(1));
        JobId id = store().submit(keyed("me", "one", key)).job().orElseThrow();
        claim(a);
        finish(id, Outcome.SUCCEEDED);
        pass(Duration.ofMillis(1_200));
        assertThat(store().submit(keyed("me", "one", key)).repeated()).isFalse();
    }

    @Test
    void aNonceIsTakenOnceAndAnExactRepeatGetsTheFirstAnswer() {
        NonceUse nonce = nonce("1", "h1");
        SubmitRequest first = signed("me", "one", nonce);
        JobId id = store().submit(first).job().orElseThrow();
        assertThat(store().submit(signed("me", "one", nonce)))
                .isEqualTo(new SubmitResult(SubmitResult.Kind.CREATED, id, true));
        assertThat(store().submit(signed("me", "two", nonce("1", "h2"))).kind())
                .isEqualTo(SubmitResult.Kind.NONCE_REUSED);
        WishRequest stop = new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, nonce("2", "h3"));
        assertThat(store().wish(stop).kind()).isEqualTo(WishResult.Kind.STORED);
        assertThat(store().wish(stop).kind()).isEqualTo(WishResult.Kind.REPEATED);
        assertThat(store().wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, nonce("2", "h4")))
                        .kind())
                .isEqualTo(WishResult.Kind.NONCE_REUSED);
        assertThat(job(id).wishes().delete()).isFalse();
    }

    @Test
    void aRefusedSubmissionUsesUpNoNonce() {
        JobId running = submit("me", "one");
        NonceUse nonce = nonce("1", "h1");
        assertThat(store().submit(signed("me", "one", nonce)).kind()).isEqualTo(SubmitResult.Kind.AGREEMENT_RUNNING);
        claim(a);
        finish(running, Outcome.SUCCEEDED);
        assertThat(store().submit(signed("me", "one", nonce)).repeated()).isFalse();
    }

    private SubmitRequest keyed(String owner, String agreement, IdempotencyKey key) {
        return new SubmitRequest(new Owner(owner), agreement, WORK, "default", null, Samples.jobId(random), key, null);
    }

    private SubmitRequest signed(String owner, String agreement, NonceUse nonce) {
        return new SubmitRequest(
                new Owner(owner), agreement, WORK, "default", null, Samples.jobId(random), null, nonce);
    }

    private NonceUse nonce(String text, String hash) {
        return new NonceUse("0x01", text, hash, store().now().plus(Duration.ofMinutes(10)));
    }

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
        ImmutableMap<String, Integer> two = ImmutableMap.of("default", 2);
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
        ImmutableMap<String, Integer> one = ImmutableMap.of("default", 1);
        assertThat(store().claim(a, one, 10)).containsExactly(first);
        assertThat(store().claim(a, one, 10)).isEmpty();
        store().wish(new WishRequest(ImmutableList.of(second), WishRequest.Wish.STOP, null));
        assertThat(store().claim(a, one, 10)).containsExactly(second);
        JobId third = submit("me", "3");
        assertThat(store().claim(a, ImmutableMap.of("other", 1), 10)).containsExactly(third);
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

    // --- wishes

    @Test
    void theFirstStopWinsAndARepeatChangesNothing() {
        JobId id = submit("me", "one");
        WishRequest stop = new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null);
        assertThat(store().wish(stop).changed()).containsExactly(id);
        Job once = job(id);
        assertThat(once.wishes().stop()).isEqualTo(StopRequest.CALLED);
        assertThat(store().wish(stop).changed()).isEmpty();
        assertThat(job(id)).isEqualTo(once);
    }

    @Test
    void aStopChangesNothingOnAJobThatHasEndedButADeleteDoes() {
        JobId id = stopped("me", "one");
        Job ended = job(id);
        assertThat(ended.isOpen()).isFalse();
        assertThat(store().wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null))
                        .changed())
                .isEmpty();
        assertThat(job(id)).isEqualTo(ended);
        assertThat(store().wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, null))
                        .changed())
                .containsExactly(id);
        assertThat(job(id).isOpen()).isTrue();
        assertThat(store().owned(a, Optional.empty(), 10)).containsExactly(id);
    }

    @Test
    void aDeleteOfARunningJobStopsItToo() {
        JobId id = submit("me", "one");
        store().wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, null));
        assertThat(job(id).wishes().stop()).isEqualTo(StopRequest.CALLED);
        assertThat(job(id).wishes().delete()).isTrue();
    }

    @Test
    void aWishForAnUnknownJobDoesNothing() {
        JobId unknown = Samples.jobId(random);
        assertThat(store().wish(new WishRequest(ImmutableList.of(unknown), WishRequest.Wish.STOP, null))
                        .changed())
                .isEmpty();
    }

    // --- lists

    @Test
    void listsAreNewestFirstByStoredOrderAndPaged() {
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.add(0, submit("me", "a" + i));
        }
        submit("you", "a0");
        List<JobId> seen = new ArrayList<>();
        Optional<Long> cursor = Optional.empty();
        int pages = 0;
        do {
            JobPage page = store().query(
                            new JobQuery(null, new Owner("me"), null, JobQuery.State.PRESENT, cursor.orElse(null), 3));
            page.jobs().forEach(job -> seen.add(job.id()));
            cursor = page.nextCursor();
            pages++;
        } while (cursor.isPresent());
        assertThat(seen).containsExactlyElementsOf(ids);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void listsFilterByEverythingTheyCan() {
        JobId running = submit("me", "one");
        claim(a);
        finish(running, Outcome.SUCCEEDED);
        JobId second = submit("me", "one");
        JobId gone = stopped("me", "three");
        store().wish(new WishRequest(ImmutableList.of(gone), WishRequest.Wish.DELETE, null));
        Job deleted = job(gone);
        assertThat(commit(a, new Transition(deleted.asTombstone(), store().now(), "removed")))
                .isTrue();

        assertThat(list(new JobQuery(null, null, "one", JobQuery.State.ANY, null, 10)))
                .containsExactly(second, running);
        assertThat(list(new JobQuery(null, null, "one", JobQuery.State.RUNNING, null, 10)))
                .containsExactly(second);
        assertThat(list(new JobQuery(null, null, null, JobQuery.State.REMOVED, null, 10)))
                .containsExactly(gone);
        assertThat(list(new JobQuery(null, new Owner("me"), null, JobQuery.State.PRESENT, null, 10)))
                .containsExactly(second, running);
        assertThat(list(new JobQuery(gone, null, null, JobQuery.State.ANY, null, 10)))
                .containsExactly(gone);
        assertThat(list(new JobQuery(gone, new Owner("you"), null, JobQuery.State.ANY, null, 10)))
                .isEmpty();
    }

    private List<JobId> list(JobQuery query) {
        return store().query(query).jobs().stream().map(Job::id).toList();
    }

    // --- the rest

    @Test
    void aKeptValueIsTheFirstOne() {
        assertThat(store().keep("key", () -> "first")).isEqualTo("first");
        assertThat(store().keep("key", () -> "second")).isEqualTo("first");
        assertThat(store().installation()).isNotBlank().isEqualTo(store().installation());
    }
}
