package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.StepEnd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodReportTest {
    private static final StepId STEP =
            new StepId(new JobId("0123456789abcdef0123456789abcdef"), 2, 0, StepKind.PUBLISH, 1);
    private static final String HASH = "ab".repeat(32);
    private static final int KEPT_BY_KUBELET = 4_096;

    @TempDir
    Path folder;

    private String written(@Nullable String sentence, @Nullable Artifact manifest) throws IOException {
        Path file = Files.writeString(folder.resolve("message"), "what was there before, and was longer ".repeat(200));
        PodReport.write(file, new StepEnd(StepEnd.Cause.EXITED, 1, sentence, ImmutableList.of()), manifest);
        return Files.readString(file);
    }

    private static Artifact manifest() {
        return new Artifact(STEP, "manifest.json", Artifact.Role.PUBLISH_LOG, Long.MAX_VALUE, HASH);
    }

    private JsonNode read(String sentence) throws IOException {
        String text = written(sentence, manifest());
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(KEPT_BY_KUBELET);
        return StrictJson.read(text);
    }

    @Test
    void aReportIsASentenceAndTheManifestsSizeAndHash() throws Exception {
        assertThat(written("HTTP 404 for input 1", manifest()))
                .isEqualTo("{\"format\":1,\"message\":\"HTTP 404 for input 1\","
                        + "\"manifest\":{\"size\":9223372036854775807,\"sha256\":\"" + HASH + "\"}}");
    }

    @Test
    void whatThereIsNotIsLeftOut() throws Exception {
        assertThat(written(null, null)).isEqualTo("{\"format\":1}");
        assertThat(written("x", null)).isEqualTo("{\"format\":1,\"message\":\"x\"}");
    }

    @Test
    void aSentenceOfFiveHundredCharactersIsWholeAndALongerOneIsShortened() throws Exception {
        assertThat(read("x".repeat(500)).path("message").textValue()).isEqualTo("x".repeat(500));
        assertThat(read("x".repeat(501)).path("message").textValue()).isEqualTo("x".repeat(500) + "…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ş", "\u0001", "\"", "€", "😀", "\\"})
    void theReportFitsWhateverTheSentenceIsMadeOf(String character) throws Exception {
        assertThat(read(character.repeat(100_000)).at("/manifest/sha256").textValue())
                .isEqualTo(HASH);
    }

    @Test
    void aSentenceIsNotCutInTheMiddleOfACharacter() throws Exception {
        assertThat(read("x".repeat(499) + "😀😀").path("message").textValue()).isEqualTo("x".repeat(499) + "…");
        assertThat(read("x".repeat(498) + "😀😀").path("message").textValue()).isEqualTo("x".repeat(498) + "😀…");
    }

    @Test
    void aReportIsNotMadeWhereThereIsNoPlaceForIt() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> PodReport.write(missing, StepEnd.exited(0), null))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(missing).doesNotExist();
    }

    @Test
    void theManifestListsWhatWasStoredInItsOrder() throws Exception {
        TestingArtifactStore store = new TestingArtifactStore();
        Artifact stored = PodReport.storeManifest(
                ArtifactSink.of(store),
                STEP,
                ImmutableList.of(
                        new Artifact(STEP, "outputs/ş \"1\"", Artifact.Role.OUTPUT, 5L << 40, HASH),
                        new Artifact(STEP, "algorithm.log", Artifact.Role.ALGORITHM_LOG, 0, "cd".repeat(32))));
        String text =
                "[{\"path\":\"outputs/ş \\\"1\\\"\",\"role\":\"OUTPUT\",\"size\":5497558138880,\"sha256\":\"" + HASH
                        + "\"},{\"path\":\"algorithm.log\",\"role\":\"ALGORITHM_LOG\",\"size\":0,\"sha256\":\""
                        + "cd".repeat(32) + "\"}]";
        assertThat(store.texts).containsOnlyKeys("manifest.json").containsEntry("manifest.json", text);
        assertThat(stored)
                .isEqualTo(new Artifact(
                        STEP,
                        "manifest.json",
                        Artifact.Role.PUBLISH_LOG,
                        text.getBytes(StandardCharsets.UTF_8).length,
                        Hashing.sha256()
                                .hashString(text, StandardCharsets.UTF_8)
                                .toString()));
    }

    @Test
    void theManifestOfNothingIsAnEmptyList() throws Exception {
        TestingArtifactStore store = new TestingArtifactStore();
        assertThat(PodReport.storeManifest(ArtifactSink.of(store), STEP, ImmutableList.of())
                        .size())
                .isEqualTo(2);
        assertThat(store.texts).containsEntry("manifest.json", "[]");
    }
}
