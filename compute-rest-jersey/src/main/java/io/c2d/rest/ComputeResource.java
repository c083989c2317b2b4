package io.c2d.rest;

import com.fasterxml.jackson.databind.node.TextNode;
import com.google.common.collect.ImmutableList;
import io.c2d.core.access.Caller;
import io.c2d.core.access.Identity;
import io.c2d.core.json.Faults;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.Fault;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobQuery.State;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishRequest.Wish;
import io.c2d.core.port.WishResult;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code /api/v1/compute}: create or restart, read, stop, delete (seed). */
@Path("/api/v1/compute")
@ComputeApi
public final class ComputeResource {
    private static final List<Variant> FORMS = Variant.mediaTypes(
                    MediaType.APPLICATION_JSON_TYPE, MediaType.TEXT_PLAIN_TYPE)
            .build();
    private static final String REPRESENTATION = "return=representation";

    private final Api api;

    @Inject
    ComputeResource(Api api) {
        this.api = api;
    }

    /** Creates a job, or restarts one. */
    @POST
    @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    public Response submit(@Context ContainerRequestContext request) {
        Faults faults = new Faults();
        ComputeCall call = api.parse(request, faults);
        SubmitResult result = api.submissions()
                .submit(
                        call,
                        faults,
                        RequestHeaders.first(request, "Idempotency-Key").orElse(null));
        JobId id = result.job().orElseThrow();
        Response.ResponseBuilder answer = Response.status(result.kind() == SubmitResult.Kind.CREATED ? 201 : 200)
                .header(
                        HttpHeaders.LOCATION,
                        api.settings().access().audience() + call.raw().path() + "?jobId=" + id);
        if (prefersRepresentation(request)) {
            // The caller was proved to be the owner; a signature is not checked twice, since its nonce is used up.
            byte[] body =
                    Api.bytes(api.view(call, new Identity(ownerOf(id), null)).reread(List.of(id)));
            return answer.header("Preference-Applied", REPRESENTATION)
                    .entity(body)
                    .type(MediaType.APPLICATION_JSON_TYPE)
                    .build();
        }
        return withId(answer, id, request);
    }

    private Caller ownerOf(JobId id) {
        return new Caller.Signer(
                api.engine().get(id).map(j -> j.submission().owner()).orElseThrow());
    }

    private static Response withId(Response.ResponseBuilder answer, JobId id, ContainerRequestContext request) {
        Variant form = request.getRequest().selectVariant(FORMS);
        return form != null && MediaType.TEXT_PLAIN_TYPE.isCompatible(form.getMediaType())
                ? answer.entity(id.value()).type(MediaType.TEXT_PLAIN_TYPE).build()
                : answer.entity(Api.bytes(TextNode.valueOf(id.value())))
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .build();
    }

    private static boolean prefersRepresentation(ContainerRequestContext request) {
        String prefer = RequestHeaders.first(request, "Prefer").orElse("");
        return Arrays.stream(prefer.toLowerCase(Locale.ROOT).split("[,;]"))
                .map(p -> p.replace(" ", "").replace("\"", ""))
                .anyMatch(REPRESENTATION::equals);
    }

    /** Jobs, newest first. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response read(@Context ContainerRequestContext request) {
        ComputeCall call = api.parse(request);
        Identity identity = api.identify(call);
        return api.view(call, identity).page(api.selection(call, identity).readable());
    }

    /** Stops jobs. */
    @PUT
    @Produces(MediaType.APPLICATION_JSON)
    public Response stop(@Context ContainerRequestContext request) {
        ComputeCall call = api.parse(request);
        boolean byOwnerAlone = !call.namesJob() && call.agreement().isEmpty();
        if (byOwnerAlone && call.owner().isEmpty()) {
            throw nothingNamed(
                    "jobId, serviceAgreementId or owner is needed", "/jobId", "/serviceAgreementId", "/owner");
        }
        return wish(call, Wish.STOP, byOwnerAlone ? State.RUNNING : State.PRESENT);
    }

    /** Deletes jobs. */
    @DELETE
    @Produces(MediaType.APPLICATION_JSON)
    public Response delete(@Context ContainerRequestContext request) {
        ComputeCall call = api.parse(request);
        if (!call.namesJob() && call.agreement().isEmpty()) {
            throw nothingNamed("jobId or serviceAgreementId is needed", "/jobId", "/serviceAgreementId");
        }
        return wish(call, Wish.DELETE, State.PRESENT);
    }

    private Response wish(ComputeCall call, Wish wish, State state) {
        Identity identity = api.identify(call);
        ImmutableList<JobId> ids = api.selection(call, identity).controllable(state).stream()
                .map(Job::id)
                .collect(ImmutableList.toImmutableList());
        WishResult result =
                api.engine().wish(new WishRequest(ids, wish, identity.nonceUse().orElse(null)));
        if (result.kind() == WishResult.Kind.NONCE_REUSED) {
            throw Submissions.nonceReused();
        }
        return Response.ok(Api.bytes(api.view(call, identity).reread(ids)), MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    private static ComputeException nothingNamed(String message, String... pointers) {
        return ComputeException.invalid(Arrays.stream(pointers)
                .map(pointer -> new Fault(pointer, message))
                .collect(ImmutableList.toImmutableList()));
    }
}
