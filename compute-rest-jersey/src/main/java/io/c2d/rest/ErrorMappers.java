package io.c2d.rest;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Locale;
import java.util.Optional;
import org.glassfish.jersey.message.internal.HeaderValueException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One mapper for each family of errors; all speak {@link ErrorBody}. */
final class ErrorMappers {
    private static final Logger log = LoggerFactory.getLogger(ErrorMappers.class);
    /** How long callers should stay away while something can't answer, in seconds. */
    private static final int RETRY_AFTER = 5;

    private ErrorMappers() {}

    private static Response.ResponseBuilder answer(int status, ErrorBody body) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body.bytes());
    }

    private static int statusOf(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST -> 400;
            case SIGNATURE_INVALID, NONCE_INVALID -> 401;
            case NOT_ALLOWED, LINK_INVALID, LINK_EXPIRED -> 403;
            case NOT_FOUND -> 404;
            case AGREEMENT_RUNNING, NOT_RESTARTABLE -> 409;
            case GONE -> 410;
            case IDEMPOTENCY_KEY_REUSED -> 422;
            case INTERNAL -> 500;
            case QUEUE_FULL -> 429;
            case UNAVAILABLE -> 503;
        };
    }

    /** What the core refuses. */
    static final class OfCompute implements ExceptionMapper<ComputeException> {
        @Override
        public Response toResponse(ComputeException e) {
            int status = statusOf(e.code());
            if (e.code() == ErrorCode.UNAVAILABLE) {
                // Each request of an outage comes here, and says no more than the outage itself.
                log.warn("a request was put off: {}", e.sentence());
            } else if (status >= 500) {
                log.error("a request failed: {}", e.code().wireName(), e);
            }
            Response.ResponseBuilder answer = answer(status, body(e, status));
            if (status == 401) {
                answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"compute-to-data\"");
            }
            if (status == 429 || status == 503) {
                answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
            }
            return answer.build();
        }

        private static ErrorBody body(ComputeException e, int status) {
            // What a store or we ourselves have to say of a failure is for the log.
            String sentence = switch (status) {
                case 500 -> "the server failed at this request";
                case 503 -> "the service can't answer now; try again later";
                default -> e.sentence();
            };
            return new ErrorBody(sentence, e.code().wireName(), e.faults(), e.job());
        }
    }

    /** What only HTTP knows. */
    static final class OfHttp implements ExceptionMapper<HttpFault> {
        @Override
        public Response toResponse(HttpFault e) {
            Response.ResponseBuilder answer = answer(e.status(), ErrorBody.of(e.code(), e.sentence()));
            e.headers().forEach(answer::header);
            return answer.build();
        }
    }

    /** A header that Jersey can't read. */
    static final class OfHeaders implements ExceptionMapper<HeaderValueException> {
        @Override
        public Response toResponse(HeaderValueException e) {
            return answer(400, ErrorBody.malformed("a header of the request can't be read"))
                    .build();
        }
    }

    /** What Jersey refuses: no such path, a wrong method, a type that is not served. */
    static final class OfJersey implements ExceptionMapper<WebApplicationException> {
        @Override
        public Response toResponse(WebApplicationException e) {
            int status = e.getResponse().getStatus();
            if (status >= 500) {
                return unexpected(e);
            }
            Response.ResponseBuilder answer =
                    answer(status, status == 400 ? ErrorBody.malformed("the request can't be read") : body(status));
            String allow = e.getResponse().getHeaderString(HttpHeaders.ALLOW);
            return allow == null
                    ? answer.build()
                    : answer.header(HttpHeaders.ALLOW, allow).build();
        }

        private static ErrorBody body(int status) {
            return switch (status) {
                case 404 -> ErrorBody.of("not-found", "there is nothing at this path");
                case 405 -> ErrorBody.of("method-not-allowed", "this path does not know the method; see Allow");
                case 406 -> ErrorBody.of("not-acceptable", "this answer comes as application/json");
                case 415 -> ErrorBody.of("unsupported-media-type", "bodies are application/json");
                default -> ErrorBody.of("refused", phrase(status));
            };
        }

        private static String phrase(int status) {
            return Optional.ofNullable(Response.Status.fromStatusCode(status))
                    .map(s -> s.getReasonPhrase().toLowerCase(Locale.ROOT))
                    .orElse("refused");
        }
    }

    /** A fault of ours. */
    static final class OfAnything implements ExceptionMapper<Throwable> {
        @Override
        public Response toResponse(Throwable e) {
            return unexpected(e);
        }
    }

    private static Response unexpected(Throwable e) {
        log.error("a request failed unexpectedly", e);
        ErrorBody body = new ErrorBody(
                "the server failed at this request",
                ErrorCode.INTERNAL.wireName(),
                ImmutableList.of(),
                Optional.empty());
        return answer(500, body).build();
    }
}
