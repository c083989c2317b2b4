package io.c2d.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import io.c2d.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publish and the copy for the filter, as pods: from the task to the report, with a real server. */
@Timeout(60)
class PodPublishTest {
    @TempDir
    Path root;

    private final Cancellation cancellation = new Cancellation();
    private Path data;
    private Path message;
    private Path logs;
    private TestingUploads server;

    @BeforeEach
    void start() throws IOException {
        data = Files.createDirectory(root.resolve("data"));
        message = Files.createFile(root.resolve("message"));
        logs = Files.createDirectories(data.resolve("results/logs"));
        write("results/outputs/sub/b c", "22");
        write("results/outputs/a", "1");
        server = new TestingUploads();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(data.resolve(path).getParent());
        Path unused = Files.writeString(data.resolve(path), text);
    }

    private int run(String what, String parts) throws IOException {
        ObjectNode task =
                (ObjectNode) StrictJson.read("""
                {"format": 1,
                 "step": {"job": "0123456789abcdef0123456789abcdef", "attempt": 2, "stage": 0, "kind": "%s", "try": 1},
                 "outputs": false, "filtered": false, "instances": 1, "logBytes": 67108864, "maxOutputBytes": 1000000,
                 "upload": {"target": "%s", "token": "5ec7e7"}}
                """.formatted(what.equals("publish") ? what : "filter", server.target()));
        task.setAll((ObjectNode) StrictJson.read("{" + parts.strip().replaceFirst(",$", "") + "}"));
        Path file = Files.writeString(root.resolve("task.json"), StrictJson.write(task));
        return new PodStep(new PodStep.Place(data, message, root.resolve("launch")), cancellation).run(what, file);
    }

    private int publish(String parts) throws IOException {
        return run("publish", parts);
    }

    private JsonNode report() throws IOException {
        return StrictJson.read(Files.readString(message));
    }

    /** The list that was stored, which is the one that the report names, and whose hashes are those of what came. */
    private Stream<String> manifest() throws IOException {
        String list = server.text("manifest.json");
        assertThat(report().at("/manifest/size").longValue()).isEqualTo(list.getBytes(UTF_8).length);
        assertThat(report().at("/manifest/sha256").textValue()).isEqualTo(hash(list));
        return Stream.of(StrictJson.read(list)).flatMap(all -> {
            Stream.Builder<String> lines = Stream.builder();
            all.forEach(each -> {
                String path = each.required("path").textValue();
                String came = server.text(path.replace(" ", "%20"));
                assertThat(each.required("sha256").textValue()).isEqualTo(hash(came));
                assertThat(each.required("size").longValue()).isEqualTo(came.getBytes(UTF_8).length);
                lines.add(each.required("role").textValue() + " " + path);
            });
            return lines.build();
        });
    }

    private static String hash(String text) {
        return Hashing.sha256().hashString(text, UTF_8).toString();
    }

    @Test
    void outputsAndLogsAreStoredAndListed() throws Exception {
        Files.createSymbolicLink(data.resolve("results/outputs/link"), data.resolve("results/outputs/a"));
        write("results/logs/algorithm.log", "head ");
        write("results/logs/algorithm.log.1", "tail");
        assertThat(publish("\"outputs\": true, \"filtered\": false,")).isZero();
        assertThat(server.targets())
                .containsExactly(
                        "outputs/a?role=OUTPUT",
                        "outputs/sub/b%20c?role=OUTPUT",
                        "algorithm.log?role=ALGORITHM_LOG",
                        "publish.log?role=PUBLISH_LOG",
                        "manifest.json?role=PUBLISH_LOG");
        assertThat(server.text("outputs/sub/b%20c")).isEqualTo("22");
        assertThat(server.text("algorithm.log")).isEqualTo("head tail");
        assertThat(server.text("publish.log"))
                .startsWith("left out, no regular file: link\noutputs/a: 1 bytes, sha256 " + hash("1") + "\n");
        assertThat(manifest())
                .containsExactly(
                        "OUTPUT outputs/a",
                        "OUTPUT outputs/sub/b c",
                        "ALGORITHM_LOG algorithm.log",
                        "PUBLISH_LOG publish.log");
        assertThat(report().has("message")).isFalse();
        assertThat(data.resolve("bin")).doesNotExist();
    }

