package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.json.StrictJson;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ContainerImage;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ClusterException;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SmallPartsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '"',
            value = {
                "python $ALGO > [python, /A]",
                "sh   $ALGO -x > [sh, /A, -x]",
                "python $ALGO | tee log > [/bin/sh, -c, python /A | tee log]",
                "cd /tmp && ./run > [/bin/sh, -c, cd /tmp && ./run]",
                "A=1 python $ALGO > [/bin/sh, -c, A=1 python /A]",
                "echo $(id) $$ > [/bin/sh, -c, echo $$(id) $$$$]",
                "python 'a b' > [/bin/sh, -c, python 'a b']"
            })
    void plainWordsAreRunAsTheyAreAndAnyOtherLineByAShell(String line, String expected) {
        assertThat(Entrypoint.command(line, "/A").toString()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example/team, registry.example/team/python, true",
        "registry.example/team, registry.example/teams/python, false",
        "registry.example, registry.example/a/b, true",
        "registry.example, registry.example.evil/a, false",
        "docker.io, python, true",
        "docker.io/library, library/python, true",
        "registry.example, python, false",
        "localhost:5000, localhost:5000/python, true"
    })
    void imagesAreAllowedByRegistryAndPath(String rule, String image, boolean allowed) {
        assertThat(ImageRules.only(rule).allow(new ContainerImage(image, "1", null, "x")))
                .isEqualTo(allowed);
    }

    @Test
    void anImageThatIsAllowedByDigestIsAllowedByNoTag() {
        String digest = "sha256:" + "a".repeat(64);
        ImageRules rules = ImageRules.only("registry.example/python@" + digest);
        assertThat(rules.allow(new ContainerImage("registry.example/python", "1", digest, "x")))
                .isTrue();
        assertThat(rules.allow(new ContainerImage("registry.example/python", "1", null, "x")))
                .isFalse();
        assertThat(rules.allow(new ContainerImage("registry.example/python", "1", "sha256:" + "b".repeat(64), "x")))
                .isFalse();
    }

    @Test
    void theDigestWinsOverTheTag() {
        assertThat(ImageRules.reference(new ContainerImage("a/b", "1", "sha256:cc", "x")))
                .isEqualTo("a/b@sha256:cc");
        assertThat(ImageRules.reference(new ContainerImage("a/b", "1", null, "x")))
                .isEqualTo("a/b:1");
        assertThat(ImageRules.reference(new ContainerImage("a/b", null, null, "x")))
                .isEqualTo("a/b");
    }

    @Test
    void aTaskIsReadBackAsTheStageThatItWasMadeOf() {
        Stage stage = Specs.stage("python", "python $ALGO", 1);
        String json = WorkerTask.json(
                Specs.of(StepKind.STAGE_IN, Fixture.environment(), stage),
                Fixture.environment(),
                WorkerSettings.of(
                        "worker", step -> new WorkerSettings.Upload(URI.create("http://c2d.example/u"), "t0ken")));
        var task = StrictJson.read(json);
        Stage read = WorkflowCodec.read(task.get("workflow"), "").stage(0);
        assertThat(read.inputs()).isEqualTo(stage.inputs());
        assertThat(read.algorithm()).isEqualTo(stage.algorithm());
        assertThat(task.at("/step/job").asText()).isEqualTo(Specs.JOB.value());
        assertThat(task.at("/step/kind").asText()).isEqualTo("stage-in");
        assertThat(task.at("/step/try").asInt()).isEqualTo(1);
        assertThat(task.at("/upload/token").asText()).isEqualTo("t0ken");
    }

    @Test
    void theCopyForAFilterGetsNoToken() {
        String json = WorkerTask.json(
                Specs.of(StepKind.FILTER, Fixture.environment(), Specs.stage("python", "python $ALGO", 1)),
                Fixture.environment(),
                WorkerSettings.of(
                        "worker", step -> new WorkerSettings.Upload(URI.create("http://c2d.example/u"), "t0ken")));
        assertThat(json).doesNotContain("t0ken").doesNotContain("upload");
    }

    @Test
    void aReportIsReadAndWhatIsNoneSaysNothing() {
        String hash = "b".repeat(64);
        WorkerReport report = WorkerReport.parse(
                "{\"format\":1,\"message\":\"HTTP 404 for input 1\",\"manifest\":{\"size\":12,\"sha256\":\"%s\"}}"
                        .formatted(hash));
        assertThat(report).isEqualTo(new WorkerReport("HTTP 404 for input 1", new WorkerReport.Manifest(12, hash)));
        assertThat(WorkerReport.parse(null)).isEqualTo(WorkerReport.NONE);
        assertThat(WorkerReport.parse("Exception in thread main")).isEqualTo(WorkerReport.NONE);
        assertThat(WorkerReport.parse("{\"format\":2,\"message\":\"x\"}")).isEqualTo(WorkerReport.NONE);
        assertThat(WorkerReport.parse("{\"format\":1,\"manifest\":{\"size\":1,\"sha256\":\"zz\"}}"))
                .isEqualTo(WorkerReport.NONE);
    }

    @Test
    void theListOfWhatWasStoredMustBeTheOneThatWasReported(@TempDir Path folder) throws Exception {
        FileArtifactStore store = FileArtifactStore.open(folder, "test", new Random(1));
        StepId step = Specs.step(StepKind.PUBLISH, 1);
        String list =
                "[{\"path\":\"outputs/a\",\"role\":\"OUTPUT\",\"size\":3,\"sha256\":\"%s\"}]".formatted("c".repeat(64));
        byte[] bytes = list.getBytes(StandardCharsets.UTF_8);
        Artifact unused = store.put(step, Manifests.NAME, Artifact.Role.PUBLISH_LOG, new ByteArrayInputStream(bytes));
        Manifests manifests = new Manifests(store);
        String hash = Hashing.sha256().hashBytes(bytes).toString();
        assertThat(manifests.read(step, new WorkerReport.Manifest(bytes.length, hash)))
                .containsExactly(new Artifact(step, "outputs/a", Artifact.Role.OUTPUT, 3, "c".repeat(64)));
        assertThatThrownBy(() -> manifests.read(step, new WorkerReport.Manifest(bytes.length, "d".repeat(64))))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("another than was reported");
        assertThatThrownBy(() ->
                        manifests.read(Specs.step(StepKind.PUBLISH, 2), new WorkerReport.Manifest(bytes.length, hash)))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("is not there");
    }

    private static KubernetesClientException refused(int code, String reason, String message) {
        return new KubernetesClientException(new StatusBuilder()
                .withCode(code)
                .withReason(reason)
                .withMessage(message)
                .build());
    }

    @ParameterizedTest
    @CsvSource({
        "409, AlreadyExists, pods x already exists, NAME_IN_USE",
        "409, AlreadyExists, object is being deleted: pods x already exists, NAME_IN_USE",
        "409, Conflict, please try again, FOR_NOW",
        "422, Invalid, spec.containers: required, FOR_GOOD",
        "400, BadRequest, strict decoding error, FOR_GOOD",
        "403, Forbidden, exceeded quota: pods, FOR_NOW",
        "403, Forbidden, 'pods is forbidden: User x cannot create', FOR_NOW",
        "403, Forbidden, 'violates PodSecurity \"restricted:latest\"', FOR_GOOD",
        "404, NotFound, namespaces x not found, FOR_NOW",
        "401, Unauthorized, Unauthorized, FOR_NOW",
        "429, TooManyRequests, slow down, FOR_NOW",
        "500, InternalError, etcd, FOR_NOW"
    })
    void aRefusedCreateMeans(int code, String reason, String message, ApiFailure.Create expected) {
        assertThat(ApiFailure.ofCreate(refused(code, reason, message))).isEqualTo(expected);
    }

    @Test
    void onlyAnObjectThatIsGoneOrAnotherCountsAsDeleted() {
        assertThat(ApiFailure.isGoneOrAnother(refused(404, "NotFound", ""))).isTrue();
        assertThat(ApiFailure.isGoneOrAnother(refused(409, "Conflict", "UID in precondition")))
                .isTrue();
        assertThat(ApiFailure.isGoneOrAnother(refused(409, "AlreadyExists", "")))
                .isFalse();
        assertThat(ApiFailure.isGoneOrAnother(refused(403, "Forbidden", ""))).isFalse();
        assertThat(ApiFailure.isGoneOrAnother(refused(500, "InternalError", "")))
                .isFalse();
    }

    @Test
    void anIdentityIsReadBackAndAnythingElseIsNone() {
        assertThat(AnchorId.parse("jobs/abc")).contains(new AnchorId("jobs", "abc"));
        assertThat(AnchorId.parse("0123abcd")).isEmpty();
        assertThat(AnchorId.parse("/abc")).isEmpty();
        assertThat(AnchorId.parse("jobs/")).isEmpty();
    }
}
