package io.c2d.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {
    private static final byte[] HELLO = "hello, data".getBytes(UTF_8);

    @TempDir
    Path folder;

    private TestingHttpServer server;
    private TestingDownloads downloads;

    @BeforeEach
    void start() throws IOException {
        server = new TestingHttpServer();
        downloads = new TestingDownloads(folder);
    }

    @AfterEach
    void stop() {
        downloads.close();
        server.close();
    }

    private static String sha256(byte[] bytes) {
        return Hashing.sha256().hashBytes(bytes).toString();
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    private void assertFails(String url, String message) throws IOException {
        assertThatThrownBy(() -> downloads.fetch(url))
                .isInstanceOf(StagingException.class)
                .hasMessage(message);
        assertNothingLeft();
    }

    @Test
    void fetchesAFileAndTellsItsSizeAndHash() throws Exception {
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, HELLO));
        Downloader.Fetched fetched = downloads.fetch(server.url("/x?a=b%20c"), sha256(HELLO), new Cancellation());
        assertThat(fetched).isEqualTo(new Downloader.Fetched(11, sha256(HELLO)));
        assertThat(downloads.target()).hasBinaryContent(HELLO);
        assertThat(server.requests).containsExactly("/x?a=b%20c");
        assertThat(downloads.looked).containsExactly("127.0.0.1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(downloads.target())))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void anEmptyFileIsAFile() throws Exception {
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, new byte[0]));
        assertThat(downloads.fetch(server.url("/x")).size()).isZero();
        assertThat(downloads.target()).isEmptyFile();
    }

    @Test
    void aMissingFileIsNotAskedForAgain() throws Exception {
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 404, HELLO));
        assertFails(server.url("/x?token=secret"), "HTTP 404 for input 1 (" + server.url("/x") + ")");
        assertThat(server.requests).hasSize(1);
        assertThat(downloads.pauses).isEmpty();
    }

    @Test
    void aRefusedConnectionIsTriedThreeTimes() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertFails(
                "http://127.0.0.1:" + port + "/x", "connection refused for input 1 (http://127.0.0.1:" + port + "/x)");
        assertThat(downloads.pauses).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    }

    @Test
    void aWrongHashLeavesNothing() throws Exception {
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, HELLO));
        String declared = "0".repeat(64);
        assertThatThrownBy(() -> downloads.fetch(server.url("/x"), declared, new Cancellation()))
                .hasMessage("sha256 of input 1 (" + server.url("/x") + ") is " + sha256(HELLO) + ", not the declared "
                        + declared);
        assertNothingLeft();
    }

    @Test
    void followsFiveRedirectsAndNoSixth() throws Exception {
        server.on("/r", exchange -> {
            int left = Integer.parseInt(exchange.getRequestURI().getPath().substring(3));
            if (left == 0) {
                TestingHttpServer.answer(exchange, 200, HELLO);
            } else {
                TestingHttpServer.redirect(exchange, "/r/" + (left - 1));
            }
        });
        assertFails(server.url("/r/6"), "too many redirects for input 1 (" + server.url("/r/6") + ")");
        assertThat(server.requests).hasSize(6);
        assertThat(downloads.fetch(server.url("/r/5")).size()).isEqualTo(11);
    }

    @Test
    void aRedirectToAForbiddenAddressIsRefused() throws Exception {
        server.on("/x", exchange -> TestingHttpServer.redirect(exchange, "http://169.254.169.254/latest/meta-data"));
        assertFails(server.url("/x"), "address 169.254.169.254 is not allowed for input 1 (" + server.url("/x") + ")");
    }

    @Test
    void aRedirectToAFileIsRefusedEvenWhereFilesAreAllowed() throws Exception {
        downloads.policy.allowFileUrls(true);
        server.on("/x", exchange -> TestingHttpServer.redirect(exchange, "file:///etc/passwd"));
        assertFails(server.url("/x"), "redirected to a local file for input 1 (" + server.url("/x") + ")");
    }

    @Test
    void anOverloadedServerIsAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, asked.incrementAndGet() < 3 ? 503 : 200, HELLO));
        assertThat(downloads.fetch(server.url("/x")).size()).isEqualTo(11);
        assertThat(asked).hasValue(3);
        assertThat(downloads.pauses).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 503})
    void anOverloadedServerIsNotAskedForEver(int status) throws Exception {
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, status, HELLO));
        assertFails(server.url("/x"), "HTTP " + status + " for input 1 (" + server.url("/x") + ")");
        assertThat(server.requests).hasSize(3);
    }

    @Test
    void aServerThatAsksForTimeGetsItWithinTheWindow() throws Exception {
        AtomicReference<String> wait = new AtomicReference<>("20");
        server.on("/x", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", wait.getAndSet("11"));
            TestingHttpServer.answer(exchange, 429, HELLO);
        });
        assertFails(server.url("/x"), "HTTP 429 for input 1 (" + server.url("/x") + ")");
        assertThat(downloads.pauses).containsExactly(Duration.ofSeconds(20));
        assertThat(server.requests).hasSize(2);
    }

    @Test
    void anAnnouncedSizeOverTheCapIsNotReceived() throws Exception {
        downloads.policy.maxFileBytes(10);
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, HELLO));
        assertFails(server.url("/x"), "input 1 (" + server.url("/x") + ") is larger than the limit of 10 bytes");
    }

    @Test
    void aSizeThatIsNotAnnouncedIsCounted() throws Exception {
        downloads.policy.maxFileBytes(1_000_000);
        server.on("/x", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            while (true) {
                out.write(new byte[10_000]);
            }
        });
        assertFails(server.url("/x"), "input 1 (" + server.url("/x") + ") is larger than the limit of 1000000 bytes");
    }

    @Test
    void aFileOfJustTheCapIsTaken() throws Exception {
        downloads.policy.maxFileBytes(11).maxTotalBytes(11);
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, HELLO));
        assertThat(downloads.fetch(server.url("/x")).size()).isEqualTo(11);
    }

    @Test
    void aCompressedBodyIsKeptAsItIs() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(HELLO);
        }
        AtomicReference<String> accepts = new AtomicReference<>();
        server.on("/x", exchange -> {
            accepts.set(String.join(",", exchange.getRequestHeaders().get("Accept-Encoding")));
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            TestingHttpServer.answer(exchange, 200, packed.toByteArray());
        });
        downloads.fetch(server.url("/x"));
        assertThat(downloads.target()).hasBinaryContent(packed.toByteArray());
        assertThat(accepts).hasValue("identity");
    }

    @Test
    void sendsNoCookiesOrCredentialsAndNoUpgrade() throws Exception {
        AtomicReference<String> names = new AtomicReference<>();
        server.on("/r", exchange -> {
            exchange.getResponseHeaders().set("Set-Cookie", "a=b; Path=/");
            TestingHttpServer.redirect(exchange, "/x");
        });
        server.on("/x", exchange -> {
            names.set(exchange.getRequestHeaders().keySet().stream()
                    .sorted()
                    .toList()
                    .toString());
            TestingHttpServer.answer(exchange, 200, HELLO);
        });
        downloads.fetch(server.url("/r"));
        assertThat(names).hasValue("[Accept-encoding, Connection, Host, User-agent]");
    }

    @Test
    void noProxyOfTheSystemIsAsked() throws Exception {
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, HELLO));
        ImmutableMap<String, String> proxies = ImmutableMap.of(
                "http.proxyHost", "127.0.0.2",
                "http.proxyPort", "9",
                "http.nonProxyHosts", "",
                "socksProxyHost", "127.0.0.2",
                "socksNonProxyHosts", "");
        try {
            proxies.forEach(System::setProperty);
            assertThat(downloads.fetch(server.url("/x")).size()).isEqualTo(11);
        } finally {
            proxies.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void aLargeFileNeedsLittleMemory() throws Exception {
        long size = 200L * 1024 * 1024;
        server.on("/x", exchange -> {
            exchange.sendResponseHeaders(200, size);
            OutputStream out = exchange.getResponseBody();
            byte[] chunk = new byte[64 * 1024];
            Arrays.fill(chunk, (byte) 'x');
            for (long sent = 0; sent < size; sent += chunk.length) {
                out.write(chunk);
            }
        });
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Downloader.Fetched fetched = downloads.fetch(server.url("/x"));
        long used = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(fetched.size()).isEqualTo(size);
        assertThat(Files.size(downloads.target())).isEqualTo(size);
        assertThat(used).isLessThan(32L * 1024 * 1024);
    }

    /** Some Java versions don't take the hexadecimal and octal forms for an address at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "2130706433",
                "0x7f.1",
                "0x7f000001",
                "017700000001",
                "127.1",
                "[::1]",
                "0",
                "0.0.0.0"
            })
    void loopbackIsRefusedHoweverItIsWritten(String host) throws Exception {
        downloads.policy.allowedNetworks(ImmutableList.of());
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, HELLO));
        String url = "http://" + host + ":" + server.port() + "/x";
        assertThatThrownBy(() -> downloads.fetch(url))
                .isInstanceOf(StagingException.class)
                .hasMessageMatching("(address (127\\.0\\.0\\.1|0\\.0\\.0\\.0|0:0:0:0:0:0:0:1) is not allowed"
                        + "|host cannot be found) for input 1 \\(.*\\)");
        assertThat(server.requests).isEmpty();
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::ffff:127.0.0.1]", "[::127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"})
    void loopbackInsideAnIpv6AddressIsRefused(String host) throws Exception {
        downloads.policy.allowedNetworks(ImmutableList.of());
        assertThatThrownBy(() -> downloads.fetch("http://" + host + ":" + server.port() + "/x"))
                .isInstanceOf(StagingException.class)
                .hasMessageMatching("(address [0-9a-f.:]+ is not allowed|malformed URL) for input 1.*");
        assertNothingLeft();
    }

    @Test
    void oneForbiddenAddressRefusesTheHost() throws Exception {
        downloads.lookup = host -> new InetAddress[] {
            InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}),
            InetAddress.getByAddress(host, new byte[] {10, 0, 0, 1})
        };
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, HELLO));
        String url = "http://data.example:" + server.port() + "/x";
        assertFails(url, "address 10.0.0.1 is not allowed for input 1 (" + url + ")");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void theAddressThatWasCheckedIsTheOneConnectedTo() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        downloads.lookup = host -> new InetAddress[] {
            InetAddress.getByAddress(new byte[] {answers.getAndIncrement() == 0 ? (byte) 127 : (byte) 10, 0, 0, 1})
        };
        server.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, HELLO));
        assertThat(downloads
                        .fetch("http://data.example:" + server.port() + "/x")
                        .size())
                .isEqualTo(11);
        assertThat(answers).hasValue(1);
        assertThat(downloads.looked).containsExactly("data.example");
    }

    @Test
    void aHostThatDoesNotExistIsLookedUpThreeTimes() throws Exception {
        downloads.lookup = host -> {
            throw new UnknownHostException(host);
        };
        assertFails("http://nowhere.example/x", "host cannot be found for input 1 (http://nowhere.example/x)");
        assertThat(downloads.looked).hasSize(3);
    }

    @Test
    void filesOfThisMachineAreRefusedUnlessAllowed() throws Exception {
        Path secret = Files.createTempFile("worker", ".txt");
        try {
            Files.write(secret, HELLO);
            String url = secret.toUri().toString();
            assertFails(url, "file URLs are not allowed for input 1 (file:" + secret + ")");
            downloads.policy.allowFileUrls(true);
            assertThat(downloads.fetch(url).sha256()).isEqualTo(sha256(HELLO));
            assertThat(downloads.target()).hasBinaryContent(HELLO);
        } finally {
            Files.delete(secret);
        }
        downloads.policy.maxFileBytes(5);
        assertThatThrownBy(() -> downloads.fetch("file:///dev")).hasMessage("no regular file for input 1 (file:/dev)");
        assertThatThrownBy(() -> downloads.fetch("file://elsewhere/x"))
                .hasMessage("malformed file URL for input 1 (file:/x)");
    }

    @Test
    void aServerThatNobodyVouchesForIsNoSecureConnection() throws Exception {
        Path place = Files.createTempDirectory("keys");
        Path keys = place.resolve("keys.p12");
        TestingFolder.shell(
                place,
                System.getProperty("java.home") + "/bin/keytool -genkeypair -keyalg EC -alias x -dname CN=localhost"
                        + " -ext san=ip:127.0.0.1 -storepass secret -keystore keys.p12 2>/dev/null");
        try (TestingHttpServer secure = TestingHttpServer.secure(keys, "secret")) {
            secure.on("/x", exchange -> TestingHttpServer.answer(exchange, 200, HELLO));
            String url = "https://127.0.0.1:" + secure.port() + "/x";
            assertFails(url, "no secure connection for input 1 (" + url + ")");
            assertThat(secure.requests).isEmpty();
        } finally {
            Files.delete(keys);
            Files.delete(place);
        }
    }

    @Test
    void aServerThatSaysNothingToAHandshakeHitsTheConnectLimit() throws Exception {
        downloads.policy.connectTimeout(Duration.ofMillis(200)).maxTries(1);
        String url = "https://127.0.0.1:" + server.port() + "/x";
        assertFails(url, "connecting timed out after 200 ms for input 1 (" + url + ")");
    }

    @Test
    void userNamesInUrlsAreNeitherSentNorShown() throws Exception {
        assertFails("http://me:secret@127.0.0.1/x", "URL with user name or password for input 1");
    }
}
