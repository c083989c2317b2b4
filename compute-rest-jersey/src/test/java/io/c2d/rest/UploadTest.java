package io.c2d.rest;

import static io.c2d.rest.TestingService.await;
import static io.c2d.rest.TestingService.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import io.c2d.core.access.UploadGrants;
import io.c2d.core.json.StrictJson;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.Environment;
import io.c2d.core.port.SubmitRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where steps that run elsewhere store what they have: a running algorithm's try has the right to. */
@Timeout(90)
class UploadTest {
    private static final int AT_A_TIME = 8;

    @TempDir
    Path folder;

    private final List<Socket> sockets = new ArrayList<>();
    private TestingService service;
    private StepId step;

    @BeforeEach
    void start() throws IOException {
        service = TestingService.withUploads(folder);
        step = running();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        service.close();
    }

    private StepId running() {
        JobId id = service.engine
                .submit(new SubmitRequest(
                        new Owner(TestingService.OWNER),
                        "agreement",
                        WorkflowCodec.read(TestingService.workflow("x")),
                        Environment.DEFAULT,
                        null,
                        service.engine.newJobId(),
                        null,
                        null))
                .job()
                .orElseThrow();
        StepId algorithm = new StepId(id, 1, 0, StepKind.ALGORITHM, 1);
        await(() -> algorithm.equals(at(id)));
        return algorithm;
    }

    private StepId at(JobId id) {
        StepTry current = service.store.get(id).orElseThrow().attempt().step();
        return current == null ? new StepId(id, 1, 0, StepKind.STAGE_IN, 1) : current.id();
    }

    private String bearer() {
        return "Bearer " + service.grants.token(step);
    }

    private String target(String path) {
        return UploadGrants.path(step) + "/" + path;
    }

    private HttpResponse<String> put(String target, String body, String... headers) {
        HttpResponse<String> response = service.call("PUT", target, body, headers);
        assertThat(response.body()).doesNotContain("Exception", "\tat ", "<html", "Grizzly");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        return response;
    }

    private static void fails(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(json(response).required("code").textValue()).isEqualTo(code);
    }

    private Path stored(String path) {
        return folder.resolve(step.job().value())
                .resolve("1")
                .resolve(step.name())
                .resolve(path);
    }

