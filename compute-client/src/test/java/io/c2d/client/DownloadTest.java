package io.c2d.client;

import static io.c2d.client.TestingServer.cut;
import static io.c2d.client.TestingServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.client.ComputeClientException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest extends ClientFixture {
    @TempDir
    Path folder;

    private URI link() {
        return server.uri().resolve("/api/v1/artifacts/a/result.csv?expires=1&sig=geheim");
    }

    private Path target() {
        return folder.resolve("result.csv");
    }

    private void assertOnlyTheTarget(String content) throws IOException {
        assertThat(target()).hasContent(content);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(target());
        }
    }

    @Test
    void downloadsWithProgress() throws IOException {
        server.replies(json(200, "0123456789", "ETag", "\"v1\""));
        List<String> told = new ArrayList<>();
        long size = client.download(link(), target(), (received, total) -> told.add(received + "/" + total.orElse(-1)));
        assertThat(size).isEqualTo(10);
        assertOnlyTheTarget("0123456789");
        assertThat(told).first().isEqualTo("0/10");
        assertThat(told).last().isEqualTo("10/10");
        assertThat(request(0).query()).containsEntry("sig", "geheim").doesNotContainKey("signature");
    }

    @Test
    void goesOnAfterACutInTheMiddle() throws IOException {
        server.replies(
                cut(200, 10, "0123", "ETag", "\"v1\""),
                json(206, "456789", "ETag", "\"v1\"", "Content-Range", "bytes 4-9/10"));
        assertThat(client.download(link(), target(), DownloadProgress.NONE)).isEqualTo(10);
        assertOnlyTheTarget("0123456789");
        assertThat(request(0).header("Range")).isEmpty();
        assertThat(request(1).header("Range")).isEqualTo("bytes=4-");
        assertThat(request(1).header("If-range")).isEqualTo("\"v1\"");
    }

    @Test
    void startsOverWhereTheFileHasBecomeAnother() throws IOException {
        server.replies(cut(200, 10, "0123", "ETag", "\"v1\""), json(200, "abcdef", "ETag", "\"v2\""));
        assertThat(client.download(link(), target(), DownloadProgress.NONE)).isEqualTo(6);
        assertOnlyTheTarget("abcdef");
    }

    @Test
    void aRangeOfAnotherVersionIsNotJoined() throws IOException {
        server.replies(
                cut(200, 10, "0123", "ETag", "\"v1\""),
                json(206, "efghij", "ETag", "\"v2\"", "Content-Range", "bytes 4-9/10"),
                json(200, "abcdefghij", "ETag", "\"v2\""));
        assertThat(client.download(link(), target(), DownloadProgress.NONE)).isEqualTo(10);
        assertOnlyTheTarget("abcdefghij");
        assertThat(request(2).header("Range")).isEmpty();
    }

    @Test
    void withoutAStrongTagACutDownloadStartsOver() throws IOException {
        server.replies(cut(200, 10, "0123", "ETag", "W/\"v1\""), json(200, "0123456789"));
        assertThat(client.download(link(), target(), DownloadProgress.NONE)).isEqualTo(10);
        assertOnlyTheTarget("0123456789");
        assertThat(request(1).header("Range")).isEmpty();
    }

    @Test
    void aLaterCallWithANewLinkGoesOn() throws IOException {
        server.replies(
                cut(200, 10, "0123", "ETag", "\"v1\""),
                json(403, "{\"error\":\"the link's time is over\",\"code\":\"link-expired\"}"),
                json(206, "456789", "ETag", "\"v1\"", "Content-Range", "bytes 4-9/10"));
        assertThatThrownBy(() -> client.download(link(), target(), DownloadProgress.NONE))
                .isInstanceOfSatisfying(
                        ComputeClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FORBIDDEN))
                .hasMessageNotContaining("geheim");
        assertThat(target()).doesNotExist();
        assertThat(folder.resolve("result.csv.part")).hasContent("0123");
        client.download(link(), target(), DownloadProgress.NONE);
        assertOnlyTheTarget("0123456789");
    }

    @Test
    void aPartThatIsWholeAlreadyIsTaken() throws IOException {
        Files.writeString(folder.resolve("result.csv.part"), "0123456789");
        Files.writeString(folder.resolve("result.csv.part.etag"), "\"v1\"");
        server.replies(json(416, "", "Content-Range", "bytes */10"));
        assertThat(client.download(link(), target(), DownloadProgress.NONE)).isEqualTo(10);
        assertOnlyTheTarget("0123456789");
    }

    @Test
    void progressBeginsTheLimitsAnewButAStandstillDoesNot() throws IOException {
        server.replies(
                cut(200, 8, "0", "ETag", "\"v\""),
                cut(206, 7, "1", "ETag", "\"v\"", "Content-Range", "bytes 1-7/8"),
                cut(206, 6, "2", "ETag", "\"v\"", "Content-Range", "bytes 2-7/8"),
                cut(206, 5, "3", "ETag", "\"v\"", "Content-Range", "bytes 3-7/8"),
                cut(206, 4, "4", "ETag", "\"v\"", "Content-Range", "bytes 4-7/8"),
                cut(206, 3, "5", "ETag", "\"v\"", "Content-Range", "bytes 5-7/8"),
                json(206, "67", "ETag", "\"v\"", "Content-Range", "bytes 6-7/8"));
        assertThat(client.download(link(), target(), DownloadProgress.NONE)).isEqualTo(8);
        assertOnlyTheTarget("01234567");
    }

    @Test
    void aServerThatAlwaysCutsAtTheSamePlaceIsGivenUp() {
        server.replies(cut(200, 8, "0123"));
        assertThatThrownBy(() -> client.download(link(), target(), DownloadProgress.NONE))
                .isInstanceOf(ComputeUnreachableException.class);
        assertThat(server.requests()).hasSize(5);
        assertThat(target()).doesNotExist();
    }

    @Test
    void twoDownloadsOfOneTargetExcludeEachOther() {
        try (PartFile busy = PartFile.open(target())) {
            assertThat(busy.size()).isZero();
            assertThatThrownBy(() -> client.download(link(), target(), DownloadProgress.NONE))
                    .isInstanceOfSatisfying(
                            ComputeClientException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.LOCAL_FILE));
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void opensTheAlgorithmsLogWhereThereIsOne() throws IOException {
        server.replies(
                json(200, "[" + view(JOB, 70, ",\"algologUrl\":\"" + link() + "\"") + "]"),
                json(503, ""),
                json(200, "hello\n"),
                json(200, "[" + view(JOB, 70, ",\"algologUrl\":null") + "]"));
        JobView job = client.status(JOB).orElseThrow();
        try (InputStream log = client.algorithmLog(job).orElseThrow()) {
            assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("hello\n");
        }
        assertThat(client.algorithmLog(client.status(JOB).orElseThrow())).isEmpty();
    }

    @Test
    void aStreamThatIsCutFailsInsteadOfEnding() throws IOException {
        server.replies(cut(200, 10, "0123"));
        try (InputStream stream = client.open(link())) {
            assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aDeletedArtifactIsGoneAndLeavesNoFile() {
        server.replies(json(410, "{\"error\":\"deleted\",\"code\":\"gone\"}"));
        assertThatThrownBy(() -> client.open(link()))
                .isInstanceOfSatisfying(
                        ComputeClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.GONE));
        assertThat(server.requests()).hasSize(1);
        assertThatThrownBy(() -> client.download(link(), target(), DownloadProgress.NONE))
                .isInstanceOf(ComputeClientException.class);
        assertThat(folder).isEmptyDirectory();
    }
}
