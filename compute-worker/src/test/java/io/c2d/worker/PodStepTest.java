package io.c2d.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import io.c2d.core.json.StrictJson;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stage-in, and what holds for all steps of pods: whole, from the task to the report, with a real server. */
@Timeout(60)
class PodStepTest {
    private static final String TOKEN = "5ec7e7";

    @TempDir
    Path root;

    private final Cancellation cancellation = new Cancellation();
    private Path data;
    private Path message;
    private Path launcher;
    private TestingUploads server;
    private TestingHttpServer inputs;

    @BeforeEach
    void start() throws IOException {
        data = Files.createDirectory(root.resolve("data"));
        message = Files.createFile(root.resolve("message"));
        launcher = Files.writeString(root.resolve("launch"), "the launcher");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("r--------"));
        server = new TestingUploads();
        inputs = new TestingHttpServer()
                .on("/a", exchange -> TestingHttpServer.answer(exchange, 200, "a".getBytes(UTF_8)))
                .on("/gone", exchange -> TestingHttpServer.answer(exchange, 404, new byte[0]));
    }

    @AfterEach
    void stop() {
        server.close();
        inputs.close();
    }

    private int run(String what, String task) throws IOException {
        Path file = Files.writeString(root.resolve("task.json"), task);
        return new PodStep(new PodStep.Place(data, message, launcher), cancellation).run(what, file);
    }

    private ObjectNode task(String input, String algorithm) {
        return (ObjectNode) StrictJson.read("""
                {"format": 1,
                 "step": {"job": "0123456789abcdef0123456789abcdef", "attempt": 2, "stage": 0, "kind": "stage-in", "try": 1},
                 "workflow": {"stages": [{"index": 0, "input": [{"id": "did:op:one", "index": 0, "url": ["%s"]}],
                   "algorithm": {"id": "did:op:algo", %s,
                     "container": {"image": "python", "tag": "3", "entrypoint": "python $ALGO"}}}]},
                 "downloads": {"allowedNetworks": ["127.0.0.0/8"], "maxFileBytes": 4096},
                 "upload": {"target": "%s", "token": "%s"}}
                """.formatted(inputs.url(input), algorithm, server.target(), TOKEN));
    }

    private int stageIn(String input, String algorithm) throws IOException {
        return run("stage-in", StrictJson.write(task(input, algorithm)));
    }

    private JsonNode report() throws IOException {
        return StrictJson.read(Files.readString(message));
    }

    private String said() throws IOException {
        return report().path("message").asText("");
    }

    /** The report names the list that was stored. */
    private JsonNode manifest() throws IOException {
        String list = server.text("manifest.json");
        assertThat(report().at("/manifest/size").longValue()).isEqualTo(list.getBytes(UTF_8).length);
        assertThat(report().at("/manifest/sha256").textValue())
                .isEqualTo(Hashing.sha256().hashString(list, UTF_8).toString());
        return StrictJson.read(list);
    }

    @Test
    void stageInBringsInputsAlgorithmAndLauncherAndStoresItsLog() throws Exception {
        assertThat(stageIn("/a", "\"rawcode\": \"print(1)\"")).isZero();
        assertThat(data.resolve("inputs/one/0")).hasContent("a");
        assertThat(data.resolve("transformations/algorithm")).hasContent("print(1)");
        assertThat(data.resolve("bin/launch")).hasContent("the launcher");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("bin/launch"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(server.targets())
                .containsExactly("configure.log?role=CONFIGURE_LOG", "manifest.json?role=PUBLISH_LOG");
        assertThat(server.uploads)
                .allSatisfy(upload ->
                        assertThat(upload.headers().get("Authorization")).containsExactly("Bearer " + TOKEN));
        String log = server.text("configure.log");
        assertThat(log.lines()).hasSize(2);
        assertThat(log).startsWith("input 0 (" + inputs.url("/a") + "): 1 bytes, ");
        assertThat(manifest()).hasSize(1);
        assertThat(manifest().get(0)).isEqualTo(StrictJson.read("""
                {"path": "configure.log", "role": "CONFIGURE_LOG", "size": %d, "sha256": "%s"}
                """.formatted(
                        log.length(), Hashing.sha256().hashString(log, UTF_8))));
        assertThat(report().has("message")).isFalse();
        assertThat(Files.readString(message)).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/gone | \"rawcode\": \"x\" | 31 | HTTP 404 for input 0 (",
                "/a | \"url\": \"GONE\" | 32 | HTTP 404 for the algorithm ("
            })
    void whatCanNotBeFetchedIsToldByExitCodeAndSentenceAndTheLogIsStored(
            String input, String algorithm, int code, String sentence) throws Exception {
        assertThat(stageIn(input, algorithm.replace("GONE", inputs.url("/gone"))))
                .isEqualTo(code);
        assertThat(said()).startsWith(sentence);
        assertThat(server.text("configure.log")).contains("failed: " + sentence);
        assertThat(manifest()).hasSize(1);
    }

    @Test
    void aNetworkThatIsNotAllowedIsNotReached() throws Exception {
        ObjectNode task = task("/a", "\"rawcode\": \"x\"");
        task.remove("downloads");
        assertThat(run("stage-in", StrictJson.write(task))).isEqualTo(31);
        assertThat(said()).startsWith("address 127.0.0.1 is not allowed for input 0");
        assertThat(inputs.requests).isEmpty();
    }

    @Test
    void aFileThatIsLargerThanAllowedIsNotTaken() throws Exception {
        ObjectNode task = task("/big", "\"rawcode\": \"x\"");
        inputs.on("/big", exchange -> TestingHttpServer.answer(exchange, 200, new byte[4_097]));
        assertThat(run("stage-in", StrictJson.write(task))).isEqualTo(31);
        assertThat(said()).contains("4096 bytes");
    }

    @Test
    void whatIsCancelledIsNeverASuccess() throws Exception {
        cancellation.cancel();
        assertThat(stageIn("/a", "\"rawcode\": \"x\"")).isEqualTo(1);
        assertThat(inputs.requests).isEmpty();
        assertThat(data.resolve("transformations/algorithm")).doesNotExist();
    }

    @Test
    void aServerThatRefusesTheLogFailsTheStepAndIsNotAskedAgain() throws Exception {
        server.answering(401);
        assertThat(stageIn("/a", "\"rawcode\": \"x\"")).isEqualTo(1);
        assertThat(said()).isEqualTo("the stage-in failed: the server does not take it: HTTP 401");
        assertThat(report().has("manifest")).isFalse();
        assertThat(server.uploads).hasSize(1);
    }

    @Test
    void aServerThatIsBusyForAMomentIsAskedAgain() throws Exception {
        server.answering(503);
        assertThat(stageIn("/a", "\"rawcode\": \"x\"")).isZero();
        assertThat(server.targets())
                .containsExactly(
                        "configure.log?role=CONFIGURE_LOG",
                        "configure.log?role=CONFIGURE_LOG",
                        "manifest.json?role=PUBLISH_LOG");
    }

    @Test
    void withoutALauncherStageInFails() throws Exception {
        Files.delete(launcher);
        assertThat(stageIn("/a", "\"rawcode\": \"x\"")).isEqualTo(1);
        assertThat(said()).startsWith("the stage-in failed: ").endsWith("launch");
        assertThat(server.uploads).isEmpty();
    }

    @Test
    void aFolderThatIsNotEmptyFailsAndIsNotUsed() throws Exception {
        Files.createDirectory(data.resolve("inputs"));
        assertThat(stageIn("/a", "\"rawcode\": \"x\"")).isEqualTo(1);
        assertThat(said()).startsWith("the stage-in failed: ");
        assertThat(inputs.requests).isEmpty();
        assertThat(server.uploads).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workflow | the workflow is missing; an object is needed",
                "upload | upload has a target and a token"
            })
    void aTaskThatLacksAPartFails(String part, String sentence) throws Exception {
        ObjectNode task = task("/a", "\"rawcode\": \"x\"");
        task.remove(part);
        assertThat(run("stage-in", StrictJson.write(task))).isEqualTo(1);
        assertThat(said()).isEqualTo("the stage-in failed: the task has no form that this worker knows: " + sentence);
        assertThat(server.uploads).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage-in", "copy-outputs", "publish"})
    void aTaskThatCanNotBeReadFails(String what) throws Exception {
        assertThat(run(what, "{\"format\": 2}")).isEqualTo(1);
        assertThat(Files.readString(message))
                .isEqualTo("{\"format\":1,\"message\":\"the " + what
                        + " failed: the task has no form that this worker knows: format 2\"}");
        assertThat(data).isEmptyDirectory();
        assertThat(server.uploads).isEmpty();
    }

    @Test
    void aTaskThatIsNotThereFails() throws Exception {
        PodStep step = new PodStep(new PodStep.Place(data, message, launcher), cancellation);
        assertThat(step.run("publish", root.resolve("missing"))).isEqualTo(1);
        assertThat(said()).startsWith("the publish failed: ");
    }

    @Test
    void aStepThatThereIsNotFails() throws Exception {
        assertThat(run("algorithm", StrictJson.write(task("/a", "\"rawcode\": \"x\""))))
                .isEqualTo(1);
        assertThat(said()).isEqualTo("the algorithm failed: the task is one of stage-in, not of algorithm");
        assertThat(inputs.requests).isEmpty();
        assertThat(server.uploads).isEmpty();
    }

    @Test
    void whereNoReportCanBeLeftTheExitCodeStands() throws Exception {
        Files.delete(message);
        assertThat(stageIn("/a", "\"rawcode\": \"x\"")).isZero();
        assertThat(message).doesNotExist();
    }

    @Test
    void aProgramThatIsBrokenLeavesAReportToo() throws Exception {
        for (Throwable broken : List.of(
                new NoClassDefFoundError("io/c2d/worker/Absent"),
                new ExceptionInInitializerError("static"),
                new StackOverflowError(),
                new IllegalStateException())) {
            Files.writeString(message, "");
            launcher = (Path) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Path.class}, (proxy, method, arguments) -> {
                        throw broken;
                    });
            data = Files.createDirectory(root.resolve(broken.getClass().getSimpleName()));
            assertThat(stageIn("/a", "\"rawcode\": \"x\"")).isEqualTo(1);
            assertThat(said())
                    .startsWith("the stage-in failed: ")
                    .contains(broken.getClass().getSimpleName())
                    .doesNotContain("null");
        }
    }
}