    private List<String> allStored() throws IOException {
        Path of = folder.resolve(step.job().value()).resolve("1");
        try (Stream<Path> all = Files.walk(of)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> of.relativize(file).toString())
                    .filter(name -> !name.startsWith("0-stage-in"))
                    .toList();
        }
    }

    @Test
    void whatIsStoredIsToldWithSizeAndHash() throws Exception {
        HttpResponse<String> response = put(target("outputs/a?role=OUTPUT"), "abc", "Authorization", bearer());
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(json(response))
                .isEqualTo(StrictJson.read("{\"path\":\"outputs/a\",\"size\":3,\"sha256\":\""
                        + Hashing.sha256().hashString("abc", StandardCharsets.UTF_8) + "\"}"));
        assertThat(allStored()).containsExactly("0-algorithm-1/outputs/a");
        assertThat(stored("outputs/a")).hasContent("abc");
    }

    @Test
    void aRepeatReplaces() throws Exception {
        assertThat(put(target("a?role=OUTPUT"), "first", "Authorization", bearer())
                        .statusCode())
                .isEqualTo(201);
        assertThat(put(target("a?role=PUBLISH_LOG"), "2nd", "Authorization", bearer())
                        .statusCode())
                .isEqualTo(201);
        assertThat(allStored()).containsExactly("0-algorithm-1/a");
        assertThat(stored("a")).hasContent("2nd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "outputs/a%20b | outputs/a b",
                "outputs/100%25 | outputs/100%",
                "outputs/a%252Fb | outputs/a%2Fb",
                "outputs/x%3Bv%3D1/y | outputs/x;v=1/y",
                "outputs/a%2Bb%26c%3Fd%23e | outputs/a+b&c?d#e",
                "outputs/%C5%9F/%C4%B0%C4%B1.txt | outputs/ş/İı.txt",
                "outputs/%F0%9F%98%80 | outputs/😀",
                "outputs/a%5Cb%27%22 | outputs/a\\b'\""
            })
    void oddNamesAreStoredAsTheyAre(String escaped, String path) throws Exception {
        HttpResponse<String> response = put(target(escaped + "?role=OUTPUT"), "x", "Authorization", bearer());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(json(response).required("path").textValue()).isEqualTo(path.strip());
        assertThat(allStored()).containsExactly("0-algorithm-1/" + path.strip());
    }

    @Test
    void aNameMayHaveLineBreaks() throws Exception {
        HttpResponse<String> response = put(target("outputs/a%0Ab?role=OUTPUT"), "x", "Authorization", bearer());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(allStored()).containsExactly("0-algorithm-1/outputs/a\nb");
    }

    @Test
    void aBodyFarLongerThanOthersMayBeIsStreamed() throws Exception {
        byte[] bytes = new byte[6 * RestSettings.DEFAULT_MAX_BODY + 1];
        new Random(1).nextBytes(bytes);
        HttpResponse<String> response = service.send(large("outputs/big?role=OUTPUT", bytes, bearer()));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(json(response).required("size").longValue()).isEqualTo(bytes.length);
        assertThat(json(response).required("sha256").textValue())
                .isEqualTo(Hashing.sha256().hashBytes(bytes).toString());
        assertThat(stored("outputs/big")).hasBinaryContent(bytes);
    }

    private HttpRequest large(String path, byte[] bytes, String authorization) {
        return HttpRequest.newBuilder(URI.create(service.server.address() + target(path)))
                .header("Authorization", authorization)
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
                .build();
    }

    @Test
    void aLargeBodyThatIsRefusedIsToldSo() throws Exception {
        byte[] bytes = new byte[6 << 20];
        fails(service.send(large("a?role=OUTPUT", bytes, "Bearer x")), 401, "signature-invalid");
        service.cluster.finish(step.job());
        service.awaitEnd(step.job());
        fails(service.send(large("a?role=OUTPUT", bytes, bearer())), 410, "gone");
        assertThat(stored("a")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer x", "Basic x", "x"})
    void withoutItsTokenNothingIsStored(String authorization) throws Exception {
        String[] headers = authorization.isEmpty() ? new String[0] : new String[] {"Authorization", authorization};
        HttpResponse<String> response = put(target("a?role=OUTPUT"), "abc", headers);
        fails(response, 401, "signature-invalid");
        assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(allStored()).isEmpty();
    }

    @Test
    void theTokenOfAnotherTryIsNotTakenAndNotRepeated() throws Exception {
        String other = service.grants.token(step.nextTry());
        HttpResponse<String> response = put(target("a?role=OUTPUT"), "abc", "Authorization", "Bearer " + other);
        fails(response, 401, "signature-invalid");
        assertThat(response.body()).doesNotContain(other, service.grants.token(step));
        assertThat(allStored()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "JOB/0/0-algorithm-1",
                "JOB/-1/0-algorithm-1",
                "JOB/x/0-algorithm-1",
                "JOB/99999999999/0-algorithm-1",
                "JOB/1/algorithm",
                "JOB/1/0-algorithm-0",
                "JOB/1/0-other-1",
                "JOB/1/0-ALGORITHM-1",
                "x/1/0-algorithm-1",
                "0123456789ABCDEF0123456789ABCDEF/1/0-algorithm-1"
            })
    void whatIsNoTrysNameIsNotFound(String name) {
        String target = UploadGrants.BASE + name.replace("JOB", step.job().value()) + "/a?role=OUTPUT";
        fails(put(target, "abc", "Authorization", bearer()), 404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?role=", "?role=output", "?role=OTHER", "?Role=OUTPUT"})
    void aRoleThatIsNoneIsPointedAt(String query) throws Exception {
        HttpResponse<String> response = put(target("a" + query), "abc", "Authorization", bearer());
        fails(response, 400, "invalid-request");
        assertThat(json(response).at("/details/0/pointer").textValue()).isEqualTo("/role");
        assertThat(allStored()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a//b", "a/./b", "a/../b", "../a", "%2e%2e/a", "a/%2E%2E/b", "a/..%2F..%2Fb", "a/", "%00"})
    void aPathThatLeavesItsFolderIsPointedAt(String path) throws Exception {
        String answer = service.raw("PUT " + target(path) + "?role=OUTPUT HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: " + bearer() + "\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
        assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("Exception", "\tat ", "<html");
        JsonNode body = StrictJson.read(answer.substring(answer.indexOf("{\"error"), answer.lastIndexOf('}') + 1));
        assertThat(body.required("code").textValue()).isEqualTo("invalid-request");
        assertThat(body.at("/details/0/pointer").textValue()).isEqualTo("/path");
        assertThat(allStored()).isEmpty();
    }

    @Test
    void whatTheJobIsNotAtIsGone() throws Exception {
        StepId next = step.nextTry();
        fails(
                put(
                        UploadGrants.path(next) + "/a?role=OUTPUT",
                        "abc",
                        "Authorization",
                        "Bearer " + service.grants.token(next)),
                410,
                "gone");
        service.cluster.finish(step.job());
        service.awaitEnd(step.job());
        fails(put(target("a?role=OUTPUT"), "abc", "Authorization", bearer()), 410, "gone");
        assertThat(stored("a")).doesNotExist();
    }

    @Test
    void otherMethodsAreNotForUploads() {
        for (String method : List.of("GET", "POST", "DELETE")) {
            HttpResponse<String> response =
                    service.call(method, target("a?role=OUTPUT"), "", "Authorization", bearer());
            fails(response, 405, "method-not-allowed");
            assertThat(response.headers().firstValue("Allow").orElse("")).contains("PUT");
        }
    }

    @Test
    void whereStepsRunOnThisMachineThereIsNoPlaceForUploads(@TempDir Path other) throws Exception {
        try (TestingService local = TestingService.start(other, TestingService.unsigned())) {
            fails(local.call("PUT", target("a?role=OUTPUT"), "abc", "Authorization", bearer()), 404, "not-found");
        }
    }

    /** An upload of which nothing but the first byte has come. */
    private Socket begin(String path) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), service.server.address().getPort());
        sockets.add(socket);
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("PUT " + target(path) + "?role=OUTPUT HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + bearer()
                                + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\nx\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String finish(Socket socket) throws IOException {
        socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** How many uploads have a file that is not whole yet. */
    private int underWay() {
        String[] names =
                folder.resolve(step.job().value() + "/1/.uploads").toFile().list();
        return names == null ? 0 : names.length;
    }

    /** As many as there is room for, all under way: each has its file. */
    private List<Socket> fill() throws IOException {
        for (int i = 0; i < AT_A_TIME; i++) {
            begin("outputs/slow" + i);
        }
        await(() -> underWay() == AT_A_TIME);
        return sockets;
    }

    @Test
    void tooManyAtATimeAreToldToComeBackAndCallersAreAnsweredAllTheSame() throws Exception {
        List<Socket> slow = fill();
        HttpResponse<String> busy = put(target("a?role=OUTPUT"), "abc", "Authorization", bearer());
        fails(busy, 503, "unavailable");
        assertThat(busy.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(service.call("GET", "/health/live", "").statusCode()).isEqualTo(200);
        assertThat(service.call("GET", "/api/v1/compute?jobId=" + step.job(), "")
                        .statusCode())
                .isEqualTo(200);
        for (Socket each : slow) {
            assertThat(finish(each)).startsWith("HTTP/1.1 201 ").contains("\"size\":1");
        }
        assertThat(put(target("a?role=OUTPUT"), "abc", "Authorization", bearer())
                        .statusCode())
                .isEqualTo(201);
        assertThat(allStored()).hasSize(AT_A_TIME + 1).noneMatch(name -> name.startsWith(".uploads"));
    }

    @Test
    void uploadsThatBreakOffLeaveNothingAndMakeRoom() throws Exception {
        for (Socket each : fill()) {
            each.close();
        }
        await(() -> underWay() == 0);
        HttpResponse<String> response = put(target("a?role=OUTPUT"), "abc", "Authorization", bearer());
        while (response.statusCode() == 503) {
            response = put(target("a?role=OUTPUT"), "abc", "Authorization", bearer());
        }
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(allStored()).containsExactly("0-algorithm-1/a");
    }

    @Test
    void whatIsOverWhenTheLastByteComesIsGone() throws Exception {
        Socket slow = begin("outputs/late");
        await(() -> underWay() > 0);
        service.cluster.finish(step.job());
        service.awaitEnd(step.job());
        assertThat(finish(slow)).startsWith("HTTP/1.1 410 ").contains("\"code\":\"gone\"");
        assertThat(stored("outputs/late")).doesNotExist();
    }

    @Test
    void aFileInTheWayOfAFolderIsAFaultThatIsNotExplained() {
        assertThat(put(target("a?role=OUTPUT"), "abc", "Authorization", bearer())
                        .statusCode())
                .isEqualTo(201);
        fails(put(target("a/b?role=OUTPUT"), "abc", "Authorization", bearer()), 500, "internal");
    }
}
