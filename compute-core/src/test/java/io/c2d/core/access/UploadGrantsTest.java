package io.c2d.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.memory.InMemoryJobStore;
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
import io.c2d.core.model.StopRequest;
import io.c2d.core.port.Environment;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads into a store of files, of a job in a store that changes while they come. */
final class UploadGrantsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final EngineId ENGINE = EngineId.create(new Random(1));
    private static final String KEY = "5a".repeat(32);

    @TempDir
    Path folder;

    private final Random random = new Random(2);
    private final InMemoryJobStore store = InMemoryJobStore.create(InstantSource.fixed(NOW), "test");
    private FileArtifactStore artifacts;
    private UploadGrants grants;
    private StepId step;

    @BeforeEach
    void start() throws IOException {
        artifacts = FileArtifactStore.open(folder, "test", new Random(3));
        grants = new UploadGrants(KEY, store, artifacts);
        assertThat(store.openLease(ENGINE, Duration.ofHours(1))).isNotNull();
        step = publishing(submitted("one"), 1);
    }

    private JobId submitted(String agreement) {
        SubmitResult result = store.submit(new SubmitRequest(
                new Owner("me"),
                agreement,
                WorkflowCodec.read("""
                        {"stages":[{"input":[],"algorithm":{"rawcode":"x","container":{"image":"sh","entrypoint":"sh"}}}]}"""),
                Environment.DEFAULT,
                null,
                JobId.create(NOW, random),
                null,
                null));
        assertThat(result.isAccepted()).isTrue();
        JobId id = result.job().orElseThrow();
        claim();
        return id;
    }

    private void claim() {
        assertThat(store.claim(
                        ENGINE, ImmutableMap.of(Environment.DEFAULT, Environment.defaults(Environment.DEFAULT)), 10))
                .hasSize(1);
    }

    private void change(JobId id, UnaryOperator<Attempt> change) {
        Job job = store.get(id).orElseThrow();
        Job next = job.withAttempt(change.apply(job.attempt()));
        assertThat(store.commit(ENGINE, ImmutableList.of(new Transition(next, NOW, "changed"))))
                .containsExactly(id);
    }

    /** Puts a job at a try of publish. */
    private StepId publishing(JobId id, int tryNumber) {
        int attempt = store.get(id).orElseThrow().attempt().number();
        StepId at = new StepId(id, attempt, 0, StepKind.PUBLISH, tryNumber);
        change(id, was -> was.toBuilder().step(new StepTry(at, ENGINE, NOW, 0)).build());
        return at;
    }

    private void finish(JobId id) {
        change(
                id,
                was -> was.toBuilder()
                        .finish(JobStatus.COMPLETED, Outcome.STOPPED, null, NOW)
                        .build());
    }

    private void wish(WishRequest.Wish wish) {
        assertThat(store.wish(new WishRequest(ImmutableList.of(step.job()), wish, null))
                        .changed())
                .containsExactly(step.job());
    }

    private Artifact receive(StepId of, String token, InputStream content) throws IOException {
        return grants.receive(of, token, "outputs/a", Artifact.Role.OUTPUT, content);
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private interface Event {
        void happen() throws IOException;
    }

    /** No content, but something happens when it is read. */
    private static final class Happening extends InputStream {
        private final Event event;

        Happening(Event event) {
            this.event = event;
        }

        @Override
        public int read() throws IOException {
            event.happen();
            return -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
        }
    }

    /** Content of which a part has come before something happens. */
    private static InputStream interruptedBy(Runnable event) {
        InputStream happens = new Happening(event::run);
        return new SequenceInputStream(new SequenceInputStream(text("first"), happens), text("second".repeat(100_000)));
    }

    private static void refused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ComputeException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.startsWith(".installation"))
                    .toList();
        }
    }

    @Test
    void withItsTokenATryStoresWhatItHas() throws Exception {
        Artifact stored = receive(step, grants.token(step), text("abc"));
        assertThat(stored)
                .isEqualTo(new Artifact(
                        step,
                        "outputs/a",
                        Artifact.Role.OUTPUT,
                        3,
                        Hashing.sha256()
                                .hashString("abc", StandardCharsets.UTF_8)
                                .toString()));
        try (InputStream in = artifacts.open(stored, 0).orElseThrow()) {
            assertThat(in).hasContent("abc");
        }
        assertThat(files()).containsExactly(step.job() + "/1/0-publish-1/outputs/a");
    }

    @Test
    void aRepeatReplacesWhatWasStored() throws Exception {
        assertThat(receive(step, grants.token(step), text("first, and longer")).size())
                .isEqualTo(17);
        Artifact second = receive(step, grants.token(step), text("second"));
        try (InputStream in = artifacts.open(second, 0).orElseThrow()) {
            assertThat(in).hasContent("second");
        }
        assertThat(files()).hasSize(1);
    }

    @Test
    void theTokenOfNoOtherTryAttemptStepOrJobIsTaken() throws Exception {
        StepId other = publishing(submitted("two"), 1);
        for (StepId each : List.of(
                step.nextTry(),
                new StepId(step.job(), 2, 0, StepKind.PUBLISH, 1),
                new StepId(step.job(), 1, 1, StepKind.PUBLISH, 1),
                new StepId(step.job(), 1, 0, StepKind.STAGE_IN, 1),
                other)) {
            assertThat(grants.token(each)).isNotEqualTo(grants.token(step));
            refused(() -> receive(step, grants.token(each), text("abc")), ErrorCode.SIGNATURE_INVALID);
        }
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "ş", "0000000000000000000000000000000000000000000000000000000000000000"})
    void whatIsNoTokenIsNotTaken(String token) throws Exception {
        refused(() -> receive(step, token, text("abc")), ErrorCode.SIGNATURE_INVALID);
        assertThat(files()).isEmpty();
    }

    @Test
    void aTokenIsOfItsKeyAndTellsNothingOfIt() {
        String token = grants.token(step);
        assertThat(token).matches("[0-9a-f]{64}").doesNotContain(KEY);
        assertThat(new UploadGrants(KEY, store, artifacts).token(step)).isEqualTo(token);
        assertThat(new UploadGrants("5b" + KEY.substring(2), store, artifacts).token(step))
                .isNotEqualTo(token);
        refused(() -> receive(step, token.toUpperCase(Locale.ROOT), text("x")), ErrorCode.SIGNATURE_INVALID);
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> new UploadGrants("5a5a", store, artifacts))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a key has 32 bytes in hex");
    }

    @Test
    void whatTheJobIsNotAtIsGone() throws Exception {
        StepId next = step.nextTry();
        refused(() -> receive(next, grants.token(next), text("early")), ErrorCode.GONE);
        StepId now = publishing(step.job(), 2);
        assertThat(now).isEqualTo(next);
        refused(() -> receive(step, grants.token(step), text("late")), ErrorCode.GONE);
        change(
                step.job(),
                was -> new Attempt(
                        was.number(),
                        was.status(),
                        was.since(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        was.artifacts(),
                        null,
                        null,
                        null,
                        null,
                        null));
        refused(() -> receive(now, grants.token(now), text("between steps")), ErrorCode.GONE);
        JobId unknown = JobId.create(NOW, random);
        StepId nobodys = new StepId(unknown, 1, 0, StepKind.PUBLISH, 1);
        refused(() -> receive(nobodys, grants.token(nobodys), text("x")), ErrorCode.GONE);
        assertThat(files()).isEmpty();
    }

    @Test
    void ofAJobThatHasEndedNothingIsStored() throws Exception {
        finish(step.job());
        refused(() -> receive(step, grants.token(step), text("late")), ErrorCode.GONE);
        assertThat(files()).isEmpty();
    }

    @Test
    void ofAJobThatIsToBeDeletedNothingIsStored() throws Exception {
        wish(WishRequest.Wish.DELETE);
        refused(() -> receive(step, grants.token(step), text("late")), ErrorCode.GONE);
        assertThat(files()).isEmpty();
    }

    @Test
    void ofAJobThatIsToBeStoppedTheLogsAreStored() throws Exception {
        wish(WishRequest.Wish.STOP);
        assertThat(store.get(step.job()).orElseThrow().wishes().stop()).isEqualTo(StopRequest.CALLED);
        assertThat(receive(step, grants.token(step), text("abc")).size()).isEqualTo(3);
    }

    @Test
    void contentIsNotReadWhereItIsRefused() {
        finish(step.job());
        InputStream untouched = new Happening(() -> {
            throw new AssertionError("was read");
        });
        refused(() -> receive(step, grants.token(step), untouched), ErrorCode.GONE);
        refused(() -> receive(step, "x", untouched), ErrorCode.SIGNATURE_INVALID);
    }

    @Test
    void aDeleteWhileContentComesLeavesNothing() throws Exception {
        refused(
                () -> receive(step, grants.token(step), interruptedBy(() -> wish(WishRequest.Wish.DELETE))),
                ErrorCode.GONE);
        assertThat(files()).isEmpty();
    }

    @Test
    void anEndWhileContentComesLeavesNothing() throws Exception {
        refused(() -> receive(step, grants.token(step), interruptedBy(() -> finish(step.job()))), ErrorCode.GONE);
        assertThat(files()).isEmpty();
    }

    @Test
    void aRestartWhileContentComesLeavesNothingAndTheNewAttemptStoresItsOwn() throws Exception {
        StepId[] fresh = new StepId[1];
        refused(
                () -> receive(step, grants.token(step), interruptedBy(() -> {
                    finish(step.job());
                    assertThat(store.submit(new SubmitRequest(
                                            new Owner("me"),
                                            null,
                                            null,
                                            Environment.DEFAULT,
                                            step.job(),
                                            JobId.create(NOW, random),
                                            null,
                                            null))
                                    .isAccepted())
                            .isTrue();
                    claim();
                    fresh[0] = publishing(step.job(), 1);
                })),
                ErrorCode.GONE);
        assertThat(files()).isEmpty();
        assertThat(fresh[0]).isEqualTo(new StepId(step.job(), 2, 0, StepKind.PUBLISH, 1));
        refused(() -> receive(fresh[0], grants.token(step), text("old right")), ErrorCode.SIGNATURE_INVALID);
        assertThat(receive(fresh[0], grants.token(fresh[0]), text("new")).size())
                .isEqualTo(3);
        assertThat(files()).containsExactly(step.job() + "/2/0-publish-1/outputs/a");
    }

    @Test
    void anotherTryWhileContentComesLeavesWhatWasThere() throws Exception {
        assertThat(receive(step, grants.token(step), text("before")).size()).isEqualTo(6);
        refused(
                () -> receive(step, grants.token(step), interruptedBy(() -> publishing(step.job(), 2))),
                ErrorCode.GONE);
        assertThat(files()).containsExactly(step.job() + "/1/0-publish-1/outputs/a");
        assertThat(folder.resolve(step.job() + "/1/0-publish-1/outputs/a")).hasContent("before");
    }

    @Test
    void contentThatBreaksOffLeavesNothing() throws Exception {
        InputStream broken = new SequenceInputStream(text("first"), new Happening(() -> {
            throw new IOException("the connection broke");
        }));
        assertThatThrownBy(() -> receive(step, grants.token(step), broken))
                .isInstanceOf(IOException.class)
                .hasMessage("the connection broke");
        assertThat(files()).isEmpty();
    }

    @Test
    void thePathOfATryIsThatOfItsName() {
        assertThat(UploadGrants.path(step)).isEqualTo("/api/v1/uploads/" + step.job() + "/1/0-publish-1");
    }
}
