package io.c2d.rest;

import com.google.common.base.Ticker;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import jakarta.inject.Inject;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the body, whole, before a resource is asked: so long and no longer, so slow and no slower, JSON alone. A body
 * that is too long is read to its end, within bounds, before it is refused: a client that is still writing when the
 * connection closes would see a reset and not the answer.
 */
@ComputeApi
final class BodyFilter implements ContainerRequestFilter {
    /** The request's property with the body's bytes. */
    static final String BODY = "io.c2d.rest.body";

    private static final long MAX_DRAIN = 16L << 20;
    private static final ImmutableMap<String, String> CLOSE = ImmutableMap.of("Connection", "close");

    private final RestSettings settings;
    private final Ticker ticker;

    @Inject
    BodyFilter(Api api) {
        this.settings = api.settings();
        this.ticker = Ticker.systemTicker();
    }

    @Override
    public void filter(ContainerRequestContext request) {
        byte[] body = read(request);
        if (body.length > 0 && !isJson(request)) {
            throw new HttpFault(415, "unsupported-media-type", "bodies are application/json in UTF-8");
        }
        request.setProperty(BODY, body);
    }

    private byte[] read(ContainerRequestContext request) {
        long deadline = ticker.read() + settings.bodyTime().toNanos();
        try {
            if (declaredLength(request) > MAX_DRAIN) {
                throw tooLong(CLOSE);
            }
            return readUntil(request.getEntityStream(), deadline);
        } catch (IOException e) {
            throw new HttpFault(408, "request-timeout", "the body did not arrive in time", CLOSE);
        }
    }

    private byte[] readUntil(InputStream in, long deadline) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            total += n;
            if (total <= settings.maxBody()) {
                kept.write(buffer, 0, n);
            }
            if (total > MAX_DRAIN) {
                throw tooLong(CLOSE);
            }
            if (ticker.read() - deadline > 0) {
                throw new HttpFault(408, "request-timeout", "the body did not arrive in time", CLOSE);
            }
        }
        if (total > settings.maxBody()) {
            throw tooLong(ImmutableMap.of());
        }
        return kept.toByteArray();
    }

    private HttpFault tooLong(ImmutableMap<String, String> headers) {
        return new HttpFault(413, "body-too-large", "a body has at most " + settings.maxBody() + " bytes", headers);
    }

    private static long declaredLength(ContainerRequestContext request) {
        String length =
                RequestHeaders.first(request, HttpHeaders.CONTENT_LENGTH).orElse("");
        return Optional.ofNullable(Longs.tryParse(length.strip())).orElse(-1L);
    }

    private static boolean isJson(ContainerRequestContext request) {
        MediaType type = mediaType(request);
        if (type == null
                || !"application/json".equals((type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT))) {
            return false;
        }
        String charset = type.getParameters().get("charset");
        return charset == null || charset.equalsIgnoreCase("utf-8");
    }

    private static @Nullable MediaType mediaType(ContainerRequestContext request) {
        try {
            return request.getMediaType();
        } catch (ProcessingException | IllegalArgumentException e) {
            return null;
        }
    }
}
