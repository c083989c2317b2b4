package io.c2d.rest;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.ByteStreams;
import com.google.common.net.PercentEscaper;
import io.c2d.core.access.ArtifactLinks.Target;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Where links lead. The link's signature says who may download; the job's row, whether there is anything still. */
@Path("/api/v1/artifacts/{jobId}/{attempt}/{stage}/{path: .+}")
@ComputeApi
public final class ArtifactResource {
    private static final PercentEscaper NAME = new PercentEscaper("-._~", false);

    private final Api api;

    @Inject
    ArtifactResource(Api api) {
        this.api = api;
    }

    /** A file, or a part of it. */
    @GET
    public Response download(
            @PathParam("jobId") String jobId,
            @PathParam("attempt") String attempt,
            @PathParam("stage") String stage,
            @PathParam("path") String path,
            @QueryParam("expires") @Nullable String expires,
            @QueryParam("sig") @Nullable String signature,
            @Context ContainerRequestContext request)
            throws IOException {
        Artifact artifact = find(target(jobId, attempt, stage, path), expires, signature);
        return answer(artifact, request, true);
    }

    /** What a download would tell, without the file. */
    @HEAD
    public Response describe(
            @PathParam("jobId") String jobId,
            @PathParam("attempt") String attempt,
            @PathParam("stage") String stage,
            @PathParam("path") String path,
            @QueryParam("expires") @Nullable String expires,
            @QueryParam("sig") @Nullable String signature,
            @Context ContainerRequestContext request)
            throws IOException {
        Artifact artifact = find(target(jobId, attempt, stage, path), expires, signature);
        return answer(artifact, request, false);
    }

    private static Target target(String jobId, String attempt, String stage, String path) {
        try {
            return new Target(
                    JobId.parse(jobId).orElseThrow(ArtifactResource::altered),
                    Integer.parseInt(attempt),
                    Integer.parseInt(stage),
                    path);
        } catch (NumberFormatException e) {
            throw altered();
        }
    }

    private static ComputeException altered() {
        return new ComputeException(
                ErrorCode.LINK_INVALID, "the link was altered; get a new one with the job's status");
    }

    private Artifact find(Target target, @Nullable String expires, @Nullable String signature) {
        if (expires == null || signature == null) {
            throw altered();
        }
        api.links().check(target, expires, signature, api.engine().now());
        Job job = api.engine()
                .get(target.job())
                .filter(j -> j.attempt().number() == target.attempt())
                .filter(j -> !j.wishes().delete() && !j.removed())
                .orElseThrow(ArtifactResource::gone);
        return job.manifest().stream()
                .filter(a -> a.step().stage() == target.stage() && a.path().equals(target.path()))
                .findFirst()
                .orElseThrow(() -> new ComputeException(ErrorCode.NOT_FOUND, "the job left no such file"));
    }

    private static ComputeException gone() {
        return new ComputeException(ErrorCode.GONE, "the job was deleted, or a restart replaced this attempt");
    }

    private Response answer(Artifact artifact, ContainerRequestContext request, boolean withContent)
            throws IOException {
        EntityTag tag = new EntityTag(artifact.sha256());
        if (isKnown(request, tag)) {
            return Response.notModified(tag).build();
        }
        String range = requestedRange(request, tag);
        return switch (ByteRange.kind(range, artifact.size())) {
            case WHOLE ->
                content(artifact, new ByteRange(0, artifact.size()), 200, withContent)
                        .build();
            case PART -> part(artifact, ByteRange.of(range, artifact.size()).orElseThrow(), withContent);
            case UNSATISFIABLE ->
                throw new HttpFault(
                        416,
                        "range-not-satisfiable",
                        "the file has " + artifact.size() + " bytes",
                        ImmutableMap.of("Content-Range", "bytes */" + artifact.size()));
        };
    }

    /** Whether the client has the file already (RFC 9110, 13.1.2). */
    private static boolean isKnown(ContainerRequestContext request, EntityTag tag) {
        String known = RequestHeaders.first(request, "If-None-Match").orElse("");
        // The tag is a hash in hex: it can't be a part of another one.
        return known.strip().equals("*") || known.contains("\"" + tag.getValue() + "\"");
    }

    /** A range under a condition that the file does not meet is none (RFC 9110, 13.1.5). */
    private static String requestedRange(ContainerRequestContext request, EntityTag tag) {
        boolean met = RequestHeaders.first(request, "If-Range")
                .map(("\"" + tag.getValue() + "\"")::equals)
                .orElse(true);
        return met ? RequestHeaders.first(request, "Range").orElse("") : "";
    }

    private Response part(Artifact artifact, ByteRange range, boolean withContent) throws IOException {
        return content(artifact, range, 206, withContent)
                .header("Content-Range", range.contentRange(artifact.size()))
                .build();
    }

    private Response.ResponseBuilder content(Artifact artifact, ByteRange range, int status, boolean withContent)
            throws IOException {
        Response.ResponseBuilder answer = Response.status(status)
                .type(isLog(artifact) ? MediaType.TEXT_PLAIN + ";charset=utf-8" : MediaType.APPLICATION_OCTET_STREAM)
                .tag(new EntityTag(artifact.sha256()))
                .header(HttpHeaders.CONTENT_LENGTH, range.length())
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(artifact.path()));
        if (withContent) {
            // Opened before the answer begins, so that what is gone in the meantime is told as 410.
            InputStream in = api.engine().open(artifact, range.from()).orElseThrow(ArtifactResource::gone);
            answer.entity((StreamingOutput) out -> {
                try (in) {
                    ByteStreams.copy(ByteStreams.limit(in, range.length()), out);
                }
            });
        }
        return answer;
    }

    private static boolean isLog(Artifact artifact) {
        return artifact.role() != Artifact.Role.OUTPUT;
    }

    /** A plain name for all clients, and the true one for those that know RFC 6266. */
    private static String disposition(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String plain = name.replaceAll("[^A-Za-z0-9._ -]", "_");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + NAME.escape(name);
    }
}
