package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.Resources;
import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.UnreadableJobException;
import io.c2d.core.port.WishRequest;
import io.c2d.testkit.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

abstract class PoisonedRows {
    private static final Workflow WORK = Samples.shell("echo 1");
    private static final ImmutableMap<String, Environment> ROOM =
            ImmutableMap.of("default", Environment.defaults("default").withMaxJobs(100));

    private final Random random = new Random(11);
    private final EngineId engine = EngineId.create(random);
    private final JdbcJobStore store;

    PoisonedRows(JdbcSettings settings) {
        store = Stores.open(settings);
    }

    @BeforeEach
    void openLease() {
        store.openLease(engine, Duration.ofMinutes(5));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private JobId submit(String agreement) {
        return store.submit(Samples.submission(Samples.jobId(random), "me", agreement, WORK))
                .job()
                .orElseThrow();
    }

    private void poison(JobId id) {
        Stores.execute(store, "update jobs set document = '{\"number\":', workflow = '' where id = '" + id + "'");
    }

    private JobPage list(int limit) {
        return store.query(new JobQuery(null, new Owner("me"), null, JobQuery.State.ANY, null, limit));
    }

    @Test
    void readingItNamesTheJobAndTellsNothingOfItsContent() {
        JobId id = submit("one");
        poison(id);
        assertThatThrownBy(() -> store.get(id)).isInstanceOfSatisfying(ComputeException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(e.job()).contains(id);
            assertThat(e.sentence()).isEqualTo("what is stored of job " + id + " can't be read");
        });
    }

    @Test
    void listsLeaveItOutAndPageOn() {
        JobId first = submit("one");
        JobId poisoned = submit("two");
        JobId third = submit("three");
        poison(poisoned);
        assertThat(list(10).jobs()).extracting(Job::id).containsExactly(third, first);
        JobPage page = list(2);
        assertThat(page.jobs()).extracting(Job::id).containsExactly(third);
        Long cursor = page.nextCursor().orElseThrow();
        assertThat(store.query(new JobQuery(null, new Owner("me"), null, JobQuery.State.ANY, cursor, 2))
                        .jobs())
                .extracting(Job::id)
                .containsExactly(first);
    }

    @Test
    void theOthersAreReadWithoutIt() {
        JobId first = submit("one");
        JobId poisoned = submit("two");
        poison(poisoned);
        assertThat(store.getAll(ImmutableSet.of(poisoned, first)).keySet()).containsExactly(first);
    }

