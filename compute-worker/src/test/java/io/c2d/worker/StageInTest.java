package io.c2d.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Algorithm;
import io.c2d.core.model.ComputeRequirements;
import io.c2d.core.model.ContainerImage;
import io.c2d.core.model.Input;
import io.c2d.core.model.Output;
import io.c2d.core.model.RemoteFile;
import io.c2d.core.model.Stage;
import io.c2d.core.port.StepEnd;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StageInTest {
    private static final String HASH_A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    @TempDir
    Path root;

    private TestingHttpServer server;
    private TestingDownloads downloads;

    @BeforeEach
    void start() throws IOException {
        server = new TestingHttpServer()
                .on("/a", exchange -> TestingHttpServer.answer(exchange, 200, "a".getBytes(UTF_8)))
                .on("/b", exchange -> TestingHttpServer.answer(exchange, 200, "b".getBytes(UTF_8)))
                .on("/gone", exchange -> TestingHttpServer.answer(exchange, 404, new byte[0]));
        downloads = new TestingDownloads(root);
    }

    @AfterEach
    void stop() {
        downloads.close();
        server.close();
    }

    private StepEnd run(Stage stage) throws IOException {
        return run(stage, new Cancellation());
    }

    private StepEnd run(Stage stage, Cancellation cancellation) throws IOException {
        return Worker.builder(downloads.watchdog, downloads.lookups)
                .policy(downloads.policy.build())
                .ticker(downloads.ticker)
                .pause(downloads::pause)
                .build()
                .stageIn(stage, root, cancellation);
    }

    private Input input(String id, String... paths) {
        return new Input(
                id,
                0,
                Arrays.stream(paths)
                        .map(path -> new RemoteFile(server.url(path), null))
                        .collect(ImmutableList.toImmutableList()));
    }

    private static Algorithm raw(String code) {
        return new Algorithm("", code, null, new ContainerImage("python", "3", null, "python $ALGO"));
    }

    private Algorithm remote(String path, @Nullable String sha256) {
        return new Algorithm(
                "did:op:algo",
                null,
                new RemoteFile(server.url(path), sha256),
                new ContainerImage("python", "3", null, "python $ALGO"));
    }

    private static Stage stage(Algorithm algorithm, Input... inputs) {
        return new Stage(
                0, ImmutableList.copyOf(inputs), new ComputeRequirements(1, null, null), algorithm, Output.NONE);
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(path)));
    }

    private ImmutableList<String> log() throws IOException {
        return ImmutableList.copyOf(Files.readAllLines(root.resolve("configure.log")));
    }

    private ImmutableList<String> tree() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> !path.equals(root))
                    .map(path -> root.relativize(path).toString())
                    .sorted()
                    .collect(ImmutableList.toImmutableList());
        }
    }

    @Test
    void filesAreCountedInTheFolderOfTheirDid() throws Exception {
        StepEnd end = run(stage(
                raw("print('ş')"),
                input("did:op:one", "/a", "/b"),
                input("two", "/a"),
                input("did:op:one", "/b?token=secret")));
        assertThat(end).isEqualTo(StepEnd.exited(StepEnd.OK));
        assertThat(tree())
                .containsExactly(
                        "configure.log",
                        "ddos",
                        "inputs",
                        "inputs/one",
                        "inputs/one/0",
                        "inputs/one/1",
                        "inputs/one/2",
                        "inputs/two",
                        "inputs/two/0",
                        "transformations",
                        "transformations/algorithm");
        assertThat(root.resolve("inputs/one/1")).hasContent("b");
        assertThat(root.resolve("inputs/one/2")).hasContent("b");
        assertThat(root.resolve("transformations/algorithm")).hasBinaryContent("print('ş')".getBytes(UTF_8));
        assertThat(mode("inputs")).isEqualTo("rwxr-xr-x");
        assertThat(mode("inputs/one")).isEqualTo("rwxr-xr-x");
        assertThat(mode("inputs/one/0")).isEqualTo("rw-r--r--");
        assertThat(mode("transformations/algorithm")).isEqualTo("rwxr-xr-x");
        assertThat(log())
                .hasSize(5)
                .startsWith("file 0 of input 0 (" + server.url("/a") + "): 1 bytes, sha256 " + HASH_A + ", 0.000 s")
                .last()
                .asString()
                .startsWith("the algorithm (raw code): 11 bytes, sha256 ");
        assertThat(log().toString()).doesNotContain("secret");
    }

    @Test
    void anAlgorithmIsFetched() throws Exception {
        assertThat(run(stage(remote("/a", HASH_A))).isSuccess()).isTrue();
        assertThat(root.resolve("transformations/algorithm")).hasContent("a");
        assertThat(mode("transformations/algorithm")).isEqualTo("rwxr-xr-x");
    }

    @Test
    void theFirstInputThatFailsEndsIt() throws Exception {
        StepEnd end = run(stage(
                remote("/gone", null), input("one", "/a"), input("two", "/gone?key=secret"), input("three", "/b")));
        String reason = "HTTP 404 for input 1 (" + server.url("/gone") + ")";
        assertThat(end).isEqualTo(new StepEnd(StepEnd.Cause.EXITED, StepEnd.DATA_FAILED, reason, ImmutableList.of()));
        assertThat(server.requests).containsExactly("/a", "/gone?key=secret");
        assertThat(log()).hasSize(2).endsWith("failed: " + reason);
        assertThat(root.resolve("inputs/two")).isEmptyDirectory();
    }

    @Test
    void anAlgorithmThatFailsIsToldApart() throws Exception {
        StepEnd end = run(stage(remote("/gone", null), input("one", "/a")));
        assertThat(end.exitCode()).contains(StepEnd.ALGORITHM_FAILED);
        assertThat(end.detail()).contains("HTTP 404 for the algorithm (" + server.url("/gone") + ")");
        assertThat(root.resolve("transformations")).isEmptyDirectory();
    }

    @Test
    void anAlgorithmOfAnotherHashIsNotTaken() throws Exception {
        StepEnd end = run(stage(remote("/b", HASH_A)));
        assertThat(end.exitCode()).contains(StepEnd.ALGORITHM_FAILED);
        assertThat(end.detail().orElseThrow())
                .startsWith("sha256 of the algorithm (")
                .endsWith(HASH_A);
    }

    @Test
    void allFilesTogetherHaveALimit() throws Exception {
        downloads.policy.maxTotalBytes(2);
        StepEnd end = run(stage(raw(""), input("one", "/a", "/b", "/a")));
        assertThat(end.exitCode()).contains(StepEnd.DATA_FAILED);
        assertThat(end.detail())
                .contains("with file 2 of input 0 (" + server.url("/a")
                        + ") all files are larger than the limit of 2 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "did:op:", "did:op:..", "a/b", "/etc", "a\0b", "a\nb", "\ud800"})
    void noInputLeavesItsFolder(String id) throws Exception {
        StepEnd end = run(stage(raw(""), input(id, "/a")));
        assertThat(end.exitCode()).contains(StepEnd.DATA_FAILED);
        assertThat(end.detail()).contains("input 0 has an id that is no folder's name");
        assertThat(tree()).containsExactly("configure.log", "ddos", "inputs", "transformations");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void localFilesAndLoopbackAreRefusedByDefault() throws Exception {
        downloads.policy = DownloadPolicy.builder();
        StepEnd end = run(stage(raw(""), input("one", "/a")));
        assertThat(end.detail()).contains("address 127.0.0.1 is not allowed for input 0 (" + server.url("/a") + ")");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void whatIsCancelledWasKilled() throws Exception {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        StepEnd end = run(stage(raw(""), input("one", "/a")), cancellation);
        assertThat(end).isEqualTo(StepEnd.of(StepEnd.Cause.KILLED));
        assertThat(log()).containsExactly("failed: cancelled");
    }

    @Test
    void aFolderThatIsNotEmptyOrNotThereIsNoTrysFolder() throws Exception {
        Files.createDirectory(root.resolve("inputs"));
        assertThatThrownBy(() -> run(stage(raw("")))).isInstanceOf(FileAlreadyExistsException.class);
        root = root.resolve("missing");
        assertThatThrownBy(() -> run(stage(raw("")))).isInstanceOf(NoSuchFileException.class);
        assertThat(root).doesNotExist();
    }
}
