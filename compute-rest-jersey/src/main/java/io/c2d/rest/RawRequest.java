package io.c2d.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.c2d.core.json.StrictJson;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request before any dialect has read it.
 *
 * @param method in capitals
 * @param path as requested, without query
 * @param query the decoded parameters
 * @param body what the body says; missing without one
 * @param token the bearer token, {@code null} without one
 */
record RawRequest(
        String method,
        String path,
        MultivaluedMap<String, String> query,
        JsonNode body,
        @Nullable String token) {
    private static final String BEARER = "bearer ";

    /**
     * Reads the body.
     *
     * @throws io.c2d.core.model.ComputeException where it is no JSON
     */
    static RawRequest of(ContainerRequestContext request) {
        return new RawRequest(
                request.getMethod(),
                request.getUriInfo().getRequestUri().getRawPath(),
                request.getUriInfo().getQueryParameters(),
                request.getProperty(BodyFilter.BODY) instanceof byte[] bytes && bytes.length > 0
                        ? StrictJson.read(bytes)
                        : MissingNode.getInstance(),
                bearerToken(request).orElse(null));
    }

    /** The bearer token of a request. */
    static Optional<String> bearerToken(ContainerRequestContext request) {
        return RequestHeaders.first(request, HttpHeaders.AUTHORIZATION)
                .filter(text -> text.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(text -> text.substring(BEARER.length()).strip());
    }

    Optional<String> bearerToken() {
        return Optional.ofNullable(token);
    }

    /** Leaves query, body and token out. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
