package io.c2d.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenTransferTest {
    private static final String CUT = "HTTP/1.1 200 OK\nContent-Length: 10\nETag: \"v1\"\n\n01234";

    @TempDir
    Path folder;

    private TestingDownloads downloads;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @BeforeEach
    void start() {
        downloads = new TestingDownloads(folder);
    }

    @AfterEach
    void stop() {
        downloads.close();
        thread.shutdownNow();
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void goesOnWhereItBrokeOff() throws Exception {
        try (TestingRawServer server = new TestingRawServer(
                TestingRawServer.text(CUT),
                TestingRawServer.text("HTTP/1.1 206 Partial Content\nContent-Length: 5\n"
                        + "Content-Range: bytes 5-9/10\nETag: \"v1\"\n\n56789"))) {
            assertThat(downloads.fetch(server.url()).sha256())
                    .isEqualTo("84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882");
            assertThat(downloads.target()).hasBinaryContent("0123456789".getBytes(UTF_8));
            assertThat(server.requests).hasSize(2);
            assertThat(server.requests.get(0))
                    .startsWith("GET /data?token=secret HTTP/1.1\n")
                    .doesNotContain("Range");
            assertThat(server.requests.get(1)).contains("Range: bytes=5-\n", "If-Range: \"v1\"\n");
        }
    }

    @Test
    void theDateOfTheFileServesWhereThereIsNoStrongTag() throws Exception {
        String date = "Last-Modified: Tue, 24 Nov 2026 10:00:00 GMT\n";
        try (TestingRawServer server = new TestingRawServer(
                TestingRawServer.text("HTTP/1.1 200 OK\nContent-Length: 10\nETag: W/\"v1\"\n" + date + "\n0123"),
                TestingRawServer.text("HTTP/1.1 206 Partial Content\nContent-Length: 6\n"
                        + "Content-Range: bytes 4-9/10\nETag: W/\"v1\"\n" + date + "\n456789"))) {
            downloads.fetch(server.url());
            assertThat(downloads.target()).hasBinaryContent("0123456789".getBytes(UTF_8));
            assertThat(server.requests.get(1)).contains("If-Range: Tue, 24 Nov 2026 10:00:00 GMT\n");
        }
    }

    @Test
    void aServerThatSendsAllStartsOver() throws Exception {
        try (TestingRawServer server = new TestingRawServer(
                TestingRawServer.text(CUT),
                TestingRawServer.text("HTTP/1.1 200 OK\nContent-Length: 4\nETag: \"v2\"\n\nabcd"))) {
            assertThat(downloads.fetch(server.url()).size()).isEqualTo(4);
            assertThat(downloads.target()).hasBinaryContent("abcd".getBytes(UTF_8));
        }
    }

    @Test
    void aPartThatDoesNotFitIsThrownAway() throws Exception {
        try (TestingRawServer server = new TestingRawServer(
                TestingRawServer.text(CUT),
                TestingRawServer.text("HTTP/1.1 206 Partial Content\nContent-Length: 3\n"
                        + "Content-Range: bytes 7-9/10\nETag: \"v1\"\n\n789"),
                TestingRawServer.text("HTTP/1.1 200 OK\nContent-Length: 10\n\n0123456789"))) {
            downloads.fetch(server.url());
            assertThat(downloads.target()).hasBinaryContent("0123456789".getBytes(UTF_8));
            assertThat(server.requests.get(2)).doesNotContain("Range");
        }
    }

    @Test
    void withoutAVersionItStartsOver() throws Exception {
        try (TestingRawServer server = new TestingRawServer(
                TestingRawServer.text("HTTP/1.1 200 OK\nContent-Length: 10\n\n01234"),
                TestingRawServer.text("HTTP/1.1 200 OK\nContent-Length: 10\n\n0123456789"))) {
            downloads.fetch(server.url());
            assertThat(downloads.target()).hasBinaryContent("0123456789".getBytes(UTF_8));
            assertThat(server.requests.get(1)).doesNotContain("Range");
        }
    }

    @Test
    void aBodyThatIsAlwaysCutIsNoFile() throws Exception {
        try (TestingRawServer server =
                new TestingRawServer(TestingRawServer.text("HTTP/1.1 200 OK\nContent-Length: 10\n\n01234"))) {
            assertThatThrownBy(() -> downloads.fetch(server.url()))
                    .hasMessage("connection broken off for input 1 (" + server.shown() + ")");
            assertThat(server.requests).hasSize(3);
        }
        assertNothingLeft();
    }

    @Test
    void aCutChunkedBodyIsNoFile() throws Exception {
        try (TestingRawServer server = new TestingRawServer(
                TestingRawServer.text("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\n01234\n"))) {
            assertThatThrownBy(() -> downloads.fetch(server.url()))
                    .hasMessage("connection broken off for input 1 (" + server.shown() + ")");
        }
        assertNothingLeft();
    }

    @Test
    void aLargeFileMayBreakMoreOftenThanASmallOne() throws Exception {
        int piece = 1 << 20;
        TestingRawServer.Script[] scripts = new TestingRawServer.Script[6];
        for (int i = 0; i < scripts.length; i++) {
            long from = (long) i * piece;
            String head = i == 0
                    ? "HTTP/1.1 200 OK\nContent-Length: " + 6L * piece + "\n"
                    : "HTTP/1.1 206 Partial Content\nContent-Length: " + (6L * piece - from) + "\nContent-Range: bytes "
                            + from + "-" + (6L * piece - 1) + "/" + 6L * piece + "\n";
            scripts[i] = out -> {
                TestingRawServer.text(head + "ETag: \"v1\"\n\n").send(out);
                out.write(new byte[piece]);
            };
        }
        try (TestingRawServer server = new TestingRawServer(scripts)) {
            assertThat(downloads.fetch(server.url()).size()).isEqualTo(6L * piece);
            assertThat(server.requests).hasSize(6);
        }
    }

    @Test
    void headersWithoutEndAreRefused() throws Exception {
        try (TestingRawServer server = new TestingRawServer(out -> {
            TestingRawServer.text("HTTP/1.1 200 OK\n").send(out);
            while (true) {
                TestingRawServer.text("X-Filler: " + "x".repeat(1000) + "\n").send(out);
            }
        })) {
            assertThatThrownBy(() -> downloads.fetch(server.url()))
                    .isInstanceOf(StagingException.class)
                    .hasMessageEndingWith(" for input 1 (" + server.shown() + ")");
        }
        assertNothingLeft();
    }

    /** A byte now and then, for ever. */
    private static void trickle(TestingRawServer server, OutputStream out) throws IOException, InterruptedException {
        do {
            out.write('x');
            out.flush();
        } while (!server.over.await(10, TimeUnit.MILLISECONDS));
    }

    private static TestingRawServer trickling(String head) throws IOException {
        CompletableFuture<TestingRawServer> self = new CompletableFuture<>();
        TestingRawServer server = new TestingRawServer(out -> {
            TestingRawServer.text(head).send(out);
            trickle(self.join(), out);
        });
        self.complete(server);
        return server;
    }

    @Test
    void aServerThatTricklesHitsTheTotalLimit() throws Exception {
        downloads.policy.totalTimeout(Duration.ofMillis(300));
        try (TestingRawServer server = trickling("HTTP/1.1 200 OK\n\n")) {
            assertThatThrownBy(() -> downloads.fetch(server.url()))
                    .hasMessage("timed out after 300 ms for input 1 (" + server.shown() + ")");
        }
        assertNothingLeft();
    }

    @Test
    void aServerThatTricklesItsHeadersHitsTheTotalLimit() throws Exception {
        downloads.policy.totalTimeout(Duration.ofMillis(300));
        try (TestingRawServer server = trickling("HTTP/1.1 200 OK\nX-Filler: ")) {
            assertThatThrownBy(() -> downloads.fetch(server.url()))
                    .hasMessage("timed out after 300 ms for input 1 (" + server.shown() + ")");
        }
    }

    @Test
    void aSilentServerHitsTheIdleLimit() throws Exception {
        downloads.policy.idleTimeout(Duration.ofMillis(100));
        CompletableFuture<TestingRawServer> self = new CompletableFuture<>();
        try (TestingRawServer server = new TestingRawServer(out -> {
            boolean ignored = self.join().over.await(10, TimeUnit.SECONDS);
        })) {
            self.complete(server);
            downloads.policy.maxTries(1);
            assertThatThrownBy(() -> downloads.fetch(server.url()))
                    .hasMessage("timed out after 100 ms of silence for input 1 (" + server.shown() + ")");
        }
    }

    @Test
    void cancellingEndsADownload() throws Exception {
        Cancellation cancellation = new Cancellation();
        try (TestingRawServer server = trickling("HTTP/1.1 200 OK\n\n")) {
            Future<?> download = thread.submit(() -> downloads.fetch(server.url(), null, cancellation));
            assertThat(server.asked.await(10, TimeUnit.SECONDS)).isTrue();
            cancellation.cancel();
            assertThatThrownBy(() -> download.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(CancellationException.class);
        }
        assertNothingLeft();
    }

    @Test
    void cancellingEndsADownloadThatWaitsForANameServer() throws Exception {
        Cancellation cancellation = new Cancellation();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        downloads.lookup = host -> {
            asked.countDown();
            try {
                boolean ignored = never.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        };
        Future<?> download = thread.submit(() -> downloads.fetch("http://slow.example/", null, cancellation));
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        cancellation.cancel();
        assertThatThrownBy(() -> download.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(CancellationException.class);
        assertNothingLeft();
    }

    @Test
    void whatIsCancelledBeforeDoesNotConnect() throws Exception {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        try (TestingRawServer server = new TestingRawServer(TestingRawServer.text(CUT))) {
            assertThatThrownBy(() -> downloads.fetch(server.url(), null, cancellation))
                    .isInstanceOf(CancellationException.class);
            assertThat(server.requests).isEmpty();
        }
        assertNothingLeft();
    }

    @Test
    void anInterruptedThreadDoesNotConnectAndStaysInterrupted() throws Exception {
        try (TestingRawServer server = new TestingRawServer(TestingRawServer.text(CUT))) {
            Future<Boolean> flag = thread.submit(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> downloads.fetch(server.url())).isInstanceOf(CancellationException.class);
                return Thread.interrupted();
            });
            assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.requests).isEmpty();
        }
    }
}
