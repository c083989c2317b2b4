package io.c2d.rest;

import com.google.common.base.Ticker;
import com.google.common.collect.ImmutableMap;
import java.security.SecureRandom;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;

/**
 * An application that is the API and nothing else: {@link ComputeFeature}, and what holds for every path: errors as JSON,
 * the check of the {@code Host}, request ids and the access log. Nothing is found by scanning.
 */
public final class ComputeRestApplication extends ResourceConfig {
    /** With the API. */
    public ComputeRestApplication(ComputeFeature feature) {
        addProperties(ImmutableMap.of(
                "jersey.config.disableAutoDiscovery.server",
                true,
                ServerProperties.METAINF_SERVICES_LOOKUP_DISABLE,
                true,
                ServerProperties.WADL_FEATURE_DISABLE,
                true));
        register(feature);
        register(new AccessLog(Ticker.systemTicker(), new SecureRandom()));
        if (feature.settings().loopback()) {
            register(new HostFilter(feature.settings()));
        }
        register(new HeaderFilter());
        register(ErrorMappers.OfHeaders.class);
        register(ErrorMappers.OfJersey.class);
        register(ErrorMappers.OfAnything.class);
    }
}
