package io.c2d.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Ints;
import io.c2d.core.access.UploadGrants;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import jakarta.inject.Inject;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where steps that run elsewhere put what they have to store. The body is the file itself, of any length, streamed. A name
 * that was stored before is replaced, so an upload whose answer was lost is simply repeated.
 */
@Path(UploadGrants.BASE + "{jobId}/{attempt}/{step}/{path: .+}")
public final class UploadResource {
    private static final ImmutableMap<String, String> LATER =
            ImmutableMap.of("Retry-After", "1", "Connection", "close");

    private final Uploads uploads;

    @Inject
    UploadResource(Uploads uploads) {
        this.uploads = uploads;
    }

    /** Stores a file; answers with its size and hash, for the step to compare. */
    @PUT
    public Response upload(
            @PathParam("jobId") String jobId,
            @PathParam("attempt") String attempt,
            @PathParam("step") String step,
            @PathParam("path") String path,
            @QueryParam("role") @Nullable String role,
            @Context ContainerRequestContext request)
            throws IOException {
        StepId of = step(jobId, attempt, step);
        if (!Artifact.isSafePath(path)) {
            throw ComputeException.invalid("/path", "a path stays below its folder");
        }
        Artifact.Role as = role(role);
        String token = RawRequest.bearerToken(request)
                .orElseThrow(
                        () -> new ComputeException(ErrorCode.SIGNATURE_INVALID, "an upload bears its try's token"));
        if (!uploads.begin()) {
            // Each holds a thread of the server's, and callers need some too.
            throw new HttpFault(503, "unavailable", "too many uploads are under way; try again", LATER);
        }
        try {
            Artifact stored = uploads.grants().receive(of, token, path, as, new Incoming(request.getEntityStream()));
            return Response.status(201)
                    .type(MediaType.APPLICATION_JSON_TYPE)
                    .entity(Api.bytes(described(stored)))
                    .build();
        } catch (InvalidPathException e) {
            throw ComputeException.invalid("/path", "a path has names that this server's file system takes");
        } finally {
            uploads.end();
        }
    }

    private static StepId step(String jobId, String attempt, String step) {
        Integer number = Ints.tryParse(attempt);
        Optional<StepId> id =
                number == null ? Optional.empty() : JobId.parse(jobId).flatMap(job -> StepId.parse(job, number, step));
        return id.orElseThrow(() -> new ComputeException(ErrorCode.NOT_FOUND, "there is no such try"));
    }

    private static Artifact.Role role(@Nullable String text) {
        for (Artifact.Role each : Artifact.Role.values()) {
            if (each.name().equals(text)) {
                return each;
            }
        }
        throw ComputeException.invalid("/role", "OUTPUT, ALGORITHM_LOG, CONFIGURE_LOG or PUBLISH_LOG");
    }

    private static ObjectNode described(Artifact stored) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("path", stored.path())
                .put("size", stored.size())
                .put("sha256", stored.sha256());
    }

    /** A client that goes away in the middle is no fault of ours, unlike a disk that is full. */
    private static final class Incoming extends FilterInputStream {
        Incoming(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            try {
                return super.read();
            } catch (IOException e) {
                throw brokenOff();
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                throw brokenOff();
            }
        }

        private static HttpFault brokenOff() {
            return new HttpFault(408, "request-timeout", "the upload broke off", LATER);
        }
    }
}
