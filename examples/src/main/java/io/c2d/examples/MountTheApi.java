package io.c2d.examples;

import io.c2d.core.access.AccessSettings;
import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.rest.ComputeFeature;
import io.c2d.rest.RestSettings;
import io.c2d.signing.EthereumSignatureVerifier;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;

/** The API in a Jersey application that has resources of its own. */
public final class MountTheApi {
    private MountTheApi() {}

    /**
     * The application: {@code /api/v1} and {@code /health} of compute-to-data, beside {@code /imprint}.
     *
     * @param engine started and closed by the caller
     * @param links signed with a key that outlives the process
     * @param publicUrl where callers reach the application, which their signatures name
     */
    public static ResourceConfig application(ComputeEngine engine, ArtifactLinks links, URI publicUrl) {
        // snippet:mounting
        RestSettings settings = RestSettings.of(AccessSettings.strict(publicUrl.toString()));
        return new ResourceConfig()
                .register(ImprintResource.class)
                .register(new ComputeFeature(engine, new EthereumSignatureVerifier(), links, settings))
                // Without JAXB, Jersey would warn at the start that it can't describe itself in WADL.
                .property(ServerProperties.WADL_FEATURE_DISABLE, true);
        // end
    }

    /** A resource of the application's own. */
    @Path("/imprint")
    public static final class ImprintResource {
        /** Who is responsible. */
        @GET
        @Produces(MediaType.TEXT_PLAIN)
        public String imprint() {
            return "Example Ltd.";
        }
    }
}
