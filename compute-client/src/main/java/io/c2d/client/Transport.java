package io.c2d.client;

import com.google.common.base.Ticker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends one request once and turns every failure into a typed one. Limits are its own and not {@link HttpRequest#timeout()},
 * which covers the body on some Java versions and not on others. Thread-safe.
 */
final class Transport {
    /** The largest answer of the API that is read: a page of 1,000 jobs with many links has a few MiB. */
    private static final int MAX_ANSWER = 64 << 20;

    private final HttpClient http;
    private final Duration requestTimeout;
    private final Ticker ticker;

    Transport(HttpClient http, Duration requestTimeout, Ticker ticker) {
        this.http = http;
        this.requestTimeout = requestTimeout;
        this.ticker = ticker;
    }

    /** A whole answer. */
    record Answer(int status, HttpHeaders headers, String body) {}

    /**
     * Sends and reads the whole answer.
     *
     * @param what method and path, for messages
     * @param timeLeft the longest that it may take, beside the limit for every request
     * @throws ComputeClientException of the kinds UNREACHABLE, UNEXPECTED_ANSWER (too long), INTERRUPTED
     */
    Answer send(String what, HttpRequest request, Duration timeLeft) {
        Duration limit = shorter(requestTimeout, timeLeft);
        long deadline = ticker.read() + limit.toNanos();
        HttpResponse<TimedBody> response = open(what, request, limit, limit);
        try (InputStream body = response.body()) {
            return new Answer(response.statusCode(), response.headers(), readAll(what, body, deadline));
        } catch (IOException e) {
            throw failure(what, e);
        }
    }

    /** Reads the rest of an answer that is not what was hoped for, so that its error can be told. */
    Answer readError(String what, HttpResponse<TimedBody> response) {
        long deadline = ticker.read() + requestTimeout.toNanos();
        try (InputStream body = response.body()) {
            return new Answer(response.statusCode(), response.headers(), readAll(what, body, deadline));
        } catch (IOException e) {
            throw failure(what, e);
        }
    }

    /** Sends and returns when the answer has begun; each read of its body waits at most for the request time-out. */
    HttpResponse<TimedBody> open(String what, HttpRequest request, Duration timeLeft) {
        return open(what, request, shorter(requestTimeout, timeLeft), requestTimeout);
    }

    private HttpResponse<TimedBody> open(String what, HttpRequest request, Duration limit, Duration idle) {
        CompletableFuture<HttpResponse<TimedBody>> answer = http.sendAsync(request, info -> new TimedBody(idle));
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw failure(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw failure(what, new HttpTimeoutException("no answer within " + limit.toMillis() + " ms"));
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw interrupted(what);
        }
    }

    static ComputeClientException interrupted(String what) {
        Thread.currentThread().interrupt();
        return new ComputeClientException(ComputeClientException.Kind.INTERRUPTED, what + ": interrupted");
    }

    /** What a failure of the connection means. */
    static ComputeClientException failure(String what, Throwable cause) {
        if (cause instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
            return interrupted(what);
        }
        if (cause instanceof IOException) {
            return new ComputeUnreachableException(what + ": " + sentence(cause), cause);
        }
        return new ComputeClientException(
                ComputeClientException.Kind.UNREACHABLE,
                what + ": " + cause.getClass().getSimpleName(),
                cause);
    }

    private static String sentence(Throwable cause) {
        if (cause instanceof ConnectException) {
            return "no connection to the server";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private String readAll(String what, InputStream body, long deadline) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 14];
        int count;
        while ((count = body.read(buffer)) >= 0) {
            bytes.write(buffer, 0, count);
            if (bytes.size() > MAX_ANSWER) {
                throw new ComputeClientException(
                        ComputeClientException.Kind.UNEXPECTED_ANSWER,
                        what + ": the answer is larger than " + MAX_ANSWER + " bytes");
            }
            if (deadline - ticker.read() < 0) {
                throw new HttpTimeoutException("the answer did not end in time");
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
