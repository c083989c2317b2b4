package io.c2d.rest;

import com.google.common.base.Ticker;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One line a request to the logger {@value #LOGGER}, without its query, which may hold signatures; and the request's id,
 * the caller's if it gave a decent one, in the answer and in the logs' MDC ({@code requestId}).
 */
@PreMatching
final class AccessLog implements ContainerRequestFilter, ContainerResponseFilter, ApplicationEventListener {
    static final String LOGGER = "io.c2d.access";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);
    private static final String HEADER = "X-Request-Id";
    private static final String KEY = "requestId";
    private static final Pattern DECENT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Ticker ticker;
    private final RandomGenerator random;

    AccessLog(Ticker ticker, RandomGenerator random) {
        this.ticker = ticker;
        this.random = random;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String id = RequestHeaders.first(request, HEADER)
                .filter(given -> DECENT.matcher(given).matches())
                .orElseGet(() -> String.format(Locale.ROOT, "%016x", random.nextLong()));
        request.setProperty(KEY, id);
        MDC.put(KEY, id);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Object id = request.getProperty(KEY);
        if (id != null) {
            response.getHeaders().putSingle(HEADER, id);
        }
    }

    @Override
    public void onEvent(ApplicationEvent event) {
        // Only requests are of interest.
    }

    @Override
    public RequestEventListener onRequest(RequestEvent begun) {
        long start = ticker.read();
        return event -> {
            if (event.getType() == RequestEvent.Type.FINISHED) {
                line(event, (ticker.read() - start) / 1_000_000);
                MDC.remove(KEY);
            }
        };
    }

    private static void line(RequestEvent event, long millis) {
        ContainerResponse response = event.getContainerResponse();
        log.info(
                "{} {} {} {} {} ms",
                event.getContainerRequest().getMethod(),
                event.getContainerRequest().getRequestUri().getRawPath(),
                response == null ? 500 : response.getStatus(),
                response == null ? 0 : length(response),
                millis);
    }

    private static long length(ContainerResponse response) {
        Object entity = response.getEntity();
        if (entity instanceof byte[] bytes) {
            return bytes.length;
        }
        @Nullable String header = entity == null ? null : response.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        return header == null ? 0 : Long.parseLong(header);
    }
}
