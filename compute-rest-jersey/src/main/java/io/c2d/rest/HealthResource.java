package io.c2d.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.c2d.core.model.ComputeException;
import io.c2d.core.port.JobQuery;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;

/** {@code /health}: whether this process lives, and whether it can do its work. */
@Path("/health")
@ComputeApi
public final class HealthResource {
    private final Api api;

    @Inject
    HealthResource(Api api) {
        this.api = api;
    }

    /** Whether the process answers; a restart would mend it if not. */
    @GET
    @Path("live")
    @Produces(MediaType.APPLICATION_JSON)
    public Response live() {
        return answer(200, "live", List.of());
    }

    /** Whether jobs can be taken and get on, and if not, why. */
    @GET
    @Path("ready")
    @Produces(MediaType.APPLICATION_JSON)
    public Response ready() {
        List<String> reasons = new ArrayList<>();
        if (!api.engine().isWorking()) {
            reasons.add("the engine holds no lease, so jobs wait");
        }
        try {
            api.engine().query(new JobQuery(null, null, null, JobQuery.State.RUNNING, null, 1));
        } catch (ComputeException e) {
            reasons.add("the store does not answer");
        }
        return reasons.isEmpty() ? answer(200, "ready", reasons) : answer(503, "not ready", reasons);
    }

    private static Response answer(int status, String word, List<String> reasons) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("status", word);
        reasons.forEach(node.putArray("reasons")::add);
        return Response.status(status)
                .entity(Api.bytes(node))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }
}
