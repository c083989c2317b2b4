package io.c2d.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.common.collect.ImmutableList;
import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.access.Caller;
import io.c2d.core.json.JobStatusCodec.Links;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Artifact.Role;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobPage;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Jobs as one caller sees them: with links made now, to what this caller may fetch. */
final class StatusView {
    private final Api api;
    private final Dialect dialect;
    private final ComputeCall call;
    private final Caller caller;

    StatusView(Api api, Dialect dialect, ComputeCall call, Caller caller) {
        this.api = api;
        this.dialect = dialect;
        this.call = call;
        this.caller = caller;
    }

    /** A page, with a link to the next one where there is one. */
    Response page(JobPage page) {
        return withNext(array(page.jobs()), page);
    }

    /** A page of which only what anybody may know is shown. */
    Response redacted(JobPage page) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        page.jobs().forEach(job -> array.add(dialect.renderRedacted(job, call)));
        return withNext(array, page);
    }

    /** Jobs as they are stored now. */
    ArrayNode reread(List<JobId> ids) {
        return array(
                ids.stream().map(api.engine()::get).flatMap(Optional::stream).toList());
    }

    private ArrayNode array(List<Job> jobs) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        Instant now = api.engine().now();
        jobs.forEach(job -> array.add(dialect.render(job, links(job, now), call)));
        return array;
    }

    private Response withNext(ArrayNode array, JobPage page) {
        Response.ResponseBuilder answer = Response.ok(Api.bytes(array), MediaType.APPLICATION_JSON_TYPE);
        page.nextCursor().ifPresent(next -> answer.header(HttpHeaders.LINK, "<" + nextPage(next) + ">; rel=\"next\""));
        return answer.build();
    }

    /** Without signature and nonce: the next request is signed anew. */
    private String nextPage(long cursor) {
        UriBuilder uri = UriBuilder.fromUri(api.settings().access().audience())
                .path(call.raw().path());
        parameter(uri, "owner", call.owner());
        parameter(uri, "serviceAgreementId", call.agreementId());
        parameter(uri, "removed", call.removed() ? "1" : "");
        parameter(uri, "dates", call.raw().query().getFirst("dates"));
        return uri.queryParam("limit", call.limit())
                .queryParam("after", cursor)
                .build()
                .toString();
    }

    private static void parameter(UriBuilder uri, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            // By template, so that the value is escaped whatever it contains.
            uri.queryParam(name, "{" + name + "}").resolveTemplate(name, value);
        }
    }

    private Links links(Job job, Instant now) {
        if (!api.rules().mayRead(caller, job)) {
            return Links.NONE;
        }
        boolean admin = api.rules().isAdmin(caller);
        ImmutableList<String> outputs = job.manifest().stream()
                .filter(a -> a.role() == Role.OUTPUT)
                .sorted(Comparator.comparingInt((Artifact a) -> a.step().stage()))
                .map(a -> link(job, a, now))
                .collect(ImmutableList.toImmutableList());
        return new Links(
                admin ? first(job, Role.CONFIGURE_LOG, now) : null,
                admin ? first(job, Role.PUBLISH_LOG, now) : null,
                first(job, Role.ALGORITHM_LOG, now),
                outputs);
    }

    private @Nullable String first(Job job, Role role, Instant now) {
        return job.manifest().stream()
                .filter(a -> a.role() == role)
                .findFirst()
                .map(a -> link(job, a, now))
                .orElse(null);
    }

    private String link(Job job, Artifact artifact, Instant now) {
        return api.settings().access().audience()
                + api.links()
                        .link(
                                new ArtifactLinks.Target(
                                        job.id(),
                                        job.attempt().number(),
                                        artifact.step().stage(),
                                        artifact.path()),
                                now);
    }
}
