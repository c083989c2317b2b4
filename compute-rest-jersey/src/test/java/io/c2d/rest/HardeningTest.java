package io.c2d.rest;

import static io.c2d.rest.TestingService.await;
import static io.c2d.rest.TestingService.json;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What HTTP lets callers get wrong, in good faith or bad. */
class HardeningTest {
    private static final String COMPUTE = "/api/v1/compute";

    @TempDir
    Path folder;

    private TestingService service;

    @BeforeEach
    void start() throws IOException {
        service = TestingService.start(
                folder,
                TestingService.unsigned()
                        .withLoopback(true)
                        .withBody(RestSettings.DEFAULT_MAX_BODY, Duration.ofSeconds(2)),
                s -> s.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5)));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private static JsonNode fails(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = json(response);
        assertThat(body.required("code").textValue()).isEqualTo(code);
        assertThat(body.required("details").isArray()).isTrue();
        return body;
    }

    private static void failsRaw(String answer, int status) {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("{\"error\":")
                .doesNotContain("<html");
        JsonNode body = StrictJson.read(answer.substring(answer.indexOf("{\"error\""), answer.lastIndexOf('}') + 1));
        assertThat(body.required("code").isTextual()).isTrue();
        assertThat(answer).doesNotContain("Exception", "Grizzly");
    }

    @Test
    void aBodyThatIsTooLongIsReadToItsEndAndRefused() {
        String big = "{\"owner\":\"" + "x".repeat(RestSettings.DEFAULT_MAX_BODY) + "\"}";
        fails(service.call("POST", COMPUTE, big), 413, "body-too-large");
        HttpRequest chunked = HttpRequest.newBuilder(URI.create(service.server.address() + COMPUTE))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(big.repeat(8).getBytes(StandardCharsets.UTF_8))))
                .build();
        fails(service.send(chunked), 413, "body-too-large");
        String exact = "{\"owner\":\"" + "x".repeat(RestSettings.DEFAULT_MAX_BODY - 12) + "\"}";
        fails(service.call("POST", COMPUTE, exact), 400, "invalid-request");
    }

    @Test
    void aBodyThatIsFarTooLongIsRefusedUnread() throws IOException {
        failsRaw(
                service.raw("POST " + COMPUTE + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 50000000\r\n\r\n{"),
                413);
        failsRaw(
                service.raw("POST " + COMPUTE + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 5000000000\r\n\r\n{"),
                413);
    }

    @Test
    void onlyJsonIsTaken() {
        for (String type :
                List.of("text/plain", "application/x-www-form-urlencoded", "application/json;charset=utf-16", "junk")) {
            fails(service.call("POST", COMPUTE, "{}", "Content-Type", type), 415, "unsupported-media-type");
        }
        HttpRequest untyped = HttpRequest.newBuilder(URI.create(service.server.address() + COMPUTE))
                .POST(BodyPublishers.ofString("{}"))
                .build();
        fails(service.send(untyped), 415, "unsupported-media-type");
        fails(
                service.call("POST", COMPUTE, "{}", "Content-Type", "Application/JSON; charset=UTF-8"),
                400,
                "invalid-request");
    }

    @Test
    void unknownPathsMethodsAndTypesAreTold() {
        fails(service.call("GET", "/api/v1/nothing", ""), 404, "not-found");
        fails(service.call("GET", "/", ""), 404, "not-found");
        HttpResponse<String> patched = service.call("PATCH", COMPUTE, "{}");
        fails(patched, 405, "method-not-allowed");
        assertThat(patched.headers().firstValue("Allow").orElse("")).contains("GET", "POST", "PUT", "DELETE");
        assertThat(service.call("POST", "/api/v1/runningjobs", "{}")
                        .headers()
                        .firstValue("Allow")
                        .orElse(""))
                .contains("GET")
                .doesNotContain("POST");
        fails(service.call("GET", COMPUTE, "", "Accept", "image/png"), 406, "not-acceptable");
        assertThat(service.call("GET", COMPUTE, "", "Accept", "a b/;;").statusCode())
                .isEqualTo(200);
    }

    @Test
    void malformedTargetsAndHostsAreRefusedAsJson() throws IOException {
        for (String target : List.of("/%zz", COMPUTE + "?a={b}", COMPUTE + "?a=%", "/a|b", "/%", "/\\")) {
            failsRaw(service.raw("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), 400);
        }
        for (String host : List.of("a b", "[::1", "a@b", "localhost:port", "localhost/x")) {
            String answer = service.raw("GET /health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("<html", "Exception");
        }
    }

    @Test
    void onLoopbackAnotherHostsNameIsMisdirected() throws IOException {
        for (String host : List.of("evil.example", "127.0.0.1.evil.example", "10.0.0.1", "evil.example:80")) {
            failsRaw(service.raw("GET /health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"), 421);
        }
        for (String host :
                List.of("localhost", "LOCALHOST:8080", "127.0.0.1", "127.9.9.9:1", "[::1]:80", "compute.example")) {
            assertThat(service.raw("GET /health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aBodyThatTricklesOrStopsIsCutAndFreesItsThread() throws Exception {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), service.server.address().getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + COMPUTE + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 1000\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            failsRaw(answer, 408);
        }
    }

    @Test
    void answersCarryAnIdAndHeadersThatKeepBrowsersQuiet() {
        HttpResponse<String> response = service.call("GET", COMPUTE, "", "X-Request-Id", "my-id.1");
        assertThat(response.headers().firstValue("X-Request-Id")).hasValue("my-id.1");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(service.call("GET", COMPUTE, "", "X-Request-Id", "a b<")
                        .headers()
                        .firstValue("X-Request-Id")
                        .orElse(""))
                .matches("[0-9a-f]{16}");
    }

    @Test
    void theAccessLogHasNoQuery() {
        Logger logger = (Logger) LoggerFactory.getLogger(AccessLog.LOGGER);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            service.call("GET", COMPUTE + "?signature=secret&jobId=1", "");
            service.call("GET", "/nothing?secret=1", "");
            await(() -> lines.list.size() == 2);
            assertThat(lines.list.get(0).getFormattedMessage()).matches("GET /api/v1/compute 200 2 \\d+ ms");
            assertThat(lines.list.get(1).getFormattedMessage()).matches("GET /nothing 404 \\d+ \\d+ ms");
        } finally {
            logger.detachAppender(lines);
        }
    }
}
