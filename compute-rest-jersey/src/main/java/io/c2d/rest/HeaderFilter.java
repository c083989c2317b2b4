package io.c2d.rest;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * Looks at the headers that Jersey itself reads when it looks for a method, since it answers those that it can't read
 * without a body. A broken {@code Accept} is disregarded (RFC 9110, 12.5.1).
 */
@PreMatching
final class HeaderFilter implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
        try {
            request.getAcceptableMediaTypes();
        } catch (ProcessingException | IllegalArgumentException e) {
            request.getHeaders().keySet().removeIf(HttpHeaders.ACCEPT::equalsIgnoreCase);
        }
        try {
            request.getMediaType();
        } catch (ProcessingException | IllegalArgumentException e) {
            throw new HttpFault(415, "unsupported-media-type", "bodies are application/json in UTF-8");
        }
    }
}
