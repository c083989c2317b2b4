package io.c2d.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.client.RequestSigner.Subject;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Workflow;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The requests of the API (DESIGN section 7). Each is signed once: further tries repeat it byte by byte, which the server
 * answers without doing it twice. Thread-safe.
 */
final class ComputeApi {
    private static final String COMPUTE = "/api/v1/compute";
    private static final String RUNNING = "/api/v1/runningjobs";

    private final URI base;
    private final @Nullable String bearerToken;
    private final RequestSigner signer;
    private final Transport transport;
    private final ErrorAnswer errors;

    ComputeApi(URI base, @Nullable String bearerToken, RequestSigner signer, Transport transport, ErrorAnswer errors) {
        this.base = base;
        this.bearerToken = bearerToken;
        this.signer = signer;
        this.transport = transport;
        this.errors = errors;
    }

    /** {@code POST}: a workflow for an agreement, or a job to restart. */
    Submission submit(
            Retries retries,
            @Nullable String agreementId,
            @Nullable Workflow workflow,
            @Nullable JobId job,
            String idempotencyKey) {
        String what = "POST " + COMPUTE;
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (agreementId != null) {
            body.put("agreementId", agreementId);
        }
        if (job != null) {
            body.put("jobId", job.value());
        }
        Subject subject = new Subject(
                signer.owner(job != null), text(agreementId), text(job), workflow == null ? "" : workflow.sha256());
        signer.credentials("POST", COMPUTE, subject).forEach(body::put);
        if (workflow != null) {
            // As is: what is hashed is the document, and a server may keep the text.
            body.putRawValue("workflow", new RawValue(workflow.document()));
        }
        HttpRequest request = request(COMPUTE, ImmutableMap.of())
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(StrictJson.write(body)))
                .build();
        Transport.Answer answer = send(retries, what, request);
        if (answer.status() != 200 && answer.status() != 201) {
            throw unexpected(what, answer);
        }
        return new Submission(
                jobId(what, answer), answer.status() == 201 ? Submission.Kind.CREATED : Submission.Kind.RESTARTED);
    }

    /** {@code GET /compute}: one page. */
    JobViewPage jobs(Retries retries, JobFilter filter) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (filter.removed()) {
            parameters.put("removed", "1");
        }
        if (filter.limit() != null) {
            parameters.put("limit", filter.limit().toString());
        }
        if (filter.after() != null) {
            parameters.put("after", filter.after());
        }
        String owner = filter.everyOwner() ? null : signer.owner(filter.job() != null);
        if (filter.of() != null) {
            owner = filter.of().text();
        }
        return page(retries, COMPUTE, filter, owner, parameters);
    }

    /** {@code GET /runningjobs}: one page. */
    JobViewPage running(Retries retries, JobFilter filter) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (filter.after() != null) {
            parameters.put("after", filter.after());
        }
        return page(retries, RUNNING, filter, signer.owner(true), parameters);
    }

    /** {@code PUT} or {@code DELETE}: the jobs concerned. */
    ImmutableList<JobView> wish(Retries retries, String method, @Nullable JobId job, @Nullable String agreementId) {
        String what = method + " " + COMPUTE;
        Subject subject = new Subject(signer.owner(job != null), text(agreementId), text(job), "");
        HttpRequest request = request(COMPUTE, query(method, COMPUTE, subject))
                .method(method, BodyPublishers.noBody())
                .build();
        return views(what, send(retries, what, request));
    }

    private JobViewPage page(
            Retries retries, String path, JobFilter filter, @Nullable String owner, Map<String, String> parameters) {
        String what = "GET " + path;
        Subject subject = new Subject(owner, text(filter.agreement()), text(filter.job()), "");
        parameters.putAll(query("GET", path, subject));
        Transport.Answer answer =
                send(retries, what, request(path, parameters).GET().build());
        return new JobViewPage(
                views(what, answer),
                PageLinks.next(answer.headers().allValues("Link"), what)
                        .map(filter::withAfter)
                        .orElse(null));
    }

    private Map<String, String> query(String method, String path, Subject subject) {
        Map<String, String> query = new LinkedHashMap<>();
        if (!subject.jobId().isEmpty()) {
            query.put("jobId", subject.jobId());
        }
        if (!subject.agreementId().isEmpty()) {
            query.put("serviceAgreementId", subject.agreementId());
        }
        query.putAll(signer.credentials(method, path, subject));
        return query;
    }

    private HttpRequest.Builder request(String path, Map<String, String> query) {
        StringJoiner joined = new StringJoiner("&", "?", "").setEmptyValue("");
        // %20 and not +: only forms read + as a space.
        query.forEach((name, value) -> joined.add(
                name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")));
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path + joined)).header("Accept", "application/json");
        if (bearerToken != null) {
            request.header("Authorization", "Bearer " + bearerToken);
        }
        return request;
    }

    private Transport.Answer send(Retries retries, String what, HttpRequest request) {
        return retries.run(what, (Duration left) -> {
            Transport.Answer answer = transport.send(what, request, left);
            if (answer.status() < 200 || answer.status() > 299) {
                throw errors.read(what, answer);
            }
            return answer;
        });
    }

    private ImmutableList<JobView> views(String what, Transport.Answer answer) {
        if (answer.status() != 200) {
            throw unexpected(what, answer);
        }
        return new JobViewReader(what, base).readAll(answer.body());
    }

    private static JobId jobId(String what, Transport.Answer answer) {
        JsonNode body = JobViewReader.json(answer.body(), what);
        return JobId.parse(body.asText("")).orElseThrow(() -> unexpected(what, answer));
    }

    private static ComputeClientException unexpected(String what, Transport.Answer answer) {
        return new ComputeClientException(
                ComputeClientException.Kind.UNEXPECTED_ANSWER,
                what + ": " + answer.status() + " with an answer that the API does not have",
                ComputeClientException.Refusal.ofStatus(answer.status()),
                null);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
