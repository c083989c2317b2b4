package io.c2d.rest.grizzly;

import io.c2d.rest.ErrorBody;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Stands before Jersey: refuses targets and hosts that no URI can hold, which Jersey's container would answer as 500; and
 * everything until an application is mounted.
 */
final class FrontHandler extends HttpHandler {
    /** The net below the API's own, smaller limit of a body. */
    private static final long MAX_BODY = 64L << 20;

    private volatile @Nullable HttpHandler application;

    /** Lets requests through to an application from now on. */
    void mount(HttpHandler handler) {
        handler.start();
        application = handler;
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        HttpHandler next = application;
        if (next == null) {
            response.setHeader("Retry-After", "1");
            refuse(response, 503, ErrorBody.of("unavailable", "the server is starting"));
        } else if (request.getContentLengthLong() > MAX_BODY) {
            // Grizzly's own limit would answer and then wait for the body all the same.
            response.setHeader("Connection", "close");
            refuse(response, 413, ErrorBody.of("body-too-large", "the body is too large"));
            closeWhereAsked(request, response);
        } else if (!isTarget(request)) {
            refuse(response, 400, ErrorBody.malformed("the request's target is no URI"));
        } else if (!isHost(request.getHeader("Host"))) {
            refuse(response, 400, ErrorBody.malformed("the Host header is no host"));
        } else {
            next.service(request, response);
            closeWhereAsked(request, response);
        }
    }

    /**
     * An answer that gives up on the rest of a body says {@code Connection: close}; Grizzly would go on and wait for that
     * rest.
     */
    private static void closeWhereAsked(Request request, Response response) {
        if (response.getStatus() >= 400 && "close".equals(response.getHeader("Connection"))) {
            response.finish();
            request.getContext().getConnection().closeSilently();
        }
    }

    @Override
    public void destroy() {
        HttpHandler last = application;
        application = null;
        if (last != null) {
            last.destroy();
        }
    }

    private static boolean isTarget(Request request) {
        String query = request.getQueryString();
        String path = request.getRequestURI();
        try {
            URI uri = new URI(query == null ? path : path + "?" + query);
            return path.startsWith("/") && uri.getRawPath() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isHost(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return true;
        }
        try {
            URI uri = new URI("http://" + host + "/");
            return uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().equals("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void refuse(Response response, int status, ErrorBody body) throws IOException {
        byte[] bytes = body.bytes();
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(bytes.length);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.getOutputStream().write(bytes);
        response.finish();
    }
}
