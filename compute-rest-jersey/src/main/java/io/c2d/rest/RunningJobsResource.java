package io.c2d.rest;

import io.c2d.core.access.Caller;
import io.c2d.core.access.Identity;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.rest.RestSettings.RunningJobs;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** {@code /api/v1/runningjobs} (seed). */
@Path("/api/v1/runningjobs")
@ComputeApi
public final class RunningJobsResource {
    private final Api api;

    @Inject
    RunningJobsResource(Api api) {
        this.api = api;
    }

    /** The running jobs, newest first; whose and how much of them is a setting. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response read(@Context ContainerRequestContext request) {
        ComputeCall call = api.parse(request);
        boolean open = api.settings().runningJobs() == RunningJobs.REDACTED
                && api.settings().access().isSigned();
        if (open) {
            // Everybody sees all of them, and of each only what tells nothing of whose it is.
            Identity everybody = new Identity(new Caller.Unsigned(), null);
            return api.view(call, everybody)
                    .redacted(api.selection(call, everybody).running());
        }
        Identity identity = api.identify(call);
        if (api.settings().runningJobs() == RunningJobs.ADMINS && !api.rules().seesAll(identity.caller())) {
            throw new ComputeException(ErrorCode.NOT_ALLOWED, "running jobs are shown to admins alone");
        }
        return api.view(call, identity).page(api.selection(call, identity).running());
    }
}
