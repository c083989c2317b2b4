package io.c2d.rest;

import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.access.UploadGrants;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.port.SignatureVerifier;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import org.glassfish.jersey.inject.hk2.AbstractBinder;
import org.jspecify.annotations.Nullable;

/**
 * Mounts the API in any Jersey application: {@code resourceConfig.register(new ComputeFeature(…))}. Paths begin with
 * {@code /api/v1} and {@code /health}. What the application has of its own is left alone; what it does with an unknown path
 * or a wrong method too. {@link ComputeRestApplication} is an application with nothing else in it.
 */
public final class ComputeFeature implements Feature {
    private static final int UPLOADS_AT_A_TIME = 8;

    private final Api api;
    private final @Nullable Uploads uploads;

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
        this(new Api(engine, verifier, links, settings), null);
    }

    private ComputeFeature(Api api, @Nullable Uploads uploads) {
        this.api = api;
        this.uploads = uploads;
    }

    /** The same, and the place where steps that run elsewhere store what they have. */
    public ComputeFeature withUploads(UploadGrants grants) {
        return new ComputeFeature(api, new Uploads(grants, UPLOADS_AT_A_TIME));
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
                if (uploads != null) {
                    bind(uploads).to(Uploads.class);
                }
            }
        });
        if (uploads != null) {
            context.register(UploadResource.class);
        }
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