    @Test
    void whatTheFilterLeftIsPublishedAndNotTheAlgorithmsOwn() throws Exception {
        write("filtered/outputs/kept", "k");
        write("filtered/logs/algorithm.log", "dropped 3 rows\n");
        write("results/logs/algorithm.log", "I ran\n");
        assertThat(publish("\"outputs\": true, \"filtered\": true,")).isZero();
        assertThat(manifest())
                .containsExactly("OUTPUT outputs/kept", "ALGORITHM_LOG algorithm.log", "PUBLISH_LOG publish.log");
        assertThat(server.text("algorithm.log")).isEqualTo("I ran\n");
        assertThat(server.text("publish.log")).endsWith("--- filter\ndropped 3 rows\n");
    }

    @Test
    void withoutOutputsLogsAlone() throws Exception {
        write("results/logs/algorithm.log", "I failed\n");
        assertThat(publish("\"outputs\": false, \"filtered\": false,")).isZero();
        assertThat(manifest()).containsExactly("ALGORITHM_LOG algorithm.log", "PUBLISH_LOG publish.log");
        assertThat(server.text("publish.log"))
                .startsWith("no outputs are published\n")
                .doesNotContain("--- filter");
    }

    @Test
    void theLogsOfInstancesAreOneFileWithAHeaderForEach() throws Exception {
        write("results/logs/0/algorithm.log", "zero\n");
        write("results/logs/1/algorithm.log", "one\n");
        assertThat(publish("\"instances\": 2,")).isZero();
        assertThat(server.text("algorithm.log")).isEqualTo("--- instance 0\nzero\n--- instance 1\none\n");
    }

    @Test
    void noMoreOfALogIsReadThanTheTaskSays() throws Exception {
        write("results/logs/algorithm.log", "12345678");
        assertThat(publish("\"logBytes\": 5,")).isZero();
        assertThat(server.text("algorithm.log")).isEqualTo("12345");
    }

    @Test
    void whereThereIsNoLogNoneIsStored() throws Exception {
        Files.delete(logs);
        assertThat(publish("")).isZero();
        assertThat(manifest()).containsExactly("PUBLISH_LOG publish.log");
        assertThat(server.text("publish.log")).contains("the algorithm left no log\n");
    }

    @Test
    void anOutputThatIsRefusedFailsTheStepAndTheLogsAreStoredAllTheSame() throws Exception {
        write("results/logs/algorithm.log", "I ran\n");
        server.answering(201, 403);
        assertThat(publish("\"outputs\": true,")).isEqualTo(1);
        assertThat(report().required("message").textValue()).isEqualTo("the outputs could not be stored");
        assertThat(manifest())
                .containsExactly("OUTPUT outputs/a", "ALGORITHM_LOG algorithm.log", "PUBLISH_LOG publish.log");
        assertThat(server.text("publish.log"))
                .contains("failed: the outputs could not be stored: the server does not take it: HTTP 403\n");
    }

    @Test
    void aTryThatIsOverStoresNothingAndSaysSo() throws Exception {
        server.answering(410, 410, 410);
        assertThat(publish("\"outputs\": true,")).isEqualTo(1);
        assertThat(server.targets())
                .containsExactly(
                        "outputs/a?role=OUTPUT", "publish.log?role=PUBLISH_LOG", "manifest.json?role=PUBLISH_LOG");
        assertThat(Files.readString(message))
                .isEqualTo("{\"format\":1,\"message\":\"the outputs could not be stored\"}");
    }

    @Test
    void whatIsCancelledIsNeverASuccess() throws Exception {
        cancellation.cancel();
        assertThat(publish("\"outputs\": true,")).isEqualTo(1);
        assertThat(server.targets()).doesNotContain("outputs/a?role=OUTPUT", "publish.log?role=PUBLISH_LOG");
    }

    @Test
    void theCopyForTheFilterHasTheOutputsAndUploadsNothing() throws Exception {
        Path copy = Files.createDirectory(data.resolve("outputs"));
        assertThat(run("copy-outputs", "")).isZero();
        assertThat(copy.resolve("a")).hasContent("1");
        assertThat(copy.resolve("sub/b c")).hasContent("22");
        assertThat(server.uploads).isEmpty();
        assertThat(message).isEmptyFile();
    }

    @Test
    void aCopyThatFailsSaysSo() throws Exception {
        assertThat(run("copy-outputs", "")).isEqualTo(1);
        assertThat(report().required("message").textValue()).startsWith("the copy-outputs failed: ");
    }

    @Test
    void aCancelledCopyIsNeverASuccess() throws Exception {
        Files.createDirectory(data.resolve("outputs"));
        cancellation.cancel();
        assertThat(run("copy-outputs", "")).isEqualTo(1);
        assertThat(data.resolve("outputs")).isEmptyDirectory();
    }
}
