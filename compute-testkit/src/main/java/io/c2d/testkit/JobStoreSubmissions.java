package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StopRequest;
import io.c2d.core.port.IdempotencyKey;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Create, restart, idempotency keys and nonces. */
abstract class JobStoreSubmissions extends JobStoreFixture {
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
    void manyAreReadAtOnceAndWhatIsNotThereIsLeftOut() {
        JobId first = submit("me", "one");
        submit("me", "two");
        JobId third = submit("me", "three");
        assertThat(store().getAll(ImmutableSet.of(third, Samples.jobId(random), first)))
                .isEqualTo(Map.of(
                        first, store().get(first).orElseThrow(),
                        third, store().get(third).orElseThrow()));
        assertThat(store().getAll(ImmutableSet.of())).isEmpty();
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

    /** It may be a repeat of one that is forgotten by now. */
    @Test
    void aSignedRequestThatCameTooLateIsRefused() {
        JobId id = submit("me", "one");
        NonceUse over = new NonceUse("signer", "n", "hash", store().now().minusSeconds(1));
        SubmitRequest late =
                new SubmitRequest(new Owner("me"), "two", WORK, "default", null, Samples.jobId(random), null, over);
        assertThat(store().submit(late).kind()).isEqualTo(SubmitResult.Kind.NONCE_REUSED);
        WishRequest stop = new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, over);
        assertThat(store().wish(stop).kind()).isEqualTo(WishResult.Kind.NONCE_REUSED);
        assertThat(store().get(id).orElseThrow().wishes().wantEnd()).isFalse();
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
}
