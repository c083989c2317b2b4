package io.c2d.rest;

import static io.c2d.rest.TestingService.OWNER;
import static io.c2d.rest.TestingService.json;
import static io.c2d.rest.TestingService.local;
import static io.c2d.rest.TestingService.params;
import static io.c2d.rest.TestingService.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.access.ArtifactLinks.Target;
import io.c2d.core.model.JobId;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links, from the status object to the last byte. */
class ArtifactDownloadTest {
    private static final String COMPUTE = "/api/v1/compute";

    @TempDir
    Path folder;

    private TestingService service;
    private JobId id;
    private List<String> outputs;

    @BeforeEach
    void start() throws IOException {
        service = TestingService.start(folder, TestingService.signed());
        service.cluster.endAtOnce(true);
        id = new JobId(json(service.submit(OWNER, params("agreementId", "1"), workflow("x")))
                .textValue());
        service.awaitEnd(id);
        outputs = new ArrayList<>();
        status().at("/0/outputsUrl").forEach(url -> outputs.add(local(url.textValue())));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private JsonNode status() {
        return json(service.signedCall(OWNER, "GET", COMPUTE, params("jobId", id.value())));
    }

    private HttpResponse<String> get(String... headers) {
        return service.call("GET", outputs.get(0), "", headers);
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static void fails(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(json(response).required("code").textValue()).isEqualTo(code);
    }

    @Test
    void everyOutputComesWholeUnderItsOwnNameHoweverOdd() {
        List<String> contents = new ArrayList<>();
        outputs.forEach(url -> contents.add(service.call("GET", url, "").body()));
        assertThat(contents).containsExactly("0123456789", "", "odd");
        HttpResponse<String> odd = service.call("GET", outputs.get(2), "");
        assertThat(header(odd, "Content-Disposition"))
                .isEqualTo(
                        "attachment; filename=\"100___________.txt\"; filename*=UTF-8''100%25%3B%3F%23%26%3D%2B%0A%27%22%5C.txt");
        assertThat(header(odd, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(odd, "Content-Type")).isEqualTo("application/octet-stream");
        HttpResponse<String> log =
                service.call("GET", local(status().at("/0/algologUrl").textValue()), "");
        assertThat(log.body()).isEqualTo("hello");
        assertThat(header(log, "Content-Type")).startsWith("text/plain");
    }

    @Test
    void rangesAreServedAndWhatIsBehindTheEndIsTold() {
        HttpResponse<String> part = get("Range", "bytes=2-4");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("234");
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 2-4/10");
        assertThat(header(part, "Content-Length")).isEqualTo("3");
        assertThat(get("Range", "bytes=7-").body()).isEqualTo("789");
        assertThat(get("Range", "bytes=-2").body()).isEqualTo("89");
        assertThat(get("Range", "bytes=-99").body()).isEqualTo("0123456789");
        assertThat(get("Range", "bytes=8-99").body()).isEqualTo("89");
        HttpResponse<String> behind = get("Range", "bytes=10-");
        fails(behind, 416, "range-not-satisfiable");
        assertThat(header(behind, "Content-Range")).isEqualTo("bytes */10");
        for (String ignored : List.of("bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=a-b")) {
            assertThat(get("Range", ignored).statusCode()).as(ignored).isEqualTo(200);
        }
        fails(service.call("GET", outputs.get(1), "", "Range", "bytes=0-"), 416, "range-not-satisfiable");
    }

    @Test
    void aTagSavesADownloadAndGuardsARange() {
        String tag = header(get(), "ETag");
        assertThat(tag).matches("\"[0-9a-f]{64}\"");
        HttpResponse<String> known = get("If-None-Match", "\"x\", W/" + tag);
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(header(known, "ETag")).isEqualTo(tag);
        assertThat(get("If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
        assertThat(get("Range", "bytes=0-1", "If-Range", tag).statusCode()).isEqualTo(206);
        assertThat(get("Range", "bytes=0-1", "If-Range", "\"x\"").statusCode()).isEqualTo(200);
    }

    @Test
    void headTellsAllButTheFile() {
        HttpResponse<String> head = service.call("HEAD", outputs.get(0), "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "Content-Length")).isEqualTo("10");
        assertThat(header(head, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(head, "ETag")).isEqualTo(header(get(), "ETag"));
    }

    @Test
    void anAlteredLinkIsForbidden() {
        String link = outputs.get(0);
        fails(service.call("GET", link.replace("/1/0/", "/2/0/"), ""), 403, "link-invalid");
        fails(service.call("GET", link.replace("a.csv", "b.csv"), ""), 403, "link-invalid");
        fails(service.call("GET", link.replace("expires=", "expires=9"), ""), 403, "link-invalid");
        fails(service.call("GET", link.substring(0, link.indexOf("&sig")), ""), 403, "link-invalid");
        fails(service.call("GET", link.substring(0, link.indexOf('?')), ""), 403, "link-invalid");
        fails(service.call("GET", link.replace(id.value(), "x"), ""), 403, "link-invalid");
        fails(service.call("GET", link.replace("/1/0/", "/1/zero/"), ""), 403, "link-invalid");
        fails(service.call("GET", link.replace("outputs/", "outputs/..%2F"), ""), 403, "link-invalid");
    }

    @Test
    void anExpiredLinkIsForbidden() {
        Target target = new Target(id, 1, 0, "outputs/a.csv");
        String old = service.links.link(target, service.store.now().minusSeconds(3_602));
        fails(service.call("GET", old, ""), 403, "link-expired");
        String fresh = service.links.link(target, service.store.now());
        assertThat(service.call("GET", fresh, "").statusCode()).isEqualTo(200);
    }

    @Test
    void aDeletedJobsLinksAreGoneAtOnce() {
        assertThat(service.signedCall(OWNER, "DELETE", COMPUTE, params("jobId", id.value()))
                        .statusCode())
                .isEqualTo(200);
        fails(get(), 410, "gone");
        JobId never = new JobId("f".repeat(32));
        String link = service.links.link(new Target(never, 1, 0, "outputs/a.csv"), service.store.now());
        fails(service.call("GET", link, ""), 410, "gone");
    }

    @Test
    void aReplacedAttemptsLinksAreGone() {
        service.cluster.endAtOnce(false);
        HttpResponse<String> second = service.submit(OWNER, params("agreementId", "2"), workflow("x"));
        JobId job = new JobId(json(second).textValue());
        service.signedCall(OWNER, "PUT", COMPUTE, params("jobId", job.value()));
        service.awaitEnd(job);
        String link = service.links.link(new Target(job, 1, 0, "algorithm.log"), service.store.now());
        assertThat(service.submit(OWNER, params("agreementId", "2"), "").statusCode())
                .isEqualTo(200);
        fails(service.call("GET", link, ""), 410, "gone");
    }

    @Test
    void aFileThatWasNeverLeftIsNotFound() {
        String link = service.links.link(new Target(id, 1, 0, "outputs/none"), service.store.now());
        fails(service.call("GET", link, ""), 404, "not-found");
    }
}
