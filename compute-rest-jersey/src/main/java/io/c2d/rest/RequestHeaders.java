package io.c2d.rest;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks headers up by itself: Jersey's own look-up goes by the hash of {@code toLowerCase()} in the machine's language, and
 * misses {@code If-None-Match} on a Turkish one, where Grizzly has already made it {@code if-none-match}.
 */
final class RequestHeaders {
    private RequestHeaders() {}

    /** The first value of a header, in whatever letter case its name came. */
    static Optional<String> first(ContainerRequestContext request, String name) {
        for (Map.Entry<String, List<String>> header : request.getHeaders().entrySet()) {
            if (header.getKey().equalsIgnoreCase(name) && !header.getValue().isEmpty()) {
                return Optional.ofNullable(header.getValue().get(0));
            }
        }
        return Optional.empty();
    }
}
