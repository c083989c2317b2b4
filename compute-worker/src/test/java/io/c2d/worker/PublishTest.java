package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.StepEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishTest {
    private static final StepId STEP =
            new StepId(new JobId("0123456789abcdef0123456789abcdef"), 2, 0, StepKind.PUBLISH, 1);
    private static final String HASH_1 = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";

    @TempDir
    Path folder;

    private final TestingArtifactStore store = new TestingArtifactStore();
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
    private final Cancellation cancellation = new Cancellation();
    private final Worker worker = Worker.builder(watchdog, watchdog)
            .limits(new OutputLimits(5, 4, 1000))
            .build();
    private Path outputs;
    private Path algorithmLog;

    @BeforeEach
    void make() throws IOException {
        outputs = Files.createDirectory(folder.resolve("outputs"));
        algorithmLog = Files.writeString(folder.resolve("printed"), "I ran\n");
        Files.createDirectory(outputs.resolve("sub"));
        Files.writeString(outputs.resolve("sub/b"), "22");
        Files.writeString(outputs.resolve("a"), "1");
    }

    @AfterEach
    void stop() {
        watchdog.shutdownNow();
    }

    private StepEnd publish(@Nullable Path from, @Nullable Path filterLog) {
        return worker.publish(
                ArtifactSink.of(store),
                new PublishRequest(STEP, from, CapturedLog.of(algorithmLog), filterLog),
                cancellation);
    }

    @Test
    void storesOutputsThenTheAlgorithmsLogThenItsOwn() throws Exception {
        Files.createSymbolicLink(outputs.resolve("passwd"), Path.of("/etc/passwd"));
        Path filterLog = Files.writeString(folder.resolve("filtered"), "dropped 3 rows\n");
        StepEnd end = publish(outputs, filterLog);
        assertThat(end.isSuccess()).isTrue();
        assertThat(end.detail()).isEmpty();
        assertThat(end.artifacts())
                .extracting(Artifact::step, Artifact::path, Artifact::role, Artifact::size)
                .startsWith(
                        tuple(STEP, "outputs/a", Artifact.Role.OUTPUT, 1L),
                        tuple(STEP, "outputs/sub/b", Artifact.Role.OUTPUT, 2L),
                        tuple(STEP, "algorithm.log", Artifact.Role.ALGORITHM_LOG, 6L))
                .hasSize(4);
        assertThat(end.artifacts().get(3).role()).isEqualTo(Artifact.Role.PUBLISH_LOG);
        assertThat(store.text("publish.log").lines())
                .startsWith("left out, no regular file: passwd", "outputs/a: 1 bytes, sha256 " + HASH_1)
                .endsWith("--- filter", "dropped 3 rows");
    }

    @Test
    void withoutOutputsLogsAlone() {
        StepEnd end = publish(null, null);
        assertThat(end.isSuccess()).isTrue();
        assertThat(store.texts.keySet()).containsExactly("algorithm.log", "publish.log");
    }

    @Test
    void tooManyOutputsAreNotPublishedInPart() throws Exception {
        TestingFolder.shell(outputs, "touch 1 2 3 4");
        StepEnd end = publish(outputs, null);
        assertThat(end.exitCode()).contains(1);
        assertThat(end.detail()).contains("the outputs have more than 5 files");
        assertThat(store.texts.keySet()).containsExactly("algorithm.log", "publish.log");
        assertThat(store.text("publish.log")).startsWith("failed: the outputs have more than 5 files\n");
    }

    @Test
    void aStoreThatFailsIsToldWithoutItsPathsAndTheLogsAreStoredAllTheSame() {
        store.failsAt = "outputs/sub/b";
        StepEnd end = publish(outputs, null);
        assertThat(end.exitCode()).contains(1);
        assertThat(end.detail()).contains("the outputs could not be stored");
        assertThat(end.artifacts())
                .extracting(Artifact::path)
                .containsExactly("outputs/a", "algorithm.log", "publish.log");
    }

    @Test
    void linksInThePlaceOfLogsAreNotFollowed() throws Exception {
        Files.delete(algorithmLog);
        Files.createSymbolicLink(algorithmLog, Path.of("/etc/passwd"));
        StepEnd end = publish(outputs, algorithmLog);
        assertThat(end.isSuccess()).isTrue();
        assertThat(store.texts).doesNotContainKey("algorithm.log");
        assertThat(store.text("publish.log")).contains("the algorithm left no log\n", "--- filter\nthere is no log\n");
    }

    @Test
    void aLongFilterLogIsCut() throws Exception {
        Path filterLog = Files.write(folder.resolve("filtered"), new byte[(1 << 20) + 1]);
        publish(null, filterLog);
        assertThat(store.text("publish.log"))
                .endsWith("--- and more, left out here\n")
                .hasSizeLessThan(1 << 21);
    }

    @Test
    void whatIsCancelledWasKilled() {
        cancellation.cancel();
        assertThat(publish(outputs, null)).isEqualTo(StepEnd.of(StepEnd.Cause.KILLED));
        assertThat(store.texts).isEmpty();
    }

    @Test
    void theConfigureLogIsStoredByItsName() throws Exception {
        Files.writeString(folder.resolve("configure.log"), "all is in place\n");
        Artifact stored = worker.storeConfigureLog(ArtifactSink.of(store), STEP, folder);
        assertThat(stored.role()).isEqualTo(Artifact.Role.CONFIGURE_LOG);
        assertThat(store.texts).containsEntry("configure.log", "all is in place\n");
    }

    @Test
    void aCopyHasFoldersAndRegularFilesOnly() throws Exception {
        Files.createSymbolicLink(outputs.resolve("passwd"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(outputs.resolve("etc"), Path.of("/etc"));
        TestingFolder.shell(outputs, "mkfifo fifo; mkdir empty; chmod 4711 a");
        Path copy = Files.createDirectory(folder.resolve("copy"));
        assertThat(worker.copyOutputs(outputs, copy, cancellation)).hasSize(3);
        try (Stream<Path> all = Files.walk(copy)) {
            assertThat(all.map(path -> copy.relativize(path).toString()))
                    .containsExactlyInAnyOrder("", "a", "empty", "sub", "sub/b");
        }
        assertThat(copy.resolve("sub/b")).hasContent("22");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve("a"))))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void aCopyHasTheSameLimits() throws Exception {
        TestingFolder.shell(outputs, "touch 1 2 3 4");
        Path copy = Files.createDirectory(folder.resolve("copy"));
        assertThatThrownBy(() -> worker.copyOutputs(outputs, copy, cancellation))
                .isInstanceOf(IOException.class)
                .hasMessage("the outputs have more than 5 files");
        assertThat(copy).isEmptyDirectory();
    }

    @Test
    void aCancelledCopyEnds() throws Exception {
        cancellation.cancel();
        Path copy = Files.createDirectory(folder.resolve("copy"));
        assertThatThrownBy(() -> worker.copyOutputs(outputs, copy, cancellation))
                .isInstanceOf(CancellationException.class);
    }
}
