package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.base.Throwables;
import com.google.common.base.Ticker;
import com.google.common.hash.Hashing;
import com.google.common.io.ByteSource;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads over a real connection; time stands still but for the pauses. */
@Timeout(60)
class UploadSinkTest {
    private static final StepId STEP =
            new StepId(new JobId("0123456789abcdef0123456789abcdef"), 2, 0, StepKind.PUBLISH, 1);
    private static final String TOKEN = "5ec7e7".repeat(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<Duration> pauses = new ArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private long nanos;
    private int opened;
    private TestingUploads server;

    @BeforeEach
    void start() throws IOException {
        server = new TestingUploads();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private UploadSink sink() {
        return sink(server.target());
    }

    private UploadSink sink(URI target) {
        Ticker ticker = new Ticker() {
            @Override
            public long read() {
                return nanos;
            }
        };
        return new UploadSink(target, TOKEN, PATIENCE, ticker, this::pause, cancellation);
    }

    private void pause(Cancellation signal, Duration length) {
        assertThat(signal).isSameAs(cancellation);
        pauses.add(length);
        nanos += length.toNanos();
    }

    private ByteSource content(byte[] bytes) {
        return new ByteSource() {
            @Override
            public InputStream openStream() {
                opened++;
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    private Artifact put(String path, String text) throws IOException {
        return sink().put(STEP, path, Artifact.Role.OUTPUT, content(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<Long> pausesInMillis() {
        return pauses.stream().map(Duration::toMillis).collect(Collectors.toList());
    }

    private static String hash(String text) {
        return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
    }

    @Test
    void whatIsStoredIsWhatWasSentWithRoleAndToken() throws Exception {
        Artifact stored =
                sink().put(STEP, "algorithm.log", Artifact.Role.ALGORITHM_LOG, ByteSource.wrap(new byte[] {'h', 'i'}));
        assertThat(stored).isEqualTo(new Artifact(STEP, "algorithm.log", Artifact.Role.ALGORITHM_LOG, 2, hash("hi")));
        assertThat(server.uploads).hasSize(1);
        TestingUploads.Upload upload = server.uploads.get(0);
        assertThat(upload.method()).isEqualTo("PUT");
        assertThat(upload.target()).isEqualTo(TestingUploads.PATH + "/algorithm.log?role=ALGORITHM_LOG");
        assertThat(upload.text()).isEqualTo("hi");
        assertThat(upload.headers().get("Authorization")).containsExactly("Bearer " + TOKEN);
        assertThat(upload.headers().get("Content-Type")).containsExactly("application/octet-stream");
        assertThat(upload.headers().get("Transfer-Encoding")).containsExactly("chunked");
        assertThat(upload.headers()).doesNotContainKey("Content-Length");
        assertThat(pauses).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "outputs/a b | outputs/a%20b",
                "outputs/100% | outputs/100%25",
                "outputs/a%2Fb | outputs/a%252Fb",
                "outputs/x;v=1/y | outputs/x%3Bv%3D1/y",
                "outputs/a+b&c?d#e | outputs/a%2Bb%26c%3Fd%23e",
                "outputs/ş/İı.txt | outputs/%C5%9F/%C4%B0%C4%B1.txt",
                "outputs/😀 | outputs/%F0%9F%98%80",
                "outputs/a\\b'\"\"c\"\"' | outputs/a%5Cb%27%22%22c%22%22%27",
                "outputs/-._~ | outputs/-._~",
                "outputs/a/b/c/d | outputs/a/b/c/d"
            })
    void oddNamesAreEscapedPartByPart(String path, String target) throws Exception {
        assertThat(put(path, "x").path()).isEqualTo(path);
        assertThat(server.targets()).containsExactly(target + "?role=OUTPUT");
    }

    @Test
    void controlCharactersInANameAreEscapedToo() throws Exception {
        assertThat(put("a\nb\r\tc", "x").size()).isEqualTo(1);
        assertThat(server.targets()).containsExactly("a%0Ab%0D%09c?role=OUTPUT");
    }

    @Test
    void aLargeFileArrivesWholeInChunks() throws Exception {
        byte[] bytes = new byte[(5 << 20) + 7];
        new Random(1).nextBytes(bytes);
        Artifact stored = sink().put(STEP, "outputs/big", Artifact.Role.OUTPUT, content(bytes));
        assertThat(stored.size()).isEqualTo(bytes.length);
        assertThat(stored.sha256()).isEqualTo(Hashing.sha256().hashBytes(bytes).toString());
        assertThat(server.uploads).hasSize(1);
        assertThat(Arrays.equals(server.uploads.get(0).bytes(), bytes)).isTrue();
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void anEmptyFileIsAFile() throws Exception {
        assertThat(put("outputs/empty", ""))
                .isEqualTo(new Artifact(STEP, "outputs/empty", Artifact.Role.OUTPUT, 0, hash("")));
        assertThat(server.uploads.get(0).content()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                408,
                425,
                429,
                500,
                502,
                503,
                504,
                TestingUploads.OTHER_HASH,
                TestingUploads.OTHER_SIZE,
                TestingUploads.NO_JSON,
                TestingUploads.CLOSED
            })
    void whatMayPassIsSentAgainWithItsContentOpenedAnew(int answer) throws Exception {
        server.answering(answer, answer);
        assertThat(put("outputs/a", "abc"))
                .isEqualTo(new Artifact(STEP, "outputs/a", Artifact.Role.OUTPUT, 3, hash("abc")));
        assertThat(opened).isEqualTo(3);
        assertThat(server.uploads).hasSize(3);
        assertThat(server.uploads.get(2).text()).isEqualTo("abc");
        assertThat(pausesInMillis()).containsExactly(200L, 400L);
    }

    @Test
    void pausesGetLongerUntilPatienceIsOver() {
        Integer[] busy = new Integer[50];
        Arrays.fill(busy, 503);
        server.answering(busy);
        assertThatThrownBy(() -> put("outputs/a", "abc"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("HTTP 503");
        // The next one would end at 11.2 s, and patience is 10 s.
        assertThat(pausesInMillis()).containsExactly(200L, 400L, 800L, 1_600L, 3_200L);
        assertThat(server.uploads).hasSize(6);
        assertThat(opened).isEqualTo(6);
    }

    @Test
    void noPauseIsLongerThanFiveSeconds() throws Exception {
        server.answering(503, 503, 503, 503, 503, 503, 503);
        UploadSink patient = new UploadSink(
                server.target(), TOKEN, Duration.ofMinutes(5), Ticker.systemTicker(), this::pause, cancellation);
        Artifact stored = patient.put(STEP, "a", Artifact.Role.OUTPUT, content(new byte[1]));
        assertThat(stored.size()).isEqualTo(1);
        assertThat(pausesInMillis()).containsExactly(200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L);
    }

    @Test
    void aServerThatStoresSomethingElseForGoodFails() {
        Integer[] other = new Integer[50];
        Arrays.fill(other, TestingUploads.OTHER_HASH);
        server.answering(other);
        assertThatThrownBy(() -> put("outputs/a", "abc"))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("the server stored something else than was sent");
        assertThat(server.uploads).hasSize(6);
    }

    @Test
    void aServerThatIsAwayIsAskedUntilPatienceIsOver() {
        URI gone = server.target();
        server.close();
        assertThatThrownBy(() -> sink(gone).put(STEP, "a", Artifact.Role.OUTPUT, content(new byte[1])))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining(TOKEN);
        assertThat(pauses).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 301, 302, 307, 308, 400, 401, 403, 404, 405, 410, 413})
    void whatWillNotPassIsNotSentAgain(int status) {
        server.answering(status);
        Throwable refused = catchThrowable(() -> put("outputs/a", "abc"));
        assertThat(refused).isInstanceOf(IOException.class).hasMessage("the server does not take it: HTTP " + status);
        assertThat(Throwables.getStackTraceAsString(refused)).doesNotContain(TOKEN);
        assertThat(pauses).isEmpty();
        assertThat(server.uploads).hasSize(1);
        assertThat(server.uploads.get(0).target()).startsWith(TestingUploads.PATH);
    }

    @Test
    void aLargeFileThatIsRefusedIsNotSentAgain() {
        server.answering(410);
        assertThatThrownBy(() -> sink().put(STEP, "a", Artifact.Role.OUTPUT, content(new byte[4 << 20])))
                .hasMessage("the server does not take it: HTTP 410");
        assertThat(server.uploads).hasSize(1);
    }

    @Test
    void onceCancelledAFailureIsTheEnd() {
        server.answering(503);
        cancellation.cancel();
        assertThatThrownBy(() -> put("outputs/a", "abc")).hasMessage("HTTP 503");
        assertThat(server.uploads).hasSize(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void aCancellationInAPauseLeavesOneLastTry() {
        server.answering(503, 503, 503, 503);
        UploadSink sink = new UploadSink(
                server.target(),
                TOKEN,
                PATIENCE,
                Ticker.systemTicker(),
                (signal, length) -> signal.cancel(),
                cancellation);
        assertThatThrownBy(() -> sink.put(STEP, "a", Artifact.Role.OUTPUT, content(new byte[1])))
                .hasMessage("HTTP 503");
        assertThat(server.uploads).hasSize(2);
    }

    @Test
    void aSignalInTheMiddleOfTheContentEndsItAtOnce() {
        ByteSource cancelled = new ByteSource() {
            @Override
            public InputStream openStream() {
                opened++;
                return new InputStream() {
                    @Override
                    public int read() {
                        throw new CancellationException("publishing was cancelled");
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) {
                        return read();
                    }
                };
            }
        };
        assertThatThrownBy(() -> sink().put(STEP, "a", Artifact.Role.OUTPUT, cancelled))
                .isInstanceOf(CancellationException.class);
        assertThat(opened).isEqualTo(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void anInterruptInAPauseIsTheEndAndIsKept() {
        server.answering(503);
        UploadSink sink = new UploadSink(
                server.target(),
                TOKEN,
                PATIENCE,
                Ticker.systemTicker(),
                (signal, length) -> {
                    throw new InterruptedException();
                },
                cancellation);
        assertThatThrownBy(() -> sink.put(STEP, "a", Artifact.Role.OUTPUT, content(new byte[1])))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.uploads).hasSize(1);
    }

    @Test
    void contentThatCanNotBeReadFailsAndIsNeverTakenForAWholeFile() {
        ByteSource broken = new ByteSource() {
            @Override
            public InputStream openStream() throws IOException {
                opened++;
                throw new IOException("the disk is at fault");
            }
        };
        assertThatThrownBy(() -> sink().put(STEP, "a", Artifact.Role.OUTPUT, broken))
                .hasMessage("it can't be read here: the disk is at fault");
        assertThat(server.uploads).isEmpty();
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void contentThatBreaksInTheMiddleIsNeverTakenForAWholeFile() {
        ByteSource broken = new ByteSource() {
            @Override
            public InputStream openStream() {
                InputStream fails = new FilterInputStream(InputStream.nullInputStream()) {
                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        throw new IOException("the disk is at fault");
                    }
                };
                return new SequenceInputStream(new ByteArrayInputStream(new byte[300_000]), fails);
            }
        };
        assertThatThrownBy(() -> sink().put(STEP, "a", Artifact.Role.OUTPUT, broken))
                .hasMessage("it can't be read here: the disk is at fault");
        assertThat(server.uploads).isEmpty();
    }

    @Test
    void theTokenIsNeverShown() {
        assertThat(sink().toString()).isEqualTo("UploadSink[" + server.target() + "]");
        assertThat(new PodTask.Upload(server.target(), TOKEN).toString()).doesNotContain(TOKEN);
    }
}
