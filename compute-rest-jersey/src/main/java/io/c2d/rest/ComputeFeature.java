package io.c2d.rest;

import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.port.SignatureVerifier;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import org.glassfish.jersey.inject.hk2.AbstractBinder;

/**
 * Mounts the API in any Jersey application: {@code resourceConfig.register(new ComputeFeature(…))}. Paths begin with
 * {@code /api/v1} and {@code /health}. What the application has of its own is left alone; what it does with an unknown path
 * or a wrong method too. {@link ComputeRestApplication} is an application with nothing else in it.
 */
public final class ComputeFeature implements Feature {
    private final Api api;

    /**
     * The API of an engine.
     *
     * @param engine started and closed by the caller
     * @param verifier recovers signers; never asked where requests are not signed
     * @param links makes and checks links; its key must outlive the process, so keep it in the store
     * @param settings how the API behaves
     */
    public ComputeFeature(
            ComputeEngine engine, SignatureVerifier verifier, ArtifactLinks links, RestSettings settings) {
        this.api = new Api(engine, verifier, links, settings);
    }

    /** The settings. */
    RestSettings settings() {
        return api.settings();
    }

    @Override
    public boolean configure(FeatureContext context) {
        context.register(new AbstractBinder() {
            @Override
            protected void configure() {
                bind(api).to(Api.class);
            }
        });
        context.register(ComputeResource.class)
                .register(RunningJobsResource.class)
                .register(ArtifactResource.class)
                .register(HealthResource.class)
                .register(BodyFilter.class)
                .register(SafeHeaders.class)
                .register(ErrorMappers.OfCompute.class)
                .register(ErrorMappers.OfHttp.class);
        return true;
    }
}
