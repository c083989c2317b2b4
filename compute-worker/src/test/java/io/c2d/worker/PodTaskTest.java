package io.c2d.worker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Input;
import io.c2d.core.model.JobId;
import io.c2d.core.model.RemoteFile;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of {@code docs/decisions/0015-tasks-and-reports-of-pods.md}. */
class PodTaskTest {
    private static final String JOB = "0123456789abcdef0123456789abcdef";
    private static final String STAGE_IN = """
            {"format": 1,
             "step": {"job": "0123456789abcdef0123456789abcdef", "attempt": 3, "stage": 0, "kind": "stage-in", "try": 2},
             "workflow": {"stages": [{"index": 0,
               "input": [{"id": "did:op:one", "index": 1, "url": ["http://data.example/a?key=1"], "sha256": ["%s"]}],
               "algorithm": {"id": "did:op:algo", "rawcode": "print(1)",
                 "container": {"image": "python", "tag": "3", "checksum": "", "entrypoint": "python $ALGO"}}}]},
             "downloads": {"allowedNetworks": ["10.0.0.0/8", "fd00::/8"], "maxFileBytes": 4096},
             "upload": {"target": "https://c2d.example/api/v1/uploads/x", "token": "5ec7e7"}}
            """.formatted("ab".repeat(32));
    private static final String PUBLISH = """
            {"format": 1,
             "step": {"job": "0123456789abcdef0123456789abcdef", "attempt": 1, "stage": 0, "kind": "publish", "try": 1},
             "outputs": true, "filtered": true, "instances": 3, "logBytes": 8388608, "maxOutputBytes": 1000,
             "upload": {"target": "https://c2d.example/u", "token": "5ec7e7"}}
            """;

    @TempDir
    Path folder;

    private PodTask read(String text) throws IOException {
        return PodTask.read(Files.write(folder.resolve("task.json"), text.getBytes(StandardCharsets.UTF_8)));
    }

    private PodTask changedStageIn(String name, String value) throws IOException {
        ObjectNode task = (ObjectNode) StrictJson.read(STAGE_IN);
        task.set(name, StrictJson.read(value));
        return read(StrictJson.write(task));
    }

    private PodTask changed(String pointer, String name, String value) throws IOException {
        ObjectNode task = (ObjectNode) StrictJson.read(PUBLISH);
        ObjectNode parent = (ObjectNode) task.at(pointer);
        if (value.equals("absent")) {
            parent.remove(name);
        } else {
            parent.set(name, StrictJson.read(value));
        }
        return read(StrictJson.write(task));
    }

    @Test
    void stageInIsToldItsStageAndWhatDownloadsMayDo() throws Exception {
        PodTask task = read(STAGE_IN);
        assertThat(task.step()).isEqualTo(new StepId(new JobId(JOB), 3, 0, StepKind.STAGE_IN, 2));
        Stage stage = requireNonNull(task.stage());
        assertThat(stage.inputs())
                .containsExactly(new Input(
                        "did:op:one",
                        1,
                        ImmutableList.of(new RemoteFile("http://data.example/a?key=1", "ab".repeat(32)))));
        assertThat(stage.algorithm().raw()).contains("print(1)");
        assertThat(stage.algorithm().container().entrypoint()).isEqualTo("python $ALGO");
        assertThat(task.policy())
                .isEqualTo(DownloadPolicy.builder()
                        .allowedNetworks(ImmutableList.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8")))
                        .maxFileBytes(4_096)
                        .build());
        assertThat(task.upload())
                .isEqualTo(new PodTask.Upload(URI.create("https://c2d.example/api/v1/uploads/x"), "5ec7e7"));
    }

    @Test
    void publishIsToldWhatThereIsToPublish() throws Exception {
        assertThat(read(PUBLISH))
                .isEqualTo(new PodTask(
                        new StepId(new JobId(JOB), 1, 0, StepKind.PUBLISH, 1),
                        null,
                        DownloadPolicy.defaults(),
                        true,
                        true,
                        3,
                        8L << 20,
                        1_000,
                        new PodTask.Upload(URI.create("https://c2d.example/u"), "5ec7e7")));
    }

    @Test
    void aCopyForAFilterIsToldItsStepAlone() throws Exception {
        PodTask task = read("""
                {"format": 1, "step": {"job": "%s", "attempt": 1, "stage": 0, "kind": "filter", "try": 1}, "maxOutputBytes": 7}
                """.formatted(JOB));
        assertThat(task)
                .isEqualTo(new PodTask(
                        new StepId(new JobId(JOB), 1, 0, StepKind.FILTER, 1),
                        null,
                        DownloadPolicy.defaults(),
                        false,
                        false,
                        1,
                        1,
                        7,
                        null));
        assertThat(task.policy().allowFileUrls()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "0", "-1", "absent", "null", "{}", "\"one\""})
    void anotherFormatIsNotGuessedAt(String format) {
        assertThatThrownBy(() -> changed("", "format", format))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the task has no form that this worker knows: format ")
                .hasMessageNotContaining("5ec7e7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "1", "{\"format\": 1, \"format\": 1}", "{\"format\": 1} {}"})
    void whatIsNoTaskIsRefused(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the task has no form that this worker knows: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "job | absent",
                "job | \"../etc\"",
                "attempt | absent",
                "attempt | 0",
                "stage | absent",
                "stage | -1",
                "kind | absent",
                "kind | \"PUBLISH\"",
                "kind | \"copy-outputs\"",
                "try | absent",
                "try | 0"
            })
    void aStepThatIsNoneIsRefused(String name, String value) {
        assertThatThrownBy(() -> changed("/step", name, value))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the task has no form that this worker knows: ");
    }

    @Test
    void withoutAStepThereIsNoTask() {
        assertThatThrownBy(() -> changed("", "step", "absent")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "{\"stages\": []}",
                "{\"stages\": [{\"index\": 0, \"input\": [{\"id\": \"a/b\", \"url\": [\"http://x/\"]}]}]}"
            })
    void aWorkflowThatIsNoneIsRefused(String workflow) {
        assertThatThrownBy(() -> changedStageIn("workflow", workflow))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the task has no form that this worker knows: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"allowedNetworks\": [\"home\"]}",
                "{\"allowedNetworks\": [\"10.0.0.0/64\"]}",
                "{\"maxFileBytes\": 0}",
                "{\"maxFileBytes\": \"much\"}"
            })
    void downloadsThatMayDoWhatIsNotKnownAreRefused(String downloads) {
        assertThatThrownBy(() -> changed("", "downloads", downloads)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "outputs, absent",
        "outputs, 1",
        "filtered, absent",
        "filtered, null",
        "instances, absent",
        "instances, 0",
        "instances, 1.5",
        "logBytes, absent",
        "logBytes, 0",
        "maxOutputBytes, absent",
        "maxOutputBytes, 0",
        "upload, absent",
        "upload, {}"
    })
    void whatIsPublishedIsNeverGuessed(String name, String value) {
        assertThatThrownBy(() -> changed("", name, value))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the task has no form that this worker knows: " + name);
    }

    @Test
    void aTargetThatIsNoUriIsRefusedWithoutItsToken() {
        assertThatThrownBy(() -> changed("/upload", "target", "\"http://a b\""))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("5ec7e7");
    }

    @Test
    void aTaskThatIsNotThereIsTold() {
        assertThatThrownBy(() -> PodTask.read(folder.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void theTokenIsNotInItsText() throws Exception {
        assertThat(read(PUBLISH).toString())
                .contains("Upload[https://c2d.example/u]")
                .doesNotContain("5ec7e7");
    }
}