    @Test
    void wishesReachItAndStandInItsHistory() {
        JobId id = submit("one");
        poison(id);
        assertThat(store.wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null))
                        .changed())
                .containsExactly(id);
        assertThat(store.wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null))
                        .changed())
                .isEmpty();
        assertThat(store.wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, null))
                        .changed())
                .containsExactly(id);
        assertThat(store.history(id)).extracting(JobEvent::note).containsExactly("submitted", "stop", "delete");
        assertThat(Stores.count(store, "jobs where stop_code = 1 and delete_at is not null and version = 3"))
                .isEqualTo(1);
    }

    @Test
    void itKeepsItsAgreementAndOtherAgreementsGoOn() {
        JobId id = submit("one");
        poison(id);
        assertThat(store.submit(Samples.submission(Samples.jobId(random), "me", "one", WORK)))
                .isEqualTo(SubmitResult.of(SubmitResult.Kind.AGREEMENT_RUNNING, id));
        JobId other = submit("two");
        assertThat(store.get(other)).isPresent();
        SubmitRequest byAnother =
                new SubmitRequest(new Owner("you"), null, null, "default", id, Samples.jobId(random), null, null);
        assertThat(store.submit(byAnother)).isEqualTo(SubmitResult.of(SubmitResult.Kind.NOT_FOUND));
    }

    @Test
    void aJobOfANewerFormatIsNeitherClaimedNorRead() {
        JobId newer = submit("one");
        JobId known = submit("two");
        Stores.execute(store, "update jobs set format = 2 where id = '" + newer + "'");
        assertThat(store.claim(engine, ROOM, 10)).containsExactly(known);
        store.wish(new WishRequest(ImmutableList.of(newer), WishRequest.Wish.STOP, null));
        assertThat(store.claim(engine, ROOM, 10)).isEmpty();
        assertThatThrownBy(() -> store.get(newer)).isInstanceOf(ComputeException.class);
        assertThat(list(10).jobs()).extracting(Job::id).containsExactly(known);
    }

    /** Written by version 0.1.0; this file never changes. */
    @Test
    void aRowOfFormat1IsStillRead() throws IOException {
        JobId id = new JobId("0190a6f1c2d37e4f8a9b0c1d2e3f4a5b");
        store.submit(Samples.submission(id, "me", "one", WORK));
        String document = Resources.toString(
                Resources.getResource(PoisonedRows.class, "attempt-format-1.json"), StandardCharsets.UTF_8);
        store.database()
                .jdbi()
                .useHandle(handle -> handle.createUpdate("""
                        update jobs set format = 1, document = :document, attempt = 1, status = 70, running = null,
                            finished_at = created where id = :id""")
                        .bind("document", document)
                        .bind("id", id.value())
                        .execute());
        StepId staging = new StepId(id, 1, 0, StepKind.STAGE_IN, 1);
        StepId algorithm = new StepId(id, 1, 0, StepKind.ALGORITHM, 2);
        StepId filter = new StepId(id, 1, 0, StepKind.FILTER, 1);
        StepId publish = new StepId(id, 1, 0, StepKind.PUBLISH, 3);
        Attempt expected = new Attempt(
                1,
                JobStatus.COMPLETED,
                Instant.parse("2026-11-24T10:00:20.123456Z"),
                "anchor-1",
                staging,
                new StepTry(publish, new EngineId("engine-1"), Instant.parse("2026-11-24T10:00:19Z"), 0),
                Instant.parse("2026-11-24T10:00:10Z"),
                new AlgorithmEnd(Outcome.ALGORITHM_FAILED, 3, "exit 3", algorithm, filter, true),
                ImmutableList.of(new Artifact(publish, "outputs/ü b.csv", Artifact.Role.OUTPUT, 12, "ab".repeat(32))),
                Instant.parse("2026-11-24T10:00:15Z"),
                Instant.parse("2026-11-24T10:00:20.123456Z"),
                Outcome.ALGORITHM_FAILED,
                3,
                "exit 3");
        assertThat(store.get(id).orElseThrow().attempt()).isEqualTo(expected);
    }

    // --- quarantine

    @Test
    void itIsEndedByItsEngineAndPutAside() {
        JobId id = submit("one");
        JobId well = submit("two");
        store.claim(engine, ROOM, 10);
        poison(id);
        assertThat(store.quarantine(EngineId.create(random), id, "not mine")).isFalse();
        assertThat(store.quarantine(engine, well, "not broken")).isFalse();
        assertThat(store.quarantine(engine, id, "what was stored can't be read"))
                .isTrue();
        Job ended = store.get(id).orElseThrow();
        assertThat(ended.status()).isEqualTo(JobStatus.COMPLETED);
        assertThat(ended.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(ended.attempt().reason()).isEqualTo("what was stored can't be read");
        assertThat(ended.attempt().artifacts()).isEmpty();
        assertThat(ended.version()).isEqualTo(3);
        assertThat(ended.holdsCapacity()).isFalse();
        assertThat(ended.isOpen()).isTrue();
        assertThat(ended.isRestartable()).isFalse();
        assertThat(ended.submission().workflow().document()).isEqualTo(Quarantine.NO_WORKFLOW);
        assertThat(store.history(id)).extracting(JobEvent::note).containsExactly("submitted", "quarantined");
        assertThat(store.history(id)).last().extracting(JobEvent::status).isEqualTo(JobStatus.COMPLETED);
        assertThat(Stores.count(
                        store,
                        "quarantine where job_id = '" + id + "' and version = 2 and document = '{\"number\":'"
                                + " and workflow = '' and reason = 'what was stored can''t be read'"))
                .isEqualTo(1);
        assertThat(store.quarantine(engine, id, "again")).isFalse();
        assertThat(list(10).jobs()).extracting(Job::id).containsExactly(well, id);
        assertThat(store.wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, null))
                        .changed())
                .containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "workflow = '{}'",
                "document = 'null'",
                "document = replace(document, '\"status\":1', '\"status\":11')",
                "stop_code = 9",
                "stop_code = 1",
                "lowest_attempt = 7",
                "lowest_attempt = 0, owner = '', agreement_id = ''",
                "removed = true"
            })
    void whateverIsWrongInItWhatTakesItsPlaceCanBeRead(String wrong) {
        JobId id = submit("one");
        store.claim(engine, ROOM, 10);
        Stores.execute(store, "update jobs set " + wrong + " where id = '" + id + "'");
        assertThatThrownBy(() -> store.get(id)).isInstanceOf(UnreadableJobException.class);
        assertThat(store.quarantine(engine, id, "a test")).isTrue();
        assertThat(store.get(id).orElseThrow().outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        assertThat(Stores.count(store, "quarantine")).isEqualTo(1);
        assertThat(Stores.count(store, "jobs where holds_capacity = true")).isZero();
    }

    @Test
    void aJobOfANewerFormatIsNotQuarantined() {
        JobId id = submit("one");
        store.claim(engine, ROOM, 10);
        Stores.execute(store, "update jobs set format = 2, document = '' where id = '" + id + "'");
        assertThat(store.quarantine(engine, id, "a test")).isFalse();
        assertThat(Stores.count(store, "jobs where format = 2 and version = 2")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "document = '{'",
                "workflow = ''",
                "stop_code = 9",
                "owner = ''",
                "lowest_attempt = 9",
                "attempt = 7"
            })
    void oneThatHasEndedIsPutAsideOnceSomebodyAsksForIt(String wrong) {
        JobId id = submit("one");
        store.wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null));
        assertThat(store.claim(engine, ROOM, 10)).containsExactly(id);
        Stores.execute(
                store,
                "update jobs set is_open = false, is_free = false, running = null, " + wrong + " where id = '" + id
                        + "'");
        assertThat(store.claim(engine, ROOM, 10)).isEmpty();
        JobQuery byId = new JobQuery(id, null, null, JobQuery.State.ANY, null, 1);
        assertThat(store.query(byId).jobs()).isEmpty();
        assertThat(store.claim(engine, ROOM, 10)).containsExactly(id);
        assertThat(store.quarantine(engine, id, "it can't be read")).isTrue();
        assertThat(store.query(byId).jobs()).extracting(Job::id).containsExactly(id);
    }

    @Test
    void anOpenOneThatNobodyOwnsIsClaimed() {
        JobId id = submit("one");
        assertThat(store.claim(engine, ROOM, 10)).containsExactly(id);
        Stores.execute(store, "update jobs set owner_engine = null where id = '" + id + "'");
        assertThat(store.claim(engine, ROOM, 10)).containsExactly(id);
    }

    @Test
    void aRowWithoutAnIdOfAJobCantBeMade() {
        JobId id = submit("one");
        assertThatThrownBy(() ->
                        Stores.execute(store, "update jobs set id = 'ZZ' || substr(id, 3) where id = '" + id + "'"))
                .hasMessageContainingAll("jobs", "id");
    }

    @Test
    void historyGoesOnWhereAStatusInItIsUnknown() {
        JobId id = submit("one");
        store.wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null));
        Stores.execute(store, "update job_events set status = 99 where version = 1");
        assertThat(store.history(id)).extracting(JobEvent::version).containsExactly(2L);
    }

    @Test
    void nothingIsQuarantinedByAnEngineWhoseLeaseIsOver() {
        JobId id = submit("one");
        store.claim(engine, ROOM, 10);
        poison(id);
        store.releaseLease(engine);
        assertThat(store.quarantine(engine, id, "a test")).isFalse();
        assertThat(Stores.count(store, "quarantine")).isZero();
    }
}
