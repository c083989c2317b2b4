package io.c2d.client;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests to the links of status objects. A link carries its own right, so neither signature nor bearer token goes with it,
 * wherever it leads. Thread-safe.
 */
final class ArtifactLinks {
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (?:([0-9]{1,18})-[0-9]{1,18}|\\*)/([0-9]{1,18}|\\*)");

    private final URI base;
    private final Transport transport;
    private final ErrorAnswer errors;

    ArtifactLinks(URI base, Transport transport, ErrorAnswer errors) {
        this.base = base;
        this.transport = transport;
        this.errors = errors;
    }

    /** What a {@code Content-Range} says; a missing start is that of an answer 416. */
    record ContentRange(OptionalLong start, OptionalLong total) {
        static Optional<ContentRange> of(HttpResponse<?> response) {
            Matcher range = CONTENT_RANGE.matcher(
                    response.headers().firstValue("Content-Range").orElse(""));
            return range.matches()
                    ? Optional.of(new ContentRange(number(range.group(1)), number(range.group(2))))
                    : Optional.empty();
        }

        private static OptionalLong number(String text) {
            return text == null || text.equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        }
    }

    /** The request's name in messages: the query holds the secret. */
    String name(URI link) {
        return "GET " + base.resolve(link).getRawPath();
    }

    /** A request for all of it. */
    HttpRequest.Builder request(URI link) {
        URI absolute = base.resolve(link);
        String scheme = absolute.getScheme() == null ? "" : absolute.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || absolute.getHost() == null) {
            throw new IllegalArgumentException("a link is an http or https URL");
        }
        // Ranges and sizes are those of the file itself.
        return HttpRequest.newBuilder(absolute).header("Accept-Encoding", "identity");
    }

    HttpResponse<TimedBody> open(String what, HttpRequest request, Duration timeLeft) {
        return transport.open(what, request, timeLeft);
    }

    /** The exception that an answer means; reads and closes it. */
    ComputeClientException refusal(String what, HttpResponse<TimedBody> response) {
        return errors.read(what, transport.readError(what, response));
    }
}
